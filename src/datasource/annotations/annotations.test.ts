import { TRACE, ask, datasource, serveStore, store } from '../testing/storeDouble';
import { annotationSupport } from './annotationSupport';

serveStore();

describe('annotations', () => {
  const { prepareQuery, getDefaultQuery } = {
    prepareQuery: undefined,
    getDefaultQuery: undefined,
    ...annotationSupport,
  };

  test('are the traces of a search, with the fields that Grafana maps', async () => {
    store.answers['/api/search'] = [
      200,
      {
        traces: [{ traceID: TRACE, startTimeUnixNano: '1700000000000000000', durationMs: 5, rootServiceName: 'shop' }],
      },
    ];
    const query = prepareQuery?.({ name: 'x', enable: true, iconColor: 'red', target: { refId: 'A', query: '{ }' } });
    expect(query).toEqual({ refId: 'A', query: '{ }', asEvents: true });
    const { data } = await ask([query ?? {}]);
    expect(data[0].fields.map(({ name }: { name: string }) => name)).toEqual([
      'time',
      'timeEnd',
      'title',
      'text',
      'tags',
    ]);
    expect(datasource().annotations).toBe(annotationSupport);
  });

  test('a metric is none, and an empty query asks nothing', async () => {
    const { errors } = await ask([{ refId: 'Anno', query: '{ } | rate()', asEvents: true }]);
    expect(errors?.[0].message).toContain('annotations need a search');
    expect(prepareQuery?.({ name: 'x', enable: true, iconColor: 'red', target: { refId: 'A' } })).toBeUndefined();
    expect(prepareQuery?.({ name: 'x', enable: true, iconColor: 'red' })).toBeUndefined();
    expect(getDefaultQuery?.()).toMatchObject({ queryType: 'traceql' });
  });
});
