import {
  AttributeColumnEncoder,
  encodeTraceFrame,
  RowBitsEncoder,
  TraceFrameError,
  UNTOLD_VALUE,
} from '@clew/trace-model';
import { StoreError } from '../../shared/storeError';
import { BASE_NS, otlpOf, rowsOf, skeletonOf, spanIdOf, TRACE_ID, type TestSpan } from '../testing/traces';
import { type ByteStream, type BytesRequest } from './byteStream';
import { StoreTrace } from './storeTrace';
import { type TraceSkeleton } from './traceFeed';

const SPANS: TestSpan[] = Array.from({ length: 5 }, (_, index) => ({
  id: index + 1,
  parent: index === 0 ? undefined : 1,
  name: `step ${index}`,
  startNs: index * 10,
  message: index === 3 ? 'no' : undefined,
}));
const { signal } = new AbortController();
const traceIdBytes = Uint8Array.from({ length: 16 }, (_, at) => parseInt(TRACE_ID.slice(at * 2, at * 2 + 2), 16));

interface Answer {
  readonly status?: number;
  readonly pieces?: readonly Uint8Array[];
  readonly data?: unknown;
}

/** Answers by what the path ends with. */
function storeOf(answer: (request: BytesRequest) => Answer) {
  const asked: string[] = [];
  const stream: ByteStream = async (request, onBytes) => {
    asked.push(request.path);
    await Promise.resolve();
    const { status = 200, pieces = [], data } = answer(request);
    pieces.forEach(onBytes);
    return { status, statusText: '', data };
  };
  return { stream, asked };
}

const CUT = 100;

function inPieces(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += CUT) {
    pieces.push(bytes.slice(at, at + CUT));
  }
  return pieces;
}

function frameBytes(): Uint8Array {
  const { columns, names, services, messages, baseNs } = skeletonOf(SPANS);
  const texts = (all: { length: number; get(index: number): string }) =>
    Array.from({ length: all.length }, (_, index) => all.get(index));
  return encodeTraceFrame(
    {
      traceId: traceIdBytes,
      baseNs,
      columns,
      resourceIds: new BigUint64Array(Math.max(...columns.resources) + 1),
      names: texts(names),
      services: texts(services),
      messages: texts(messages),
    },
    2
  );
}

async function readAll(trace: StoreTrace): Promise<TraceSkeleton[]> {
  const skeletons: TraceSkeleton[] = [];
  await trace.read((skeleton) => skeletons.push(skeleton), signal);
  return skeletons;
}

test('a trace grows chunk by chunk, and what was handed out stays as it was', async () => {
  const { stream, asked } = storeOf(() => ({ pieces: inPieces(frameBytes()) }));
  const skeletons = await readAll(new StoreTrace(stream, TRACE_ID));
  expect(asked).toEqual([`clew/v1/traces/${TRACE_ID}/frame`]);
  expect(skeletons.map(({ columns }) => columns.names.length)).toEqual([2, 4, 5]);
  expect(skeletons.map(({ complete }) => complete)).toEqual([false, false, true]);
  const last = skeletons[2];
  expect(last).toMatchObject({ traceId: TRACE_ID, baseNs: BASE_NS, expectedSpans: 5 });
  expect(Array.from(last.columns.names, (index) => last.names.get(index))).toEqual(SPANS.map(({ name }) => name));
  expect([...last.columns.messageRows]).toEqual([3]);
  expect([...skeletons[0].columns.startOffsets]).toEqual([0n, 10n]);
});

test('an answer that breaks off is an error, after what came', async () => {
  const bytes = frameBytes();
  const { stream } = storeOf(() => ({ pieces: inPieces(bytes.slice(0, bytes.length - 10)) }));
  const skeletons: TraceSkeleton[] = [];
  const reading = new StoreTrace(stream, TRACE_ID).read((skeleton) => skeletons.push(skeleton), signal);
  await expect(reading).rejects.toBeInstanceOf(TraceFrameError);
  expect(skeletons).toHaveLength(2);
});

test('bytes that are no frame are refused at once', async () => {
  const { stream } = storeOf(() => ({ pieces: [new TextEncoder().encode('<html>'.repeat(50))] }));
  await expect(readAll(new StoreTrace(stream, TRACE_ID))).rejects.toBeInstanceOf(TraceFrameError);
});

test('what the store says is what went wrong', async () => {
  const error = { error: { code: 'trace_not_found', message: 'There is no trace.' } };
  const { stream } = storeOf(() => ({ status: 404, data: error }));
  await expect(readAll(new StoreTrace(stream, TRACE_ID))).rejects.toMatchObject({ kind: 'trace-not-found' });
});

