import { TRACE, ask, datasource, serveStore, store } from '../testing/storeDouble';

serveStore();

describe('metrics', () => {
  const SERIES = {
    labels: [{ key: 'name', value: { stringValue: 'GET /' } }],
    samples: [{ timestampMs: '1700000000000', value: 2 }],
    exemplars: [
      {
        timestampMs: '1700000000000',
        value: 1,
        labels: [{ key: 'trace:id', value: { stringValue: TRACE } }],
      },
    ],
  };

  beforeEach(() => {
    store.answers['/api/metrics/query_range'] = [200, { series: [SERIES] }];
    store.answers['/api/metrics/query'] = [200, { series: [{ labels: SERIES.labels, value: 9 }] }];
  });

  test('are asked for with the range, the step and the number of exemplars', async () => {
    const target = { refId: 'A', query: '{ } | rate() by ($by)', step: '$step', exemplars: 7 };
    const { data, errors } = await ask([target], datasource({ by: 'name', step: '30s' }));
    expect(errors).toBeUndefined();
    expect(data.map(({ name, refId }) => [name, refId])).toEqual([
      ['GET /', 'A'],
      ['exemplar', 'A'],
    ]);
    expect(store.asked.map(({ pathname }) => pathname)).toEqual(['/api/metrics/query_range']);
    expect(Object.fromEntries(store.asked[0].searchParams)).toEqual({
      q: '{ } | rate() by (name)',
      step: '30s',
      exemplars: '7',
      start: '1700000000',
      end: '1700000601',
    });
  });

  test('leave to the store what the query does not say', async () => {
    await ask([{ refId: 'A', query: '{ } | rate()', step: ' ', exemplars: 'many' }]);
    expect([...store.asked[0].searchParams.keys()]).toEqual(['q', 'start', 'end']);
  });

  test('as one value', async () => {
    const { data } = await ask([{ refId: 'A', query: '{ } | rate() by (name)', metricsQueryType: 'instant' }]);
    expect(store.asked[0].pathname).toBe('/api/metrics/query');
    expect(data[0].fields.map(({ name, values }: { name: string; values: unknown[] }) => [name, values])).toEqual([
      ['name', ['GET /']],
      ['Value', [9]],
    ]);
  });

  test('a comparison and a histogram are no single values, whatever the query type says', async () => {
    const comparison = { refId: 'A', query: '{ } | compare({ .x })', metricsQueryType: 'instant' };
    const histogram = { refId: 'B', query: '{ } | histogram_over_time(duration)', metricsQueryType: 'instant' };
    await ask([comparison, histogram]);
    expect(store.asked.map(({ pathname }) => pathname)).toEqual([
      '/api/metrics/query_range',
      '/api/metrics/query_range',
    ]);
    expect(store.asked[0].searchParams.get('exemplars')).toBe('0');
  });

  test("fail with the store's words", async () => {
    store.answers['/api/metrics/query_range'] = [
      422,
      { error: { code: 'query_too_expensive', message: 'The query needs more memory than one query may take.' } },
    ];
    const { errors } = await ask([{ refId: 'A', query: '{ } | rate()' }]);
    expect(errors).toEqual([
      { refId: 'A', status: 422, message: 'The query needs more memory than one query may take.' },
    ]);
  });
});
