import { type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { lastValueFrom, toArray } from 'rxjs';
import { ask, datasource, range, serveStore, store } from '../testing/storeDouble';
import { type ClewQuery } from '../types';

serveStore();

describe('answers that come in parts', () => {
  const found = (id: string) => ({ traceID: id, startTimeUnixNano: '1700000000000000000' });
  const names = ({ data }: DataQueryResponse) => data.map(({ name }) => name);

  beforeEach(() => {
    store.streams = true;
    store.answers['/clew/v1/search/stream'] = [
      200,
      [
        { traces: [], progress: { doneNs: 1, totalNs: 10 } },
        { traces: [found('a')], progress: { doneNs: 4, totalNs: 10 } },
        { traces: [found('a'), found('b')], done: true },
      ],
    ];
  });

  const responsesTo = (targets: object[]) =>
    lastValueFrom(
      datasource()
        .query({ targets, range, scopedVars: {} } as unknown as DataQueryRequest<ClewQuery>)
        .pipe(toArray())
    );

  test('are shown as soon as there is something to show', async () => {
    const responses = await responsesTo([{ refId: 'A', query: '{ }' }]);
    expect(responses.map((response) => [response.state, ...names(response)])).toEqual([
      ['Loading', 'Traces, 40% of the time range searched'],
      [undefined, 'Traces'],
    ]);
    expect(responses.map(({ data }) => data[0].length)).toEqual([1, 2]);
    expect(store.asked.map(({ pathname }) => pathname)).toEqual(['/clew/v1/search/stream']);
  });

  test('an error that comes late takes the place of what was found', async () => {
    const error = { code: 'query_timeout', message: 'The query took too long.' };
    store.answers['/clew/v1/search/stream'] = [200, [{ traces: [found('a')], progress: {} }, { error }]];
    const responses = await responsesTo([{ refId: 'A', query: '{ }' }]);
    expect(responses.at(-1)).toMatchObject({ data: [], state: 'Error', errors: [{ refId: 'A', status: 504 }] });
  });

  test('a query that the store refuses at once', async () => {
    store.answers['/clew/v1/search/stream'] = [
      400,
      { error: { code: 'query_syntax', message: 'no', line: 1, column: 2 } },
    ];
    const [{ errors }] = await responsesTo([{ refId: 'A', query: '{' }]);
    expect(errors).toEqual([{ refId: 'A', status: 400, message: 'Line 1, column 2: no' }]);
  });

  test('a store without them is asked for all at once, from then on', async () => {
    delete store.answers['/clew/v1/search/stream'];
    const source = datasource();
    expect(names(await ask([{ refId: 'A', query: '{ }' }], source))).toEqual(['Traces']);
    await ask([{ refId: 'A', query: '{ }' }], source);
    expect(store.asked.map(({ pathname }) => pathname)).toEqual([
      '/clew/v1/search/stream',
      '/api/search',
      '/api/search',
    ]);
  });

  test("a session of Grafana's that has to be renewed costs the parts alone", async () => {
    store.answers['/clew/v1/search/stream'] = [401, { message: 'Unauthorized' }];
    expect(names(await ask([{ refId: 'A', query: '{ }' }]))).toEqual(['Traces']);
  });

  test('unsubscribing ends them', async () => {
    const next = jest.fn();
    const request = { targets: [{ refId: 'A', query: '{ }' }], range, scopedVars: {} };
    const subscription = datasource()
      .query(request as unknown as DataQueryRequest<ClewQuery>)
      .subscribe((response) => {
        next(response);
        subscription.unsubscribe();
      });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(next).toHaveBeenCalledTimes(1);
  });
});
