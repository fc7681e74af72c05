import { anyValue, attributes, decodeOtlp, encodeOtlp, type Message } from './testing/otlp.ts';
import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
}, 30_000);

afterAll(() => store.stop());

const PROTOBUF = { headers: { accept: 'application/protobuf' } };

async function protobufTrace(path: string, type: string): Promise<Message> {
  const response = await fetch(`${store.url}${path}`, PROTOBUF);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/protobuf');
  return decodeOtlp(type, new Uint8Array(await response.arrayBuffer()));
}

const spanId = (number: number): Buffer => Buffer.from(number.toString(16).padStart(16, '0'), 'hex');

/** Every field of a span, and every kind of attribute value. */
const FULL_TRACE_ID = '0102030405060708090a0b0c0d0e0f10';
const everyValue = {
  string: 'a "quoted" \\ text\n\u0001 with é😀',
  'empty string': '',
  int: -9007199254740993n,
  'largest int': 2n ** 63n - 1n,
  double: 1.5,
  bool: true,
  not: false,
  bytes: Buffer.from([0, 255, 128]),
  empty: null,
  strings: ['a', 'b', 'a'],
  mixed: ['a', 1, 1.5, true, ['deep', { in: 'list' }], Buffer.from('x'), null],
  'no elements': [],
  list: { a: 'x', b: { c: 1, d: [true, false] } },
  'list.a': 'not the flattened one',
  'http.route': '/cart/:id',
  'http.response.status_code': 200,
  'http.status_code': 'two hundred',
  'server.address': ['an', 'array'],
};
const fullSpan = {
  traceId: Buffer.from(FULL_TRACE_ID, 'hex'),
  spanId: spanId(2),
  traceState: 'vendor=value',
  parentSpanId: spanId(1),
  name: 'GET /cart/:id',
  kind: 'SPAN_KIND_SERVER',
  startTimeUnixNano: '1700000000123456789',
  endTimeUnixNano: '1700000001123456788',
  attributes: attributes(everyValue),
  droppedAttributesCount: 1,
  events: [
    {
      timeUnixNano: '1700000000223456789',
      name: 'exception',
      attributes: attributes(everyValue),
      droppedAttributesCount: 2,
    },
    { timeUnixNano: '0', name: '' },
  ],
  droppedEventsCount: 3,
  links: [
    {
      traceId: Buffer.alloc(16, 9),
      spanId: spanId(9),
      traceState: 'a=b',
      attributes: attributes(everyValue),
      droppedAttributesCount: 4,
      flags: 257,
    },
    { traceId: Buffer.alloc(16, 8), spanId: spanId(8) },
  ],
  droppedLinksCount: 5,
  status: { code: 'STATUS_CODE_ERROR', message: 'no luck' },
  flags: 769,
};
const fullRequest = {
  resourceSpans: [
    {
      resource: { attributes: attributes({ 'service.name': 'cart', ...everyValue }), droppedAttributesCount: 6 },
      schemaUrl: 'https://opentelemetry.io/schemas/1.27.0',
      scopeSpans: [
        {
          scope: {
            name: 'scope',
            version: '1.2.3',
            attributes: attributes(everyValue),
            droppedAttributesCount: 7,
          },
          schemaUrl: 'https://opentelemetry.io/schemas/1.26.0',
          spans: [fullSpan],
        },
        {
          scope: { name: 'another scope' },
          spans: [{ ...fullSpan, spanId: spanId(3), startTimeUnixNano: '1700000000123456790', links: [] }],
        },
      ],
    },
    {
      resource: {},
      scopeSpans: [
        {
          scope: {},
          spans: [
            {
              traceId: Buffer.from(FULL_TRACE_ID, 'hex'),
              spanId: spanId(1),
              name: 'root',
              startTimeUnixNano: '1700000000000000000',
              // A clock that went back.
              endTimeUnixNano: '1699999999999999999',
              // A status is always given back: Grafana's Tempo back end fails without one.
              status: {},
            },
          ],
        },
      ],
    },
  ],
};

/** Attributes are a set: their order says nothing. */
function sortAttributes(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sortAttributes);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const sorted = sortAttributes(member);
      return [
        key,
        key === 'attributes' && Array.isArray(sorted)
          ? sorted.sort((a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1))
          : sorted,
      ];
    })
  );
}

/**
 * What was sent, as decoding it gives it: the trace's own order, by first span. A span without a status has an empty one,
 * which says the same: Grafana fails where there is none.
 */
function expectedTrace(): unknown {
  const [cart, { resource, scopeSpans }] = fullRequest.resourceSpans;
  const [{ scope, spans }] = scopeSpans;
  const nameless = { resource, scopeSpans: [{ scope, spans: spans.map((span) => ({ ...span, status: {} })) }] };
  return sortAttributes(decodeOtlp('TracesData', encodeOtlp('TracesData', { resourceSpans: [nameless, cart] })));
}

