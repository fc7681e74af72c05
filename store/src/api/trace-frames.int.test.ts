import {
  decodeTraceFrame,
  joinChunks,
  spanIdText,
  TraceFrameDecoder,
  type FrameChunk,
  type FrameColumns,
  type TraceFrame,
} from '@clew/trace-model';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

import { attributes, decodeOtlp, encodeOtlp, type Message } from './testing/otlp.ts';
import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
}, 30_000);

afterAll(() => store.stop());

const EPOCH_NS = 1_700_000_000_000_000_000n;
const idOf = (number: number): Buffer => Buffer.from(number.toString(16).padStart(16, '0'), 'hex');
const traceIdOf = (number: number): string => number.toString(16).padStart(32, '0');

interface SpanSpec {
  readonly id: number;
  readonly parent?: number;
  readonly name?: string;
  /** Nanoseconds after EPOCH_NS. */
  readonly start: bigint;
  readonly duration?: bigint;
  readonly more?: Message;
}

const spanOf = (trace: number, { id, parent, name = 'work', start, duration = 0n, more }: SpanSpec): Message => ({
  traceId: Buffer.from(traceIdOf(trace), 'hex'),
  spanId: idOf(id),
  ...(parent === undefined ? {} : { parentSpanId: idOf(parent) }),
  name,
  startTimeUnixNano: String(EPOCH_NS + start),
  endTimeUnixNano: String(EPOCH_NS + start + duration),
  ...more,
});

const requestOf = (trace: number, service: string, specs: readonly SpanSpec[]): Uint8Array =>
  encodeOtlp('TracesData', {
    resourceSpans: [
      {
        resource: { attributes: attributes({ 'service.name': service }) },
        scopeSpans: [{ scope: { name: 'tests' }, spans: specs.map((spec) => spanOf(trace, spec)) }],
      },
    ],
  });

/** fetch() unpacks bodies; this does not. */
async function raw(path: string, headers: Record<string, string> = {}) {
  const sent = httpRequest(`${store.url}${path}`, { headers });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
}

const framePath = (trace: number): string => `/clew/v1/traces/${traceIdOf(trace)}/frame`;

async function frameOf(trace: number): Promise<{ frame: TraceFrame; chunks: FrameChunk[] }> {
  const { status, headers, body } = await raw(framePath(trace));
  expect([status, headers['content-type']]).toEqual([200, 'application/vnd.clew.trace-frame']);
  return decodeTraceFrame(body);
}

/** Rows as tests can read them. */
function rowsOf({ frame, chunks }: { frame: TraceFrame; chunks: FrameChunk[] }) {
  const columns: FrameColumns = joinChunks(chunks);
  const messages = new Map([...columns.messageRows].map((row, at) => [row, frame.messages.get(columns.messages[at])]));
  return [...columns.kinds].map((kind, row) => ({
    id: parseInt(spanIdText(columns.spanIds, row), 16),
    parent: parseInt(spanIdText(columns.parentSpanIds, row), 16),
    name: frame.names.get(columns.names[row]),
    service: frame.services.get(columns.services[row]),
    resource: columns.resources[row],
    start: frame.baseNs + columns.startOffsets[row] - EPOCH_NS,
    duration: columns.durations[row],
    kind,
    status: columns.statuses[row],
    message: messages.get(row),
    flags: columns.flags[row],
    events: columns.eventCounts[row],
    links: columns.linkCounts[row],
  }));
}

const LEAST = {
  parent: 0,
  name: 'work',
  service: 'shop',
  duration: 0n,
  kind: 0,
  status: 0,
  message: undefined,
  flags: 0,
  events: 0,
  links: 0,
};