test('details are asked for together, once', async () => {
  const { stream, asked } = storeOf(({ path }) =>
    path.endsWith('/frame')
      ? { pieces: [frameBytes()] }
      : { pieces: [otlpOf(SPANS.filter(({ id }) => path.includes(spanIdOf(id))))] }
  );
  const trace = new StoreTrace(stream, TRACE_ID);
  await readAll(trace);
  const [first, second] = await Promise.all([
    trace.source.details([0, 1], signal),
    trace.source.details([1, 2], signal),
  ]);
  expect(first.map((span) => span?.name)).toEqual(['step 0', 'step 1']);
  expect(second.map((span) => span?.name)).toEqual(['step 1', 'step 2']);
  await trace.source.details([2, 0], signal);
  expect(asked.filter((path) => path.includes('/spans'))).toEqual([
    `clew/v1/traces/${TRACE_ID}/spans?span=${[1, 2, 3].map(spanIdOf).join('&span=')}`,
  ]);
});

test('of spans that share their id, the one of the row', async () => {
  const twins: TestSpan[] = [
    { id: 1, name: 'step 0', startNs: 999 },
    { id: 1, name: 'step 0', startNs: 0 },
  ];
  const { stream } = storeOf(({ path }) => ({ pieces: [path.endsWith('/frame') ? frameBytes() : otlpOf(twins)] }));
  const trace = new StoreTrace(stream, TRACE_ID);
  await readAll(trace);
  const [span] = await trace.source.details([0], signal);
  expect(span?.startNs).toBe(BASE_NS);
});

test('spans that the store does not have any more are unknown, other errors are errors', async () => {
  let status = 404;
  const { stream } = storeOf(({ path }) =>
    path.endsWith('/frame')
      ? { pieces: [frameBytes()] }
      : { status, data: { error: { code: status === 404 ? 'trace_not_found' : 'internal', message: 'x' } } }
  );
  const trace = new StoreTrace(stream, TRACE_ID);
  await readAll(trace);
  expect(await trace.source.details([0], signal)).toEqual([undefined]);
  status = 500;
  await expect(trace.source.details([1], signal)).rejects.toBeInstanceOf(StoreError);
});

test('a request that nobody waits for is given up', async () => {
  let given: AbortSignal | undefined;
  const stream: ByteStream = ({ path, signal: own }, onBytes) => {
    if (path.endsWith('/frame')) {
      onBytes(frameBytes());
      return Promise.resolve({ status: 200, statusText: '', data: undefined });
    }
    given = own;
    return new Promise((_, reject) => own?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))));
  };
  const trace = new StoreTrace(stream, TRACE_ID);
  await readAll(trace);
  const abort = new AbortController();
  const asking = trace.source.details([0], abort.signal);
  await new Promise((resolve) => setTimeout(resolve, 5));
  abort.abort();
  await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
  expect(given?.aborted).toBe(true);
});

test('matches and columns of rows, as the store sends them', async () => {
  const bits = new RowBitsEncoder(traceIdBytes);
  bits.add(Uint8Array.of(0, 1, 0, 0, 1));
  const column = new AttributeColumnEncoder(traceIdBytes);
  column.texts.add(new TextEncoder().encode('GET'));
  const { bytes, values } = column.chunk({ rows: 5, last: true, numeric: false });
  values.set([1, 0, UNTOLD_VALUE, 1, 0]);
  const { stream } = storeOf(({ path }) => ({
    pieces: [path.endsWith('/frame') ? frameBytes() : path.endsWith('/matches') ? bits.lastChunk() : bytes],
  }));
  const trace = new StoreTrace(stream, TRACE_ID);
  await readAll(trace);
  expect(rowsOf(await trace.source.matches('{ status = error }', signal), 5)).toEqual([1, 4]);
  const found = await trace.source.column('span.http.method', signal);
  expect(found).toMatchObject({ key: 'span.http.method', texts: ['GET', '(another value)'], numeric: false });
  expect([...found.values]).toEqual([1, 0, 2, 1, 0]);
});

test('rows of a trace that has grown are not mixed up', async () => {
  const bits = new RowBitsEncoder(traceIdBytes);
  bits.add(new Uint8Array(6));
  const { stream } = storeOf(({ path }) => ({ pieces: [path.endsWith('/frame') ? frameBytes() : bits.lastChunk()] }));
  const trace = new StoreTrace(stream, TRACE_ID);
  await readAll(trace);
  await expect(trace.source.matches('{ }', signal)).rejects.toThrow('has grown');
});

test('losses and keys', async () => {
  const json = (value: unknown) => ({ pieces: [new TextEncoder().encode(JSON.stringify(value))] });
  const { stream } = storeOf(({ path }) =>
    path.endsWith('/losses') ? json({ count: 1, losses: ['1 span refused'] }) : json({ keys: [{ key: 'span.a' }, {}] })
  );
  const trace = new StoreTrace(stream, TRACE_ID);
  expect(await trace.losses(signal)).toEqual(['1 span refused']);
  expect(await trace.source.keys(signal)).toEqual(['span.a']);
});
