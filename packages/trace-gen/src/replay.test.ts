import { protobufToJson, TRACES_DATA_MESSAGE } from '@clew/trace-model';

import { createTopology, RequestBatcher, RequestReplay, TraceGenerator, traceIdInRound } from './index.ts';

interface Span {
  traceId: string;
  spanId: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  events?: Array<{ timeUnixNano: string }>;
}

const spansOf = (request: Uint8Array): Span[] =>
  JSON.parse(new TextDecoder().decode(protobufToJson(request, TRACES_DATA_MESSAGE))).resourceSpans[0].scopeSpans[0]
    .spans;

const idInRound = (base64: string, round: number) =>
  Buffer.from(traceIdInRound(Buffer.from(base64, 'base64'), round)).toString('base64');

it('gives each round other trace ids and later times, and changes nothing else', () => {
  const topology = createTopology(7);
  const generator = new TraceGenerator(topology, 1);
  const batcher = new RequestBatcher(topology, 32);
  const requests = Array.from({ length: 400 }, () => generator.next()).flatMap((trace) =>
    batcher.add(trace, 1_700_000_000_000_000_000n)
  );
  const index = requests.findIndex((request) => spansOf(request).some(({ events }) => events));
  const before = spansOf(requests[index]);
  const replay = new RequestReplay(requests);
  expect(replay.spanCounts[index]).toBe(before.length);

  replay.prepare(index, 1, 5_000_000_000n);
  const after = spansOf(replay.prepare(index, 2, 7_000_000_000n));
  const later = (time: string) => String(BigInt(time) + 12_000_000_000n);
  const ids = new Map<string, string>();
  after.forEach((span, at) => {
    expect(span.startTimeUnixNano).toBe(later(before[at].startTimeUnixNano));
    expect(span.endTimeUnixNano).toBe(later(before[at].endTimeUnixNano));
    expect(span.events?.map(({ timeUnixNano }) => timeUnixNano)).toEqual(
      before[at].events?.map(({ timeUnixNano }) => later(timeUnixNano))
    );
    expect(span.spanId).toBe(before[at].spanId);
    expect(span.traceId).not.toBe(before[at].traceId);
    expect(span.traceId).toBe(idInRound(before[at].traceId, 2));
    expect(before[at].traceId).toBe(idInRound(before[at].traceId, 0));
    // Spans of one trace stay together.
    expect(ids.get(before[at].traceId) ?? span.traceId).toBe(span.traceId);
    ids.set(before[at].traceId, span.traceId);
  });
});