describe('the frame of a trace', () => {
  test('has the skeleton of every span, by start and then id', async () => {
    const link = { traceId: Buffer.alloc(16, 1), spanId: idOf(1) };
    await store.ingest(
      requestOf(1, 'shop', [
        { id: 3, parent: 1, start: 10n, name: 'é😀' },
        { id: 2, parent: 1, start: 10n, duration: -5n },
        {
          id: 1,
          start: 0n,
          // 230 days, more than a double counts in nanoseconds.
          duration: 20_000_000_000_000_001n,
          more: {
            kind: 'SPAN_KIND_SERVER',
            status: { code: 'STATUS_CODE_ERROR', message: 'no stock' },
            droppedAttributesCount: 1,
            droppedLinksCount: 2,
            events: [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
            links: [link, link],
          },
        },
      ])
    );
    await store.ingest(
      requestOf(1, 'bank', [
        { id: 0xf0f0f0f0f0f0, parent: 3, start: 20_000_000_000_000_000n, more: { status: { message: 'no stock' } } },
      ])
    );
    const { frame, chunks } = await frameOf(1);
    expect(frame).toMatchObject({ traceId: traceIdOf(1), baseNs: EPOCH_NS, spans: 4, expectedSpans: 4 });
    expect(frame.resources.length).toBe(2);
    expect(rowsOf({ frame, chunks })).toEqual([
      {
        ...LEAST,
        id: 1,
        resource: 0,
        start: 0n,
        duration: 20_000_000_000_000_001n,
        kind: 2,
        status: 2,
        message: 'no stock',
        flags: 5,
        events: 3,
        links: 2,
      },
      { ...LEAST, id: 2, parent: 1, resource: 0, start: 10n, duration: -5n },
      { ...LEAST, id: 3, parent: 1, resource: 0, start: 10n, name: 'é😀' },
      {
        ...LEAST,
        id: 0xf0f0f0f0f0f0,
        parent: 3,
        resource: 1,
        service: 'bank',
        start: 20_000_000_000_000_000n,
        message: 'no stock',
      },
    ]);
  });

  test('counts events up to 65535', async () => {
    const events = Array.from({ length: 70_000 }, () => ({}));
    await store.ingest(requestOf(2, 'shop', [{ id: 1, start: 0n, more: { events } }]));
    expect(rowsOf(await frameOf(2))).toMatchObject([{ events: 65_535 }]);
  });

  test('has a span that was delivered twice once, and spans of one id that differ all', async () => {
    const hidden = (value: number) => ({ attributes: attributes({ value }) });
    const specs: SpanSpec[] = [
      { id: 1, start: 0n },
      { id: 2, start: 5n, more: hidden(1) },
      { id: 2, start: 5n, more: hidden(2) },
      { id: 2, start: 5n, name: 'other' },
      { id: 2, start: 6n },
    ];
    await store.ingest(requestOf(3, 'shop', specs));
    await store.ingest(requestOf(3, 'shop', specs.slice().reverse()));
    await store.ingest(requestOf(3, 'shop', specs.slice(1, 2)));
    const answer = await frameOf(3);
    expect(answer.frame).toMatchObject({ spans: 5, expectedSpans: 5 });
    const rows = rowsOf(answer).map(({ id, start, name }) => `${id} ${start} ${name}`);
    expect([rows[0], ...rows.slice(1, 4).sort(), rows[4]]).toEqual([
      '1 0 work',
      '2 5 other',
      '2 5 work',
      '2 5 work',
      '2 6 work',
    ]);
    expect(rowsOf(await frameOf(3))).toEqual(rowsOf(answer));
  });

  test.each([framePath(0xdead), '/clew/v1/traces/dead/frame'])('of another id is 404 (%s)', async (path) => {
    const { status, body, headers } = await raw(path);
    expect(status).toBe(404);
    expect(headers['cache-control']).toBe('no-store');
    expect(JSON.parse(body.toString())).toEqual({
      error: { code: 'trace_not_found', message: `There is no trace ${traceIdOf(0xdead)}.` },
    });
  });

  test('of no id is 400', async () => {
    const { status, body } = await raw('/clew/v1/traces/x/frame');
    expect(status).toBe(400);
    expect(body.toString()).toContain('trace_id_invalid');
  });
});

describe('a trace of many chunks', () => {
  const SPANS = 90_000;
  /** Spans of one id and start that stand across the end of the first page of 65 536. */
  const TWINS = { first: 65_530, last: 65_545 };

  /** Ten spans begin at once, sent in no order. */
  const specs = Array.from({ length: SPANS }, (_, index): SpanSpec => {
    const number = index >= TWINS.first && index <= TWINS.last ? TWINS.first : index;
    return { id: number + 1, start: BigInt(Math.floor(number / 10)), name: `n${index % 3000}`, parent: number };
  });
  const ingestAll = async () => {
    const shuffled = Array.from(specs.keys(), (index) => specs[(index * 7919) % SPANS]);
    const size = SPANS / 20;
    for (let part = 0; part < 20; part++) {
      await store.ingest(requestOf(4, `s${part}`, shuffled.slice(part * size, (part + 1) * size)));
    }
  };

  beforeAll(ingestAll, 60_000);

  const expectAll = (answer: { frame: TraceFrame; chunks: FrameChunk[] }) => {
    expect(answer.frame).toMatchObject({ spans: SPANS, expectedSpans: SPANS, complete: true });
    const rows = rowsOf(answer);
    const wrong = rows.findIndex(
      ({ id, start, parent }, index) =>
        id !== specs[index].id || start !== specs[index].start || parent !== specs[index].parent
    );
    expect(wrong).toBe(-1);
    const names = (all: ReadonlyArray<{ name?: string }>) => all.map(({ name }) => name).sort();
    const { first, last } = TWINS;
    expect(names(rows.slice(first, last + 1))).toEqual(names(specs.slice(first, last + 1)));
    expect(rows.slice(0, first).every(({ name }, index) => name === specs[index].name)).toBe(true);
  };

  test('has every span, in order', async () => {
    const answer = await frameOf(4);
    expect(answer.chunks.length).toBeGreaterThan(1);
    expectAll(answer);
  }, 60_000);

  test.each(['gzip', 'zstd', 'identity'])(
    'comes in pieces that can be drawn (%s)',
    async (coding) => {
      // fetch() unpacks both codings.
      const response = await fetch(`${store.url}${framePath(4)}`, { headers: { 'accept-encoding': coding } });
      expect(response.headers.get('content-encoding')).toBe(coding === 'identity' ? null : coding);
      expect(response.headers.get('vary')).toBe('Accept, Accept-Encoding, Authorization, X-Scope-OrgID');
      const decoder = new TraceFrameDecoder();
      const chunks: FrameChunk[] = [];
      let early = false;
      for await (const piece of response.body ?? []) {
        chunks.push(...decoder.push(piece));
        early ||= chunks.length > 0 && !decoder.frame.complete;
      }
      decoder.end();
      expect(early).toBe(true);
      expectAll({ frame: decoder.frame, chunks });
    },
    60_000
  );

  test('a client that goes away leaves the store well', async () => {
    for (let round = 0; round < 4; round++) {
      const sent = httpRequest(`${store.url}${framePath(4)}`);
      sent.end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      await once(response, 'data');
      sent.destroy();
    }
    expect((await frameOf(4)).frame.spans).toBe(SPANS);
  }, 60_000);

  test('has every span once when all of it was delivered twice', async () => {
    await ingestAll();
    const { body } = await raw(framePath(4));
    const decoder = new TraceFrameDecoder();
    // What is expected at first is the number of rows; the last chunk knows better.
    decoder.push(body.subarray(0, 100));
    expect(decoder.frame.expectedSpans).toBe(SPANS * 2);
    expectAll(decodeTraceFrame(body));
  }, 60_000);
});

test('more spans of one id and start than a page holds', async () => {
  const specs = Array.from({ length: 66_000 }, (_, index) => ({ id: 1, start: 0n, name: `n${index}` }));
  await store.ingest(requestOf(5, 'shop', specs));
  await store.ingest(requestOf(5, 'shop', [{ id: 2, start: 1n }]));
  const { frame, chunks } = await frameOf(5);
  expect(frame).toMatchObject({ spans: 66_001, complete: true });
  expect(frame.names.length).toBe(66_001);
  expect(new Set(joinChunks(chunks).names).size).toBe(66_001);
}, 60_000);

describe('the spans of a trace', () => {
  const path = (query: string) => `/clew/v1/traces/${traceIdOf(6)}/spans?${query}`;
  const hex = (number: number) => idOf(number).toString('hex');
  const full = (id: number): SpanSpec => ({
    id,
    start: BigInt(id),
    more: { attributes: attributes({ id, text: 'é' }), events: [{ name: 'e', timeUnixNano: '5' }], status: {} },
  });

  beforeAll(async () => {
    await store.ingest(requestOf(6, 'shop', [full(1), full(2)]));
    await store.ingest(requestOf(6, 'bank', [full(3)]));
  });

  test('come whole, in protobuf or JSON, those that were asked for', async () => {
    const wanted = path(`span=${hex(1)}&span=${hex(3)}&span=${hex(3).toUpperCase()}&span=${hex(9)}`);
    const expected = decodeOtlp(
      'TracesData',
      encodeOtlp('TracesData', {
        resourceSpans: [['shop', 1] as const, ['bank', 3] as const].map(([service, id]) => ({
          resource: { attributes: attributes({ 'service.name': service }) },
          scopeSpans: [{ scope: { name: 'tests' }, spans: [spanOf(6, full(id))] }],
        })),
      })
    );
    const protobuf = await raw(wanted, { accept: 'application/protobuf' });
    expect(protobuf.headers['content-type']).toBe('application/protobuf');
    expect(sortedAttributes(decodeOtlp('TracesData', protobuf.body))).toEqual(sortedAttributes(expected));
    const json = await raw(wanted);
    expect(json.headers['content-type']).toMatch(/^application\/json/);
    expect(sortedAttributes(JSON.parse(json.body.toString()))).toEqual(sortedAttributes(expected));
  });

  test('may be 200', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `span=${hex(index + 1)}`);
    expect((await raw(path(ids.join('&')))).status).toBe(200);
  });

  test.each([
    ['no id', '', 400, 'Parameter span is missing; give the 16 hexadecimal digits of a span id, up to 200 times.'],
    [
      'a short id',
      'span=1',
      400,
      'Parameter span is "1"; give the 16 hexadecimal digits of a span id, up to 200 times.',
    ],
    ['what is no id', `span=${'0'.repeat(15)}g`, 400, 'is "000000000000000g"'],
    [
      'too many ids',
      Array.from({ length: 201 }, () => `span=${'0'.repeat(16)}`).join('&'),
      400,
      'Parameter span is given 201 times, 200 are allowed; ask in several requests.',
    ],
    ['an unknown id', `span=${'ab'.repeat(8)}`, 404, `There is no trace ${traceIdOf(6)} with a span of those ids.`],
  ])('refuses %s', async (_what, query, status, message) => {
    const answer = await raw(path(query));
    expect(answer.status).toBe(status);
    expect((JSON.parse(answer.body.toString()) as { error: { message: string } }).error.message).toContain(message);
  });
});

