import { asNumber } from '../../shared/narrowing';
import { type FoundTrace } from '../../shared/storeTypes';
import { parseUnixNano } from '../../shared/unixNano';

export interface ExampleSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly rootService: string;
  readonly rootName: string;
}

/** Of each trace the slowest of the spans that were found; the slowest, or the newest, first. */
export function exampleSpans(traces: readonly FoundTrace[], order: 'slowest' | 'newest', count: number): ExampleSpan[] {
  const examples = traces.flatMap(({ traceID, rootServiceName = '', rootTraceName = '', spanSets, spanSet }) => {
    const spans = (spanSets ?? (spanSet ? [spanSet] : [])).flatMap((set) => set.spans ?? []);
    const slowest = [...spans]
      .sort((a, b) => (asNumber(b.durationNanos) ?? 0) - (asNumber(a.durationNanos) ?? 0))
      .at(0);
    return slowest
      ? [
          {
            traceId: traceID.padStart(32, '0'),
            spanId: slowest.spanID,
            name: slowest.name ?? '',
            startMs: parseUnixNano(slowest.startTimeUnixNano).ms,
            durationMs: (asNumber(slowest.durationNanos) ?? 0) / 1e6,
            rootService: rootServiceName,
            rootName: rootTraceName,
          },
        ]
      : [];
  });
  const by = order === 'slowest' ? 'durationMs' : 'startMs';
  return examples.sort((a, b) => b[by] - a[by]).slice(0, count);
}
