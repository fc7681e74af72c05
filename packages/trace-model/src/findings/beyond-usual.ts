import type { TraceFacts } from './trace-facts.ts';

/**
 * A span is far beyond its usual when it took this many times the 99th percentile of its operation, and at least so much
 * longer. One span in a hundred is beyond that percentile on the best of days, and a trace has many spans; and a process that
 * stalls for a tenth of a second, in garbage collection or for want of a processor, makes any of its spans that much longer.
 */
const FACTOR = 2.5;
const MARGIN_NS = 250e6;

/** How far a span is beyond its usual: undefined without a history, 0 where it is not. */
export function excessNs(facts: TraceFacts, node: number): number | undefined {
  const usual = facts.usual(node);
  if (!usual) {
    return undefined;
  }
  const duration = facts.duration(node);
  return duration > Math.max(usual.p99Ns * FACTOR, usual.p99Ns + MARGIN_NS) ? duration - usual.p50Ns : 0;
}
