import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';
import { EPOCH_SECONDS, otlpRequest, SHOP_SPANS } from './testing/shop-traces.ts';

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
  await store.ingest(otlpRequest(SHOP_SPANS));
}, 30_000);

afterAll(() => store.stop());

async function get(path: string, status = 200): Promise<Record<string, unknown>> {
  const response = await fetch(`${store.url}${path}`);
  const body = (await response.json()) as Record<string, unknown>;
  expect({ status: response.status, body }).toMatchObject({ status });
  return body;
}

const query = (parameters: Record<string, string>) => new URLSearchParams(parameters).toString();

async function scopes(parameters: Record<string, string>): Promise<Record<string, string[]>> {
  const { scopes: found } = await get(`/api/v2/search/tags?${query(parameters)}`);
  return Object.fromEntries((found as Array<{ name: string; tags: string[] }>).map(({ name, tags }) => [name, tags]));
}

async function values(tag: string, parameters: Record<string, string> = {}): Promise<string[]> {
  const { tagValues } = await get(`/api/v2/search/tag/${encodeURIComponent(tag)}/values?${query(parameters)}`);
  return (tagValues as Array<{ type: string; value: string }>).map(({ type, value }) => `${type} ${value}`);
}

const SPAN_TAGS = [
  'big',
  'db.system',
  'http.method',
  'http.response.status_code',
  'http.status_code',
  'items',
  'odd "key"',
  'only',
  'x',
  'y',
];

describe('names', () => {
  test('of every scope', async () => {
    const found = await scopes({});
    expect(found).toMatchObject({
      span: SPAN_TAGS,
      resource: ['region', 'replicas', 'service.name', 'x'],
      event: ['code', 'exception.type', 'x'],
      link: ['why'],
      instrumentation: ['flavor'],
    });
    expect(found.intrinsic).toEqual(
      expect.arrayContaining(['name', 'span:name', 'traceDuration', 'event:name', 'kind'])
    );
    expect(found.intrinsic).not.toContain('nestedSetParent');
  });

  test('of one scope', async () => {
    expect(await scopes({ scope: 'link' })).toEqual({ link: ['why'] });
    expect(Object.keys(await scopes({ scope: 'intrinsic' }))).toEqual(['intrinsic']);
  });

  test('of the days in a time range', async () => {
    const day = 86_400;
    const now = Math.floor(Date.now() / 1000);
    expect(await scopes({ start: String(now - day), end: String(now), scope: 'span' })).toEqual({ span: SPAN_TAGS });
    expect(await scopes({ start: String(now + 3 * day), end: String(now + 4 * day), scope: 'span' })).toEqual({});
  });

  test('of spans that a query selects within a time range', async () => {
    const range = { start: String(EPOCH_SECONDS + 3600), end: String(EPOCH_SECONDS + 3700), q: '{ name != "" }' };
    expect(await scopes({ ...range, scope: 'span' })).toEqual({
      span: ['db.system', 'http.method', 'http.response.status_code', 'items'],
    });
    expect(await scopes({ ...range, scope: 'resource' })).toEqual({ resource: ['service.name'] });
    expect(await scopes({ ...range, scope: 'event' })).toEqual({ event: ['exception.type'] });
  });

  test('of spans that a query selects, and of all spans while it is unfinished', async () => {
    expect(await scopes({ scope: 'span', q: '{ name = "reserve" }' })).toEqual({ span: ['items'] });
    for (const q of ['{ name = ', '{ name =~ "(" }', '']) {
      expect(await scopes({ scope: 'span', q })).toEqual({ span: SPAN_TAGS });
    }
  });

  test('of spans that the readable part of a query selects, and that one with trees may yield', async () => {
    for (const q of [
      '{ name = "reserve" && kind = }',
      '{} >> { name = "reserve" }',
      '{ name = "reserve" } | count() > 0',
    ]) {
      expect(await scopes({ scope: 'span', q })).toEqual({ span: ['items'] });
    }
  });

  test('up to a limit', async () => {
    expect(await scopes({ scope: 'span', limit: '2' })).toEqual({ span: SPAN_TAGS.slice(0, 2) });
  });

  test('in the older API, all scopes in one list', async () => {
    const { tagNames } = await get('/api/search/tags');
    expect(tagNames).toEqual(
      [
        ...new Set([...SPAN_TAGS, 'region', 'replicas', 'service.name', 'code', 'exception.type', 'why', 'flavor']),
      ].sort()
    );
    expect((await get('/api/search/tags?scope=intrinsic')).tagNames).toContain('name');
  });

  test('of a scope that does not exist', async () => {
    expect(await get('/api/v2/search/tags?scope=galaxy', 400)).toMatchObject({
      error: { code: 'parameter_invalid', message: expect.stringContaining('scope') },
    });
  });
});

