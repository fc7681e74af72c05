import {
  createTopology,
  RequestBatcher,
  RequestReplay,
  TraceGenerator,
  traceIdInRound,
  type GeneratedTrace,
} from '@clew/trace-gen';

/**
 * The spans that every benchmark sends: a pool of generated traces, the same in every run and every process, sent in
 * rounds. Each round has other trace ids and later times, so that no two traces of a run are the same to a store.
 */
export interface PoolOptions {
  /** Spans at least; the trace that reaches the number is finished. */
  readonly spans: number;
  /** Spans of a request. */
  readonly batchSpans: number;
  /** Start of the first trace, nanoseconds since the epoch. */
  readonly startNs: bigint;
  /** By how much later a trace starts for each span before it. */
  readonly spanNs: number;
  /** Sends every trace whole, at the price of some requests that are not full. */
  readonly complete: boolean;
}

const SEED = 20_261_122;

export const TOPOLOGY = createTopology(SEED);

/** The pool's traces in order. */
export function* poolTraces(
  spans: number
): Generator<{ readonly trace: GeneratedTrace; readonly spansBefore: number }> {
  const generator = new TraceGenerator(TOPOLOGY, SEED + 1);
  for (let made = 0; made < spans;) {
    const trace = generator.next();
    yield { trace, spansBefore: made };
    made += trace.spans.length;
  }
}

export function createPool(options: PoolOptions): RequestReplay {
  const batcher = new RequestBatcher(TOPOLOGY, options.batchSpans);
  const requests: Uint8Array[] = [];
  for (const { trace, spansBefore } of poolTraces(options.spans)) {
    const startNs = options.startNs + BigInt(Math.round(spansBefore * options.spanNs));
    for (const request of batcher.add(trace, startNs)) {
      requests.push(request);
    }
  }
  return new RequestReplay(options.complete ? [...requests, ...batcher.flush()] : requests);
}

/** A trace's id, in hex, as RequestReplay sends it in `round`. Round 0 is the pool as it was made. */
export function idInRound({ traceId }: GeneratedTrace, round: number): string {
  return Buffer.from(traceIdInRound(traceId, round)).toString('hex');
}
