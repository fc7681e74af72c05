import type { FoundTrace } from '../query/run/search-result.ts';
import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';
import { EPOCH_SECONDS, otlpRequest, SHOP_SPANS, spanIdOf, traceIdOf } from './testing/shop-traces.ts';

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
  await store.ingest(otlpRequest(SHOP_SPANS));
}, 30_000);

afterAll(() => store.stop());

interface Trace {
  readonly traceID: string;
  readonly spanSets?: ReadonlyArray<{
    readonly spans: ReadonlyArray<{ readonly name: string }>;
    readonly matched: number;
  }>;
}

async function get(
  path: string,
  parameters: Record<string, string | number>
): Promise<{ status: number; body: unknown }> {
  const query = new URLSearchParams(
    Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)])
  );
  const response = await fetch(`${store.url}${path}?${query}`);
  return { status: response.status, body: await response.json() };
}

async function traces(parameters: Record<string, string | number>): Promise<Trace[]> {
  const { status, body } = await get('/api/search', { limit: 100, spss: 100, ...parameters });
  expect({ status, body }).toMatchObject({ status: 200 });
  return (body as { traces: Trace[] }).traces;
}

/** Names of the spans that match, in alphabetical order. */
async function matching(q: string, parameters: Record<string, string | number> = {}): Promise<string[]> {
  const found = await traces({ q, ...parameters });
  return found.flatMap(({ spanSets = [] }) => spanSets.flatMap(({ spans }) => spans.map(({ name }) => name))).sort();
}

const ALL = SHOP_SPANS.map(({ name }) => name).sort();
const except = (...names: string[]) => ALL.filter((name) => !names.includes(name));
const ORDER = ['POST /order', 'SELECT', 'reserve'];

