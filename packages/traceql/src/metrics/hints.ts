import type { Literal, Query } from '../ast.ts';

/** What `with(…)` asks of a metric. A hint that is unknown, or of another type, asks for nothing, as in Tempo. */
export interface MetricsHints {
  /** Exemplars in the answer, at most; undefined where nothing is said. */
  readonly exemplars: number | undefined;
  /** Quantiles from the values themselves, not from buckets. Not in Tempo. */
  readonly isExact: boolean;
}

/**
 * Of hints that are given twice the first counts. `sample`, `span_sample`, `trace_sample` and `extrapolate` ask for an
 * estimate; the answer here is never one. `most_recent` is for searches, `nil_as_value` is written out: see
 * `writeOutNilAsValue`.
 */
export function readMetricsHints({ hints }: Query): MetricsHints {
  const valuesOf = (hint: string): Literal[] => hints.filter(({ name }) => name === hint).map(({ value }) => value);
  const exemplars = valuesOf('exemplars');
  const count = exemplars.find((value) => value.type === 'int');
  const isWanted = exemplars.find((value) => value.type === 'boolean');
  return {
    exemplars: count ? Math.max(0, Number(count.value)) : isWanted?.value === false ? 0 : undefined,
    isExact: valuesOf('exact').find((value) => value.type === 'boolean')?.value ?? false,
  };
}