describe('a trace by id', () => {
  beforeAll(() => store.ingest(encodeOtlp('TracesData', fullRequest)));

  test('comes back in protobuf with every field of every span', async () => {
    const answer = await protobufTrace(`/api/v2/traces/${FULL_TRACE_ID}`, 'TraceByIDResponse');
    expect(sortAttributes(answer.trace)).toEqual(expectedTrace());
  });

  test('is the bare trace in the v1 API', async () => {
    const answer = await protobufTrace(`/api/traces/${FULL_TRACE_ID}`, 'TracesData');
    expect(sortAttributes(answer)).toEqual(expectedTrace());
  });

  test('is proto3 JSON by default', async () => {
    const response = await fetch(`${store.url}/api/v2/traces/${FULL_TRACE_ID.toUpperCase()}?start=1&end=2`);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const answer = (await response.json()) as Message;
    expect(sortAttributes(answer)).toEqual({ trace: expectedTrace(), metrics: {}, status: 'COMPLETE' });
  });

  test('has batches in the JSON of the v1 API', async () => {
    const response = await fetch(`${store.url}/api/traces/${FULL_TRACE_ID}`);
    const { batches } = (await response.json()) as Message;
    expect(sortAttributes({ resourceSpans: batches })).toEqual(expectedTrace());
  });

  test('has a span that was delivered twice once', async () => {
    await store.ingest(encodeOtlp('TracesData', fullRequest));
    const answer = await protobufTrace(`/api/v2/traces/${FULL_TRACE_ID}`, 'TraceByIDResponse');
    expect(sortAttributes(answer.trace)).toEqual(expectedTrace());
  });

  test('keeps two spans of one id that differ', async () => {
    const request = (name: string) =>
      encodeOtlp('TracesData', {
        resourceSpans: [
          {
            scopeSpans: [
              { spans: [{ traceId: Buffer.alloc(16, 7), spanId: spanId(1), name, startTimeUnixNano: '5' }] },
            ],
          },
        ],
      });
    await store.ingest(request('b'));
    await store.ingest(request('a'));
    await store.ingest(request('b'));
    const answer = await protobufTrace(`/api/traces/${'07'.repeat(16)}`, 'TracesData');
    const [{ scopeSpans }] = answer.resourceSpans as [{ scopeSpans: [{ spans: Message[] }] }];
    expect(scopeSpans[0].spans.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('keeps fields that the store does not know', async () => {
    const span = encodeOtlp('Span', { traceId: Buffer.alloc(16, 6), spanId: spanId(1), name: 'newer' });
    // Field 500, of bytes, as a client of a newer protocol would send it.
    const newer = Buffer.concat([span, Buffer.from([0xa2, 0x1f, 3, 1, 2, 3])]);
    const wrap = (tag: number, body: Uint8Array) => Buffer.concat([Buffer.from([tag, body.length]), body]);
    await store.ingest(wrap(0x0a, wrap(0x12, wrap(0x12, newer))));
    const response = await fetch(`${store.url}/api/traces/${'06'.repeat(16)}`, PROTOBUF);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.includes(Buffer.from([0xa2, 0x1f, 3, 1, 2, 3]))).toBe(true);
  });

  test('is found by an id without its leading zeros', async () => {
    await store.ingest(
      encodeOtlp('TracesData', {
        resourceSpans: [
          {
            scopeSpans: [{ spans: [{ traceId: Buffer.from('abc'.padStart(32, '0'), 'hex'), spanId: spanId(1) }] }],
          },
        ],
      })
    );
    for (const id of ['abc', '0abc', 'ABC'.padStart(32, '0')]) {
      expect((await fetch(`${store.url}/api/v2/traces/${id}`)).status).toBe(200);
    }
  });

  test.each(['v2/', ''])('of another id is 404 (%s)', async (version) => {
    const response = await fetch(`${store.url}/api/${version}traces/dead`, PROTOBUF);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: { code: 'trace_not_found', message: 'There is no trace 0000000000000000000000000000dead.' },
    });
  });

  test.each([
    ['not-hex', 400, 'trace_id_invalid', /not-hex/],
    ['1'.repeat(33), 400, 'trace_id_invalid', /33 characters/],
    ['abc?start=x', 400, 'parameter_invalid', /start/],
    ['abc?start=1700000000000', 400, 'parameter_invalid', /not milliseconds/],
    ['abc?start=5&end=4', 400, 'parameter_invalid', /before end/],
  ])('refuses %s', async (path, status, code, message) => {
    const response = await fetch(`${store.url}/api/v2/traces/${path}`);
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});

test('the test data has every kind of value', () => {
  expect(Object.values(everyValue).flatMap((value) => Object.keys(anyValue(value)))).toEqual(
    expect.arrayContaining([
      'stringValue',
      'intValue',
      'doubleValue',
      'boolValue',
      'bytesValue',
      'arrayValue',
      'kvlistValue',
    ])
  );
});