describe('values', () => {
  test.each<[string, string[]]>([
    ['span.x', ['bool true', 'float 5.5', 'int 5', 'int 7', 'string apple', 'string fig', 'string pear']],
    ['resource.x', ['string plum']],
    [
      '.x',
      [
        'bool true',
        'float 5.5',
        'int 5',
        'int 7',
        'string apple',
        'string fig',
        'string in event',
        'string pear',
        'string plum',
      ],
    ],
    ['event.exception.type', ['string OutOfStock']],
    ['link.why', ['string retry']],
    ['instrumentation.flavor', ['string sweet']],
    ['span.http.method', ['string GET', 'string POST', 'string PUT']],
    ['span.http.status_code', ['int 200', 'int 404', 'string 404']],
    ['span.only', ['bool false', 'bool true']],
    ['span."odd \\"key\\""', ["string it's"]],
    [
      'resource.service.name',
      ['string db', 'string gateway', 'string placed', 'string queue', 'string stock', 'string types'],
    ],
    ['.service.name', ['string db', 'string gateway', 'string placed', 'string queue', 'string stock', 'string types']],
    ['span.nosuch', []],
    ['status', ['keyword unset', 'keyword ok', 'keyword error']],
    [
      'span:kind',
      [
        'keyword unspecified',
        'keyword internal',
        'keyword server',
        'keyword client',
        'keyword producer',
        'keyword consumer',
      ],
    ],
    ['statusMessage', ['string no stock']],
    ['event:name', ['string exception', 'string first', 'string second']],
    ['rootServiceName', ['string gateway', 'string placed', 'string types']],
    ['trace:rootService', ['string gateway', 'string placed', 'string types']],
    ['instrumentation:name', ['string lib.a', 'string lib.b']],
    ['instrumentation:version', ['string 1.0', 'string 2.0']],
    ['duration', []],
    ['trace:id', []],
  ])('of %s', async (tag, expected) => {
    expect((await values(tag)).sort()).toEqual([...expected].sort());
  });

  test('the most frequent first, then in the order of types and texts', async () => {
    const counts = new Map<string, number>();
    for (const { service = '' } of SHOP_SPANS) {
      counts.set(service, (counts.get(service) ?? 0) + 1);
    }
    const [busiest] = [...counts].sort(([, a], [, b]) => b - a);
    expect((await values('resource.service.name'))[0]).toBe(`string ${busiest[0]}`);
    expect(await values('span.http.method', { limit: '1' })).toHaveLength(1);
  });

  test('of names', async () => {
    expect((await values('name')).sort()).toEqual(SHOP_SPANS.map(({ name }) => `string ${name}`).sort());
    expect(await values('rootName', { limit: '1' })).toEqual(['string POST /order']);
  });

  test('within a time range and a query', async () => {
    const range = { start: String(EPOCH_SECONDS + 3600), end: String(EPOCH_SECONDS + 3700) };
    expect(await values('span.http.method', { ...range, q: '{ name != "" }' })).toEqual(['string POST']);
    expect(await values('resource.service.name', { q: '{ status = ok }' })).toEqual(['string stock']);
    expect(await values('resource.region', { q: '{ span.x = "fig" }' })).toEqual(['string us']);
    expect(await values('span.x', { q: '{ span.only }' })).toEqual(['string apple']);
    expect(await values('instrumentation:name', { q: '{ span.y != nil }' })).toEqual(['string lib.a']);
    expect(await values('span.http.method', { q: '{ resource.service.name = "gateway" && name = }' })).toEqual([
      'string POST',
    ]);
  });

  test('in the older API, by a bare name', async () => {
    const of = async (tag: string) =>
      (await get(`/api/search/tag/${encodeURIComponent(tag)}/values`)).tagValues as string[];
    expect((await of('x')).sort()).toEqual(['5', '5.5', '7', 'apple', 'fig', 'in event', 'pear', 'plum', 'true']);
    expect((await of('service.name')).sort()).toEqual(['db', 'gateway', 'placed', 'queue', 'stock', 'types']);
    expect(await of('name')).toHaveLength(SHOP_SPANS.length);
    expect(await of('status.code')).toEqual(['unset', 'ok', 'error']);
    expect(await of('error')).toEqual(['true']);
    expect(await of('root.service.name')).toEqual(['gateway', 'placed', 'types']);
    expect(await of('constructor')).toEqual([]);
  });

  test('of a tag whose name has a slash', async () => {
    expect(await values('span.a/b')).toEqual([]);
  });

  test.each(['service.name', 'span.', 'galaxy:name', '{ .a = 1 }'])('of %s, which is no tag', async (tag) => {
    expect(await get(`/api/v2/search/tag/${encodeURIComponent(tag)}/values`, 400)).toMatchObject({
      error: { code: 'parameter_invalid', message: expect.stringContaining(tag), hint: expect.any(String) },
    });
  });
});