describe('which spans match', () => {
  test.each<[string, string[]]>([
    ['{}', ALL],
    ['{ true }', ALL],
    ['{ false }', []],
    ['{ 1 = 1 }', ALL],
    ['{ 1 > 1.5 }', []],
    ['{ "a" != "b" }', ALL],

    // An attribute of every type, compared with literals of every type: another type never matches, whatever the operator.
    ['{ span.x = "apple" }', ['text', 'texts']],
    ['{ span.x != "apple" }', ['on both']],
    ['{ span.x > "banana" }', ['on both', 'texts']],
    ['{ span.x <= "banana" }', ['text', 'texts']],
    ['{ span.x =~ "ap.*" }', ['text', 'texts']],
    ['{ span.x =~ "app" }', []],
    ['{ span.x =~ "p.*|fi." }', ['on both', 'texts']],
    ['{ span.x !~ "a.*" }', ['on both']],
    ['{ span.x = 5 }', ['int', 'ints']],
    ['{ span.x != 5 }', ['float']],
    ['{ span.x > 5 }', ['float', 'ints']],
    ['{ span.x >= 5.5 }', ['float', 'ints']],
    ['{ span.x < 5.5 }', ['int', 'ints']],
    ['{ span.x = 5.5 }', ['float']],
    ['{ span.x = 5ns }', ['int', 'ints']],
    ['{ 5 < span.x }', ['float', 'ints']],
    ['{ span.x = -5 }', []],
    ['{ span.x = true }', ['bool']],
    ['{ span.x != true }', []],
    ['{ span.x != false }', ['bool']],
    ['{ span.big = 9007199254740993 }', ['int']],
    ['{ span.big = 9007199254740992 }', []],
    ['{ span.only }', ['text']],
    ['{ !span.only }', ['bool']],
    ['{ span."odd \\"key\\"" = "it\'s" }', ['text']],
    ['{ span.x = "it\'s; DROP TABLE clew.spans --" }', []],
    ['{ span.x = "\\\\" || span.x = "{p0:String}" }', []],

    // Promoted attributes behave like all others.
    ['{ span.http.method = "GET" }', ['text', 'texts']],
    ['{ span.http.method != "GET" }', ['POST /order', 'int']],
    ['{ span.http.method =~ "P.*" }', ['POST /order', 'int', 'texts']],
    ['{ span.http.status_code = 404 }', ['int']],
    ['{ span.http.status_code = "404" }', ['float']],
    ['{ span.http.status_code != 404 }', ['text']],
    ['{ span.http.status_code >= 200 }', ['int', 'text']],
    ['{ span.http.status_code > 200.5 }', ['int']],
    ['{ span.http.status_code != nil }', ['float', 'int', 'text']],

    // Scopes: the unscoped form takes the first of span, resource, event, link, instrumentation.
    ['{ resource.x = "plum" }', ['on both', 'on resource']],
    ['{ .x = "plum" }', ['on resource']],
    ['{ .x = "fig" }', ['on both']],
    ['{ .x != "apple" }', ['on both', 'on resource']],
    ['{ event.x = "in event" }', ['on both']],
    ['{ .x = "in event" }', []],
    ['{ .code = 2 }', ['on both']],
    ['{ .why = "retry" }', ['on both']],
    ['{ .flavor = "sweet" }', ['on resource']],
    ['{ instrumentation.flavor = "sweet" }', ['on resource']],
    ['{ link.why = "retry" }', ['on both']],
    ['{ event.code = 2 }', ['on both']],
    ['{ event.code != 2 }', []],
    ['{ event.code != 3 }', ['on both']],
    ['{ resource.replicas > 2 }', ['on resource']],
    ['{ resource.service.name = "types" && span.x = "apple" }', ['text', 'texts']],
    ['{ resource.service.name =~ "g.*" }', ['POST /order']],
    ['{ resource.service.name != "types" }', [...ORDER, 'on both', 'on resource', 'orphan'].sort()],
    ['{ .service.name = "gateway" }', ['POST /order']],

    // nil.
    ['{ span.x != nil }', ['bool', 'float', 'int', 'ints', 'on both', 'text', 'texts']],
    ['{ span.x = nil }', [...ORDER, 'none', 'on resource', 'orphan'].sort()],
    ['{ .x = nil }', [...ORDER, 'none', 'orphan'].sort()],
    ['{ nil != .x && resource.service.name = "placed" }', ['on both', 'on resource']],
    ['{ resource.region = nil }', except('on both', 'on resource')],
    ['{ event.x = nil }', ['SELECT', 'on both']],
    ['{ event.code = nil }', ['SELECT']],
    ['{ link.why = nil }', []],
    ['{ name != nil }', ALL],
    ['{ span.nosuch = 1 || span.nosuch != 1 }', []],

    // Intrinsics.
    ['{ name = "reserve" }', ['reserve']],
    ['{ span:name =~ "on .*" }', ['on both', 'on resource']],
    ['{ duration > 100ms }', ['POST /order', 'reserve']],
    ['{ duration >= 900ms }', ['POST /order']],
    ['{ duration = 0s }', except(...ORDER, 'orphan')],
    ['{ duration < 1 }', except(...ORDER, 'orphan')],
    ['{ status = error }', ['POST /order', 'SELECT']],
    ['{ status = ok }', ['reserve']],
    ['{ status != unset }', ORDER],
    ['{ statusMessage = "no stock" }', ['POST /order']],
    ['{ kind = server }', ['POST /order', 'SELECT']],
    ['{ kind = client }', ['reserve']],
    ['{ kind != unspecified }', ORDER],
    [`{ span:id = "${spanIdOf(0x21)}" }`, ['reserve']],
    [`{ span:id != "${spanIdOf(0x21)}" && trace:id = "20" }`, ['POST /order', 'SELECT']],
    [`{ span:parentID = "${spanIdOf(0x20)}" }`, ['reserve']],
    ['{ span:parentID = "0000000000000099" }', ['orphan']],
    [`{ trace:id = "${traceIdOf(0x20)}" }`, ORDER],
    ['{ trace:id = "not hex" }', []],
    ['{ nestedSetParent < 0 }', except('reserve', 'SELECT', 'orphan')],
    ['{ nestedSetParent >= 0 }', ['SELECT', 'orphan', 'reserve']],
    ['{ event:name = "second" }', ['on both']],
    ['{ event:name != "second" }', ['SELECT']],
    ['{ event:name =~ "f.*|e.*" }', ['SELECT', 'on both']],
    ['{ event:timeSinceStart > 20ms }', ['on both']],
    [`{ link:traceID = "${traceIdOf(0xabc)}" }`, ['on both']],
    [`{ link:spanID = "${spanIdOf(0xdef)}" }`, ['on both']],
    ['{ instrumentation:name = "lib.a" }', ['on resource']],
    ['{ instrumentation:version =~ "[12].0" }', ['on both', 'on resource']],
    ['{ instrumentation:name != "lib.a" && resource.service.name = "placed" }', ['on both']],

    // Facts of the trace.
    ['{ traceDuration >= 900ms }', ORDER],
    ['{ trace:duration > 900ms }', []],
    ['{ trace:duration > 100ms && name = "SELECT" }', ['SELECT']],
    ['{ rootName = "POST /order" && kind = client }', ['reserve']],
    ['{ trace:rootService = "gateway" }', ORDER],
    ['{ rootServiceName =~ "gate.*" && !(name = "reserve") }', ['POST /order', 'SELECT']],
    ['{ rootName != "POST /order" }', except(...ORDER, 'orphan')],
    ['{ name = "orphan" || rootServiceName = "gateway" }', [...ORDER, 'orphan'].sort()],

    // Logic. Both operators have one precedence, from left to right.
    ['{ name = "int" || name = "float" && span.x = 5 }', ['int']],
    ['{ name = "int" || (name = "float" && span.x = 5.5) }', ['float', 'int']],
    ['{ !(name = "int") && span.x = 5 }', ['ints']],
    ['{ !(span.x = 5 || span.x = "apple") && resource.service.name = "types" }', ['bool', 'float', 'none']],
    ['{ resource.service.name = "gateway" } && { status = ok }', ['POST /order', 'reserve']],
    ['{ resource.service.name = "gateway" } && { status = ok } && { span.items = 4 }', []],
    ['{ name = "int" } || { name = "orphan" }', ['int', 'orphan']],
    ['{ kind = server } | { status = error } | { duration < 1s && duration > 100ms }', ['POST /order']],
  ])('%s', async (query, expected) => {
    expect(await matching(query)).toEqual(expected);
  });
});

