import { otlpToJaegerJson } from '../jaeger/otlp-to-jaeger-json.ts';
import { LocalTrace, spanDetailsFromOtlp } from '../local/local-trace.ts';
import { encodeSpans, SAMPLE_SPAN } from '../local/testing/encode-spans.ts';
import { TRACES_DATA_MESSAGE } from '../otlp/messages.ts';
import { protobufToJson } from '../otlp/to-json.ts';
import { openTraceFile } from './open-trace-file.ts';
import { TraceFileError } from './trace-file-error.ts';

const ROUNDS = 1000;

/** mulberry32: the same bytes in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const spans = encodeSpans([SAMPLE_SPAN, { ...SAMPLE_SPAN, spanId: '00000000000000aa', resource: [] }]);
const zipkin = [
  {
    traceId: 'a',
    id: 'b',
    timestamp: 5,
    localEndpoint: { serviceName: 's' },
    tags: { error: 'x', 'otlp.link.0': `${'a'.repeat(32)}|${'b'.repeat(16)}||{"a":[1]}|0` },
    annotations: [{ timestamp: 1, value: 'a|{"b":1}|2' }],
  },
];

const SEEDS: ReadonlyArray<readonly [string, Uint8Array]> = [
  ['protobuf', spans],
  ['OTLP JSON', protobufToJson(spans, TRACES_DATA_MESSAGE)],
  ['Jaeger', otlpToJaegerJson(spans)],
  ['Zipkin', Buffer.from(JSON.stringify(zipkin))],
];

function mutated(seed: Uint8Array, random: (below: number) => number): Uint8Array {
  const bytes = Uint8Array.from(seed);
  for (let flips = random(4); flips >= 0; flips--) {
    bytes[random(bytes.length)] = random(3) === 0 ? [0x22, 0x5b, 0x7b, 0x2d, 0x39, 0x0a][random(6)] : random(256);
  }
  const end = random(3) === 0 ? random(bytes.length) : bytes.length;
  const start = random(10) === 0 ? random(end + 1) : 0;
  return bytes.subarray(start, end);
}

test.each(SEEDS)('%s that was damaged is opened or refused', (_, seed) => {
  const random = generator(1);
  let opened = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = mutated(seed, random);
    try {
      const { otlp, spans: count } = openTraceFile(bytes);
      opened += 1;
      let seen = 0;
      for (const trace of LocalTrace.fromOtlp(otlp)) {
        seen += trace.spanCount;
        for (let row = 0; row < trace.rows; row++) {
          trace.details(row);
        }
        trace.keys().forEach((key) => trace.column(key));
        LocalTrace.fromOtlp(trace.otlp());
      }
      expect(seen).toBe(count);
      JSON.parse(Buffer.from(otlpToJaegerJson(otlp)).toString());
    } catch (error) {
      if (!(error instanceof TraceFileError)) {
        throw new Error(`round ${round}: ${Buffer.from(bytes).toString('base64')}`, { cause: error });
      }
    }
  }
  expect(opened).toBeGreaterThan(ROUNDS / 50);
  expect(opened).toBeLessThan(ROUNDS);
});

test('damaged protobuf that nobody checked is read or refused', () => {
  const random = generator(2);
  const refusable = (read: () => void) => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof TraceFileError)) {
        throw error;
      }
    }
  };
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = mutated(spans, random);
    refusable(() => spanDetailsFromOtlp(bytes));
    refusable(() => otlpToJaegerJson(bytes));
    refusable(() => LocalTrace.fromOtlp(bytes).forEach((trace) => trace.keys().map((key) => trace.column(key))));
  }
});
