import { type DataFrame, type DataQueryRequest } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { SUMMARY, TRACE, ask, datasource, range, serveStore, store } from './testing/storeDouble';
import { type ClewQuery, type TraceViewChoice } from './types';

serveStore();

const views = (data: readonly DataFrame[]) =>
  data.map(({ meta }) => meta?.preferredVisualisationType ?? meta?.preferredVisualisationPluginId);

describe('every shape in which a trace id comes', () => {
  test.each([
    ['an exemplar', { refId: 'A', query: TRACE, queryType: 'traceql', datasource: { uid: 'clew' } }],
    ['a derived field', { refId: 'A', query: TRACE, datasource: { uid: 'clew' } }],
    ['a derived field in a dashboard', { query: TRACE, datasource: { uid: 'clew' } }],
    ['a correlation', { refId: 'A', query: TRACE, queryType: 'traceId', datasource: { uid: 'clew', type: undefined } }],
    ['a dashboard', { refId: 'A', query: '$traceId', queryType: 'traceql', datasource: { type: 'x', uid: 'clew' } }],
  ])('%s', async (_, target) => {
    const { data, errors } = await ask([target], datasource({ traceId: TRACE }));
    expect(errors).toBeUndefined();
    expect(views(data)).toEqual(['trace', 'clew-waterfall-panel']);
    expect(store.asked.map(({ pathname, search }) => pathname + search)).toEqual([
      `/clew/v1/traces/${TRACE}`,
      `/api/v2/traces/${TRACE}`,
    ]);
  });

  test('without a time range', async () => {
    const request = {
      targets: [{ refId: 'A', query: TRACE }],
      scopedVars: {},
    } as unknown as DataQueryRequest<ClewQuery>;
    expect((await lastValueFrom(datasource().query(request))).data).toHaveLength(2);
  });
});

describe('the views of a trace', () => {
  test.each([
    ['both', 20_000, ['trace', 'clew-waterfall-panel']],
    ['both', 20_001, ['clew-waterfall-panel']],
    ['clew', 1, ['clew-waterfall-panel']],
    ['grafana', 20_000, ['trace']],
    ['grafana', 20_001, ['clew-waterfall-panel']],
  ] satisfies Array<[TraceViewChoice, number, string[]]>)('%s, with %d spans', async (traceView, spans, expected) => {
    store.answers[`/clew/v1/traces/${TRACE}`] = [200, { ...SUMMARY, spans }];
    const { data } = await ask([{ refId: 'A', query: TRACE }], datasource({}, { traceView }));
    expect(views(data)).toEqual(expected);
    expect(store.asked).toHaveLength(expected[0] === 'trace' ? 2 : 1);
  });

  test('the waterfall gets where to ask, and a row for those who do not', async () => {
    const { data } = await ask([{ refId: 'A', query: TRACE }], datasource({}, { traceView: 'clew' }));
    expect(data[0].meta.custom).toEqual({ clewTrace: { datasourceUid: 'clew', traceId: TRACE, spans: 1 } });
    expect((data[0] as DataFrame).fields.map(({ name, values }) => [name, values[0]])).toEqual([
      ['traceID', TRACE],
      ['rootService', 'shop'],
      ['rootName', ''],
      ['startTime', 1_700_000_000_000],
      ['duration', 0],
      ['spans', 1],
      ['services', 1],
      ['errors', 0],
    ]);
  });
});

test('a search sends the range, the limits and its variables filled in', async () => {
  const target = { refId: 'B', query: '{ name = "$op" }', queryType: 'traceql', limit: 7, spss: 5 };
  const { data } = await ask([target], datasource({ op: ['a"', 'b'] }));
  expect(data[0].refId).toBe('B');
  expect(Object.fromEntries(store.asked[0].searchParams)).toEqual({
    q: '{ name =~ "(a\\"|b)" }',
    limit: '7',
    spss: '5',
    start: '1700000000',
    end: '1700000601',
  });
});