describe('the answer', () => {
  test('has every field that Grafana decodes, and no other', async () => {
    const { body } = await get('/api/search', {
      q: '{ rootName = "POST /order" && duration > 10ms && .http.method != nil || span.items = 3 } | select(resource.service.name, status)',
    });
    const spanSet = {
      spans: [
        {
          spanID: spanIdOf(0x20),
          name: 'POST /order',
          startTimeUnixNano: `${EPOCH_SECONDS + 3600}000000000`,
          durationNanos: '900000000',
          attributes: [
            { key: 'http.method', value: { stringValue: 'POST' } },
            { key: 'service.name', value: { stringValue: 'gateway' } },
            { key: 'status', value: { stringValue: 'error' } },
          ],
        },
        {
          spanID: spanIdOf(0x21),
          name: 'reserve',
          startTimeUnixNano: `${EPOCH_SECONDS + 3600}100000000`,
          durationNanos: '700000000',
          attributes: [
            { key: 'items', value: { intValue: '3' } },
            { key: 'service.name', value: { stringValue: 'stock' } },
            { key: 'status', value: { stringValue: 'ok' } },
          ],
        },
      ],
      matched: 2,
    };
    expect(body).toEqual({
      traces: [
        {
          traceID: traceIdOf(0x20),
          rootServiceName: 'gateway',
          rootTraceName: 'POST /order',
          startTimeUnixNano: `${EPOCH_SECONDS + 3600}000000000`,
          durationMs: 900,
          spanSet,
          spanSets: [spanSet],
          serviceStats: {
            db: { spanCount: 1, errorCount: 1 },
            gateway: { spanCount: 1, errorCount: 1 },
            stock: { spanCount: 1, errorCount: 0 },
          },
        },
      ],
      metrics: { inspectedTraces: expect.any(Number), completedJobs: 1, totalJobs: 1 },
    });
  });

  test('shows as many spans as asked for, the first ones, and counts all', async () => {
    const [trace] = await traces({ q: '{ trace:id = "20" }', spss: 2 });
    expect(trace.spanSets).toMatchObject([{ matched: 3, spans: [{ name: 'POST /order' }, { name: 'reserve' }] }]);
  });

  test('gives arrays as arrays', async () => {
    const found = await traces({ q: '{ name = "texts" && span.x != nil && span.http.method != nil }' });
    expect(found).toMatchObject([
      {
        spanSets: [
          {
            spans: [
              {
                attributes: [
                  { key: 'x', value: { arrayValue: { values: [{ stringValue: 'apple' }, { stringValue: 'pear' }] } } },
                  {
                    key: 'http.method',
                    value: { arrayValue: { values: [{ stringValue: 'PUT' }, { stringValue: 'GET' }] } },
                  },
                ],
              },
            ],
          },
        ],
      },
    ]);
  });

  test('says that a root is missing', async () => {
    expect(await traces({ q: '{ name = "orphan" }' })).toMatchObject([
      { rootServiceName: '<root span not yet received>', rootTraceName: 'orphan', traceID: traceIdOf(0x30) },
    ]);
  });

  test('is newest first, and the same each time', async () => {
    const ids = (await traces({})).map(({ traceID }) => parseInt(traceID, 16));
    expect(ids).toEqual([0x30, 0x20, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect((await traces({ limit: 3 })).map(({ traceID }) => parseInt(traceID, 16))).toEqual([0x30, 0x20, 9]);
  });

  test('is ordered by the start of the trace, not by that of the span that matches', async () => {
    await store.ingest(
      otlpRequest([
        // Begins first, and its second span starts last of all.
        ...Array.from({ length: 60 }, (_, index) => ({
          name: index === 0 ? 'long' : 'short',
          trace: 0x1000 + index,
          span: 0x1000 + index,
          start: -1_000_000 + index,
          service: 'order',
        })),
        { name: 'late', trace: 0x1000, span: 0x2000, parent: 0x1000, start: -500_000, service: 'order' },
        ...Array.from({ length: 60 }, (_, index) => ({
          name: 'late',
          trace: 0x1001 + index,
          span: 0x2001 + index,
          parent: 0x1001 + index,
          start: -600_000 - index,
          service: 'order',
        })),
      ])
    );
    const found = await traces({ q: '{ resource.service.name = "order" && name = "late" }', limit: 2 });
    // 0x103c has a late span only: that is its start.
    expect(found.map(({ traceID }) => parseInt(traceID, 16))).toEqual([0x103c, 0x103b]);
  });

  test('is of the spans that start in the time range, both ends included', async () => {
    const at = (start: number, end: number) =>
      matching('{}', { start: EPOCH_SECONDS + start, end: EPOCH_SECONDS + end });
    expect(await at(2, 4)).toEqual(['bool', 'float', 'int']);
    expect(await at(3600, 3601)).toEqual(ORDER);
    expect(await at(10, 3599)).toEqual([]);
    expect(await matching('{ resource.service.name = "queue" }', { start: EPOCH_SECONDS })).toEqual(['orphan']);
    expect(await matching('{ resource.service.name = "queue" }', { end: EPOCH_SECONDS + 7199 })).toEqual([]);
  });

  test('knows the whole trace where the time range cuts it', async () => {
    // Nothing else of the trace starts in this second.
    await store.ingest(
      otlpRequest([
        { name: 'long root', trace: 0x40, span: 0x40, start: 9_000_000, durationMs: 5000, service: 'cut' },
        { name: 'late child', trace: 0x40, span: 0x41, parent: 0x40, start: 9_004_000, durationMs: 10, service: 'cut' },
      ])
    );
    const range = { start: EPOCH_SECONDS + 9004, end: EPOCH_SECONDS + 9005 };
    expect(await matching('{ traceDuration > 4s && rootName = "long root" }', range)).toEqual(['late child']);
    expect(await traces({ q: '{}', ...range })).toMatchObject([{ rootTraceName: 'long root', durationMs: 5000 }]);
  });

  test('counts a span that was delivered twice once', async () => {
    const twice = otlpRequest([{ name: 'twice', trace: 0x50, span: 0x50, start: 9_500_000, service: 'twice' }]);
    await store.ingest(twice);
    await store.ingest(twice);
    expect(await traces({ q: '{ name = "twice" }' })).toMatchObject([
      { spanSets: [{ matched: 1, spans: [{ name: 'twice' }] }], serviceStats: { twice: { spanCount: 1 } } },
    ]);
  });
});

describe('the parameters from before TraceQL', () => {
  const names = async (parameters: Record<string, string>) =>
    (await traces(parameters)).map(({ traceID }) => parseInt(traceID, 16));

  test.each<[Record<string, string>, number[]]>([
    [{ tags: 'x=apple' }, [5, 1]],
    [{ tags: 'x=5' }, [6, 2]],
    [{ tags: 'x=5.5' }, [3]],
    [{ tags: 'x=true' }, [4]],
    [{ tags: 'service.name=gateway items=3' }, [0x20]],
    [{ tags: 'service.name=gateway items=4' }, []],
    [{ tags: 'name="POST /order"' }, [0x20]],
    [{ tags: 'root.name="POST /order"' }, [0x20]],
    [{ tags: 'error=true' }, [0x20]],
    [{ tags: 'status.code=ok' }, [0x20]],
    [{ minDuration: '500ms', maxDuration: '1s' }, [0x20]],
    [{ tags: 'db.system=postgresql', minDuration: '1s', maxDuration: '2s' }, []],
  ])('%j', async (parameters, expected) => {
    expect(await names(parameters)).toEqual(expected);
  });
});

describe('in pages', () => {
  const page = async (parameters: Record<string, string>) => {
    const { body } = await get('/api/search', { q: '{}', limit: '5', ...parameters });
    const { traces, nextCursor } = body as { traces: FoundTrace[]; nextCursor?: string };
    return { ids: traces.map(({ traceID }) => traceID), traces, nextCursor };
  };
  const allPages = async (sort: string) => {
    const traces: FoundTrace[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const { traces: more, nextCursor } = await page({ sort, cursor });
      traces.push(...more);
      cursor = nextCursor;
    }
    return traces;
  };

  test('pages follow each other, and nothing comes twice or not at all', async () => {
    const whole = await page({ limit: '1000' });
    const paged = await allPages('start');
    expect(paged.map(({ traceID }) => traceID)).toEqual(whole.ids);
    expect(whole.nextCursor).toBeUndefined();
  });

  test('the slowest first', async () => {
    const slowest = await allPages('duration');
    const durations = slowest.map(({ durationMs }) => durationMs);
    expect(durations).toEqual([...durations].sort((a, b) => b - a));
    expect(slowest).toHaveLength((await page({ limit: '1000' })).ids.length);
  });

  test('only who asks for an order gets a cursor: Grafana refuses fields that it does not know', async () => {
    expect(await page({})).not.toHaveProperty('nextCursor', expect.any(String));
    expect(await page({ sort: 'start' })).toHaveProperty('nextCursor', expect.any(String));
  });

  test('a cursor belongs to its order', async () => {
    const { nextCursor = '' } = await page({ sort: 'start' });
    const { status, body } = await get('/api/search', { q: '{}', sort: 'duration', cursor: nextCursor });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { message: expect.stringContaining('sort=start') } });
  });
});

