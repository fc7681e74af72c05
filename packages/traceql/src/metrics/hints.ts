import type { Query } from '../ast.ts';

/** What `with(…)` asks for. A hint that is unknown, or of another type, asks for nothing, as in Tempo. */
export interface MetricsHints {
  /** Exemplars in the answer, at most; undefined where nothing is said. */
  readonly exemplars: number | undefined;
  /** Quantiles from the values themselves, not from buckets. Not in Tempo. */
  readonly isExact: boolean;
}

/** `sample`, `span_sample`, `trace_sample` and `extrapolate` ask for an estimate; the answer here is never one. */
export function readMetricsHints({ hints }: Query): MetricsHints {
  let exemplars: number | undefined;
  let isExact = false;
  for (const { name, value } of hints) {
    if (name === 'exemplars' && value.type === 'boolean') {
      exemplars = value.value ? undefined : 0;
    } else if (name === 'exemplars' && value.type === 'int') {
      exemplars = Number(value.value < 0n ? 0n : value.value);
    } else if (name === 'exact' && value.type === 'boolean') {
      isExact = value.value;
    }
  }
  return { exemplars, isExact };
}
