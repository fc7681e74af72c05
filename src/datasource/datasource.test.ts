import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import {
  dateTime,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceInstanceSettings,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { xhrTransport } from '../shared/testing/xhrTransport';
import { ClewDatasource, type DatasourceServices } from './datasource';
import { type ClewJsonData, type ClewQuery } from './types';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACE_JSON = {
  trace: {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeSpans: [
          { spans: [{ traceId: 'S/kvNXezTaajzpKdDg5HNg==', spanId: 'APBnqgupArc=', startTimeUnixNano: '1' }] },
        ],
      },
    ],
  },
  metrics: {},
  status: 'COMPLETE',
};
const STATUS = {
  version: '0.1.0',
  ready: true,
  uptimeSeconds: 5,
  spansStored: 12_345,
  bytesOnDisk: 1,
  oldestUnixNano: '1',
  newestUnixNano: '2',
  received: { spans: 1 },
  refused: {},
  otlp: { grpc: 'localhost:4317', http: 'localhost:4318' },
};

type Answer = [status: number, body: unknown];

let server: Server;
let baseUrl: string;
let asked: URL[] = [];
let answers: Record<string, Answer> = {};

beforeAll((done) => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://store');
    asked.push(url);
    const [status, body] = answers[url.pathname] ?? [404, { error: { code: 'route_not_found', message: 'nothing' } }];
    response.writeHead(status, { 'Access-Control-Allow-Origin': '*' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }).listen(0, '127.0.0.1', () => {
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    done();
  });
});

afterAll((done) => {
  server.close(done);
  // The browser's side keeps its connections open.
  server.closeAllConnections();
});

beforeEach(() => {
  asked = [];
  answers = {
    [`/api/v2/traces/${TRACE}`]: [200, TRACE_JSON],
    '/api/search': [200, { traces: [{ traceID: TRACE }] }],
    '/clew/v1/status': [200, STATUS],
    '/clew/v1/services': [200, { services: [{ service: 'shop' }, { service: 'bank' }] }],
  };
});

/** As Grafana's: a string value through the formatter, or joined by a named one. */
const templateSrv = (variables: Record<string, unknown>): DatasourceServices['templateSrv'] => ({
  replace: (text = '', _scopedVars, format) =>
    text.replace(/\$(\w+)/g, (match: string, name: string) => {
      if (!(name in variables)) {
        return match;
      }
      const value = variables[name];
      return typeof format === 'function'
        ? String(format(value, { name, multi: Array.isArray(value) }))
        : Array.isArray(value)
          ? `(${value.join('|')})`
          : String(value);
    }),
  containsTemplate: (text = '') => text.includes('$'),
  getVariables: () => [],
});

function datasource(variables: Record<string, unknown> = {}): ClewDatasource {
  const settings = {
    uid: 'clew',
    name: 'Clew',
    type: 'clew-traces-datasource',
    url: '/api/datasources/proxy/uid/clew',
    jsonData: {},
    meta: { info: { version: '0.1.3' } },
  } as unknown as DataSourceInstanceSettings<ClewJsonData>;
  return new ClewDatasource(settings, {
    transport: xhrTransport(baseUrl),
    templateSrv: templateSrv(variables),
    address: () => Promise.resolve('http://store:3200'),
  });
}

const [from, to] = [dateTime(1_700_000_000_400), dateTime(1_700_000_600_400)];
const range = { from, to, raw: { from, to } };

function ask(targets: object[], source = datasource()): Promise<DataQueryResponse> {
  const request = { targets, range, scopedVars: {} } as unknown as DataQueryRequest<ClewQuery>;
  return lastValueFrom(source.query(request));
}

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
    expect(data).toHaveLength(1);
    expect(data[0].meta.preferredVisualisationType).toBe('trace');
    expect(asked.map(({ pathname, search }) => pathname + search)).toEqual([`/api/v2/traces/${TRACE}`]);
  });

  test('without a time range', async () => {
    const request = {
      targets: [{ refId: 'A', query: TRACE }],
      scopedVars: {},
    } as unknown as DataQueryRequest<ClewQuery>;
    expect((await lastValueFrom(datasource().query(request))).data).toHaveLength(1);
  });
});

test('a search sends the range, the limits and its variables filled in', async () => {
  const target = { refId: 'B', query: '{ name = "$op" }', queryType: 'traceql', limit: 7, spss: 5 };
  const { data } = await ask([target], datasource({ op: ['a"', 'b'] }));
  expect(data[0].refId).toBe('B');
  expect(Object.fromEntries(asked[0].searchParams)).toEqual({
    q: '{ name =~ "(a\\"|b)" }',
    limit: '7',
    spss: '5',
    start: '1700000000',
    end: '1700000601',
  });
});

test('nothing found is no data, and no error', async () => {
  answers['/api/search'] = [200, { metrics: {} }];
  expect(await ask([{ refId: 'A', query: '{ }' }])).toEqual({ data: [] });
});

test('limits that make no sense become ones that do', async () => {
  await ask([{ refId: 'A', query: '{ }', limit: 1e9, spss: -1 }]);
  expect(asked[0].searchParams.get('limit')).toBe('10000');
  expect(asked[0].searchParams.get('spss')).toBe('3');
});

test('hidden and empty queries are not asked', async () => {
  const { data } = await ask([{ refId: 'A', query: '' }, { refId: 'B' }, { refId: 'C', query: '{ }', hide: true }]);
  expect(data).toEqual([]);
  expect(asked).toEqual([]);
});

