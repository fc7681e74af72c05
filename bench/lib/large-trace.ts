import { RequestBatcher, TraceGenerator, type GeneratedSpan } from '@clew/trace-gen';

import { TOPOLOGY } from './pool.ts';

const SEED = 100_000;
const BATCH_SPANS = 512;
/** Between two of the calls that the trace is made of. */
const STEP_NS = 20_000_000;

/** One trace of `spanCount` spans as requests: a batch job that makes call after call, each a generated trace beneath it. */
export function largeTrace(
  spanCount: number,
  startNs: bigint
): { readonly id: string; readonly requests: Uint8Array[] } {
  const generator = new TraceGenerator(TOPOLOGY, SEED);
  const first = generator.next();
  const { traceId } = first;
  const root: GeneratedSpan = { ...first.spans[0], name: 'nightly batch', endNs: 0, events: [], error: undefined };
  const spans: GeneratedSpan[] = [root];
  for (let call = 0; spans.length < spanCount; call++) {
    const offsetNs = call * STEP_NS;
    for (const span of generator.next().spans.slice(0, spanCount - spans.length)) {
      spans.push({
        ...span,
        parentSpanId: span.parentSpanId ?? root.spanId,
        startNs: span.startNs + offsetNs,
        endNs: span.endNs + offsetNs,
        events: span.events.map((event) => ({ ...event, atNs: event.atNs + offsetNs })),
      });
      root.endNs = Math.max(root.endNs, span.endNs + offsetNs);
    }
  }
  const batcher = new RequestBatcher(TOPOLOGY, BATCH_SPANS);
  const requests = [...batcher.add({ traceId, spans }, startNs), ...batcher.flush()];
  return { id: Buffer.from(traceId).toString('hex'), requests };
}