test.each([
  [{ sort: 'duration' }, 'duration'],
  [{ sort: 'start' }, null],
  [{ sort: 'by name' }, null],
] as Array<[Partial<ClewQuery>, string | null]>)('a search in the order %j', async (order, expected) => {
  await ask([{ refId: 'A', query: '{ }', ...order }]);
  expect(store.asked[0].searchParams.get('sort')).toBe(expected);
});

test('nothing found is no data, and no error', async () => {
  store.answers['/api/search'] = [200, { metrics: {} }];
  expect(await ask([{ refId: 'A', query: '{ }' }])).toEqual({ data: [] });
});

test('limits that make no sense become ones that do', async () => {
  await ask([{ refId: 'A', query: '{ }', limit: 1e9, spss: -1 }]);
  expect(store.asked[0].searchParams.get('limit')).toBe('10000');
  expect(store.asked[0].searchParams.get('spss')).toBe('3');
});

test('hidden and empty queries are not asked', async () => {
  const { data } = await ask([{ refId: 'A', query: '' }, { refId: 'B' }, { refId: 'C', query: '{ }', hide: true }]);
  expect(data).toEqual([]);
  expect(store.asked).toEqual([]);
});

test('each failing query has its error, and the others have their answers', async () => {
  store.answers['/api/search'] = [
    400,
    { error: { code: 'query_syntax', message: 'expected }', line: 1, column: 3, hint: 'close it' } },
  ];
  const { data, errors, state } = await ask([
    { refId: 'A', query: TRACE },
    { refId: 'B', query: '{ ' },
    { refId: 'C', query: '00000000000000000000000000000001' },
    { refId: 'D', query: 'xyz', queryType: 'traceId' },
  ]);
  expect(data).toHaveLength(2);
  expect(state).toBe('Error');
  expect(errors).toEqual([
    { refId: 'B', status: 400, message: 'Line 1, column 3: expected } (close it)' },
    expect.objectContaining({ refId: 'C', status: 404 }),
    { refId: 'D', message: '"xyz" is no trace id: one has up to 32 hexadecimal digits.' },
  ]);
});

test('an unknown trace is said to be unknown, with the reasons there can be', async () => {
  store.answers[`/api/v2/traces/${TRACE}`] = [
    404,
    { error: { code: 'trace_not_found', message: 'There is no trace.' } },
  ];
  const { errors } = await ask([{ refId: 'A', query: TRACE }]);
  expect(errors?.[0].message).toMatch(
    /^Trace 4bf92f3577b34da6a3ce929d0e0e4736 is not in the store: it was never received/
  );
});

test('a store that cannot be reached is named', async () => {
  store.answers[`/api/v2/traces/${TRACE}`] = [502, ''];
  const { errors } = await ask([{ refId: 'A', query: TRACE }]);
  expect(errors?.[0]).toMatchObject({ refId: 'A', status: 502 });
  expect(errors?.[0].message).toContain('http://store:3200 cannot be reached');
});

test('unsubscribing ends the request', async () => {
  const source = datasource();
  const request = {
    targets: [{ refId: 'A', query: TRACE }],
    range,
    scopedVars: {},
  } as unknown as DataQueryRequest<ClewQuery>;
  const next = jest.fn();
  source.query(request).subscribe(next).unsubscribe();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(next).not.toHaveBeenCalled();
});

test('queries that leave a dashboard carry values, not variables', () => {
  const [query] = datasource({ id: TRACE }).interpolateVariablesInQueries([{ refId: 'A', query: '$id' }], {});
  expect(query).toMatchObject({ query: TRACE, datasource: { uid: 'clew', type: 'clew-traces-datasource' } });
});

test('what history shows', () => {
  const source = datasource();
  expect(source.getQueryDisplayText({ refId: 'A', query: TRACE })).toBe(`Trace ${TRACE}`);
  expect(source.getQueryDisplayText({ refId: 'A', query: ' { } ' })).toBe('{ }');
  expect(source.getQueryDisplayText({ refId: 'A' })).toBe('');
});