describe('caching', () => {
  const forms: Array<[path: string, accept: string]> = [
    [framePath(7), '*/*'],
    [`/clew/v1/traces/${traceIdOf(7)}/spans?span=${'0'.repeat(15)}1`, 'application/protobuf'],
    [`/clew/v1/traces/${traceIdOf(7)}/spans?span=${'0'.repeat(15)}1`, '*/*'],
    [`/api/traces/${traceIdOf(7)}`, 'application/protobuf'],
    [`/api/v2/traces/${traceIdOf(7)}`, 'application/protobuf'],
    [`/api/v2/traces/${traceIdOf(7)}`, '*/*'],
  ];

  beforeAll(() => store.ingest(requestOf(7, 'shop', [{ id: 1, start: 0n }])));

  test.each(forms)('%s as %s is known by its tag until the trace grows', async (path, accept) => {
    const first = await raw(path, { accept });
    const { etag = '' } = first.headers;
    expect(first.headers).toMatchObject({
      // Received just now.
      'cache-control': 'no-cache',
      vary: 'Accept, Accept-Encoding, Authorization, X-Scope-OrgID',
    });
    for (const header of [etag, `"x", ${etag.slice(2)}`, '*']) {
      const again = await raw(path, { accept, 'if-none-match': header });
      expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, etag]);
      expect(again.headers['cache-control']).toBe('no-cache');
    }
    await store.ingest(requestOf(7, 'shop', [{ id: 1, start: 0n, name: `more for ${path} ${accept}` }]));
    const grown = await raw(path, { accept, 'if-none-match': etag });
    expect(grown.status).toBe(200);
    expect(grown.headers.etag).not.toBe(etag);
    expect(grown.body.length).toBeGreaterThan(first.body.length);
  });

  test('forms have tags of their own', async () => {
    const answers = await Promise.all(forms.slice(3).map(([path, accept]) => raw(path, { accept })));
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(2);
  });

  test('what is not there is not remembered', async () => {
    const { status, headers } = await raw(framePath(0xdead), { 'if-none-match': '*' });
    expect([status, headers.etag, headers['cache-control']]).toEqual([404, undefined, 'no-store']);
  });
});

test('answers are packed as the client likes them, small ones not at all', async () => {
  const path = `/api/v2/traces/${traceIdOf(6)}`;
  const plain = await raw(path);
  const gzip = await raw(path, { 'accept-encoding': 'gzip, deflate' });
  const zstd = await raw(path, { 'accept-encoding': 'gzip, deflate, br, zstd' });
  expect([gzip.headers['content-encoding'], zstd.headers['content-encoding']]).toEqual(['gzip', 'zstd']);
  expect(gunzipSync(gzip.body)).toEqual(plain.body);
  expect(zstdDecompressSync(zstd.body)).toEqual(plain.body);
  const small = await raw(framePath(6), { 'accept-encoding': 'zstd' });
  expect(small.headers['content-encoding']).toBeUndefined();
  expect(small.headers['content-length']).toBe(String(small.body.length));
});

/** Attributes are a set: their order says nothing. */
function sortedAttributes(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, member: unknown) =>
    key === 'attributes' && Array.isArray(member)
      ? (member as Array<{ key: string }>).sort((a, b) => (a.key < b.key ? -1 : 1))
      : member
  );
}
