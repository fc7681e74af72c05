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

import { EPOCH_NS, framePath, idOf, requestOf, traceIdOf, type SpanSpec } from './testing/numbered-traces.ts';
import { attributes } from './testing/otlp.ts';
import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';
import { rawGet } from './testing/raw-get.ts';

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
}, 30_000);

afterAll(() => store.stop());

const raw = (path: string) => rawGet(`${store.url}${path}`);

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