describe('bad input', () => {
  test.each<[Record<string, string>, string, object]>([
    [{ q: '{ name = }' }, 'query_syntax', { line: 1, column: expect.any(Number) }],
    [{ q: '{ .a =~ "(" }' }, expect.stringMatching(/^query_(regex|type)$/) as unknown as string, {}],
    [{ q: '{ name = 5 }' }, 'query_type', { line: 1 }],
    [{ q: '{} | rate()' }, 'query_unsupported', { line: 1, hint: expect.stringContaining('query_range') }],
    [{ q: '{ parent.a = 1 }' }, 'query_unsupported', { line: 1, column: 3 }],
    [{ sort: 'name' }, 'parameter_invalid', {}],
    [{ cursor: 'abc' }, 'parameter_invalid', {}],
    [{ q: '{}', tags: 'a=b' }, 'parameter_invalid', {}],
    [{ tags: 'a="b' }, 'parameter_invalid', {}],
    [{ tags: 'a=1 a=2' }, 'parameter_invalid', {}],
    [{ minDuration: 'soon' }, 'parameter_invalid', {}],
    [{ minDuration: '2s', maxDuration: '1s' }, 'parameter_invalid', {}],
    [{ limit: '0' }, 'parameter_invalid', {}],
    [{ limit: '-1' }, 'parameter_invalid', {}],
    [{ limit: '1e3' }, 'parameter_invalid', {}],
    [{ limit: '99999999' }, 'parameter_invalid', {}],
    [{ spss: '0' }, 'parameter_invalid', {}],
    [{ start: 'yesterday' }, 'parameter_invalid', {}],
    [{ start: '1700000000000' }, 'parameter_invalid', {}],
    [{ start: '20', end: '10' }, 'parameter_invalid', {}],
    [{ q: `{ .a = "${'x'.repeat(140_000)}" }` }, 'parameter_invalid', {}],
  ])('%j', async (parameters, code, details) => {
    const { status, body } = await get('/api/search', parameters);
    expect(body).toMatchObject({ error: { code, message: expect.any(String), ...details } });
    expect(status).toBe(400);
  });

  test('names the parameter', async () => {
    const { body } = await get('/api/search', { limit: 'many' });
    expect(body).toEqual({
      error: {
        code: 'parameter_invalid',
        message: 'Parameter limit is "many"; give a whole number from 1 to 10000.',
      },
    });
  });

  test('a parameter that is given twice', async () => {
    const response = await fetch(`${store.url}/api/search?limit=1&limit=2`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { message: 'Parameter limit is given more than once.' } });
  });

  test('long chains are refused or run, and never break the store', async () => {
    const chain = (count: number, operator: string) =>
      `{ ${Array.from({ length: count }, (_, index) => `.a = ${index}`).join(` ${operator} `)} }`;
    expect((await get('/api/search', { q: chain(400, '||') })).status).toBe(200);
    const ofKnownKey = `{ ${Array.from({ length: 450 }, (_, index) => `.x = "${index}"`).join(' || ')} }`;
    expect((await get('/api/search', { q: ofKnownKey })).body).toMatchObject({ error: { code: 'query_unsupported' } });
    expect((await get('/api/search', { q: `{ .x = "${'y'.repeat(100_000)}" }` })).status).toBe(200);
    expect((await get('/api/search', { q: chain(5000, '||') })).body).toMatchObject({
      error: { code: 'query_unsupported' },
    });
    const alternating = `{ ${'.a = 1 && .b = 2 || '.repeat(40)}.c = 3 }`;
    expect((await get('/api/search', { q: alternating })).status).toBe(200);
    const spansets = Array.from({ length: 30 }, (_, index) => `{ .a = ${index} } && { .b = 1 } || { .c = 1 }`).join(
      ' && '
    );
    expect((await get('/api/search', { q: spansets })).status).toBe(400);
  });
});