test('each failing query has its error, and the others have their answers', async () => {
  answers['/api/search'] = [
    400,
    { error: { code: 'query_syntax', message: 'expected }', line: 1, column: 3, hint: 'close it' } },
  ];
  const { data, errors, state } = await ask([
    { refId: 'A', query: TRACE },
    { refId: 'B', query: '{ ' },
    { refId: 'C', query: '00000000000000000000000000000001' },
    { refId: 'D', query: 'xyz', queryType: 'traceId' },
  ]);
  expect(data).toHaveLength(1);
  expect(state).toBe('Error');
  expect(errors).toEqual([
    { refId: 'B', status: 400, message: 'Line 1, column 3: expected } (close it)' },
    expect.objectContaining({ refId: 'C', status: 404 }),
    { refId: 'D', message: '"xyz" is no trace id: one has up to 32 hexadecimal digits.' },
  ]);
});

test('an unknown trace is said to be unknown, with the reasons there can be', async () => {
  answers[`/api/v2/traces/${TRACE}`] = [404, { error: { code: 'trace_not_found', message: 'There is no trace.' } }];
  const { errors } = await ask([{ refId: 'A', query: TRACE }]);
  expect(errors?.[0].message).toMatch(
    /^Trace 4bf92f3577b34da6a3ce929d0e0e4736 is not in the store: it was never received/
  );
});

test('a store that cannot be reached is named', async () => {
  answers[`/api/v2/traces/${TRACE}`] = [502, ''];
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

describe('variables', () => {
  beforeEach(() => {
    answers['/api/v2/search/tag/resource.service.name/values'] = [
      200,
      { tagValues: [{ type: 'string', value: 'shop' }] },
    ];
    answers['/api/v2/search/tag/name/values'] = [200, { tagValues: [{ type: 'string', value: 'GET /' }] }];
    answers['/api/v2/search/tag/span.http.route/values'] = [200, { tagValues: [{ type: 'string', value: '/a' }] }];
    answers['/api/v2/search/tags'] = [
      200,
      {
        scopes: [
          { name: 'intrinsic', tags: ['name'] },
          { name: 'span', tags: ['http.route'] },
        ],
      },
    ];
  });

  test.each([
    ['services', ['shop']],
    ['', ['shop']],
    [{ refId: 'A', kind: 'services' }, ['shop']],
    ['operations($service)', ['GET /']],
    [{ refId: 'A', kind: 'operations', service: '$service' }, ['GET /']],
    ['tag_names', ['name', 'span.http.route']],
    ['tag_values(span.http.route)', ['/a']],
    [{ refId: 'A', kind: 'tagValues', tag: '$tag' }, ['/a']],
    [{ refId: 'A', kind: 'tagValues' }, []],
  ])('%j', async (query, expected) => {
    const source = datasource({ service: ['a', 'b'], tag: 'span.http.route' });
    expect((await source.metricFindQuery(query, { range })).map(({ text }) => text)).toEqual(expected);
  });

  test("operations are those of the variable's services", async () => {
    await datasource({ service: ['a', 'b'] }).metricFindQuery('operations($service)', { range });
    expect(asked[0].searchParams.get('q')).toBe('{ resource.service.name =~ "(a|b)" }');
    expect(asked[0].searchParams.get('start')).toBe('1700000000');
  });

  test('a text that is no variable query says what is', async () => {
    await expect(datasource().metricFindQuery('label_values(x)')).rejects.toThrow('operations(service)');
  });

  test('errors are for people', async () => {
    answers['/api/v2/search/tag/resource.service.name/values'] = [502, ''];
    await expect(datasource().metricFindQuery('services')).rejects.toThrow('http://store:3200 cannot be reached');
  });
});

describe('the connection test', () => {
  const message = async () => datasource().testDatasource();

  test('says what is there', async () => {
    expect(await message()).toEqual({
      status: 'success',
      message: 'Connected to Clew store 0.1.0: 12,345 spans, 2 services in the last 24 hours.',
    });
  });

  test('says how to fill an empty store', async () => {
    answers['/clew/v1/status'] = [200, { ...STATUS, spansStored: 0 }];
    expect((await message()).message).toContain(
      'send OTLP to localhost:4317 (gRPC) or http://localhost:4318/v1/traces'
    );
  });

  test('warns of a store of another version, and of one that is starting', async () => {
    answers['/clew/v1/status'] = [200, { ...STATUS, version: '0.2.0' }];
    expect(await message()).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('the plugin is 0.1.3'),
    });
    answers['/clew/v1/status'] = [200, { ...STATUS, ready: false }];
    expect(await message()).toMatchObject({ status: 'warning', message: expect.stringContaining('is starting') });
  });

  test.each([
    [502, '', 'http://store:3200 cannot be reached'],
    [504, '', 'did not answer in time'],
    [400, { message: 'Authentication to data source failed' }, 'refuses the token'],
    [403, { message: 'access denied' }, 'Grafana refuses the request'],
    [404, 'not found', 'it is not the query port of a Clew store (404)'],
    [200, 'hello', 'it is not the query port of a Clew store'],
    [503, { error: { code: 'engine_unavailable', message: 'The engine cannot be reached.' } }, 'The engine cannot be'],
  ])('says what is wrong where the answer is %d %j', async (status, body, expected) => {
    answers['/clew/v1/status'] = [status, body];
    expect(await message()).toMatchObject({ status: 'error', message: expect.stringContaining(expected) });
  });
});
