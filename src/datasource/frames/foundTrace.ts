import { type FoundSpan, type FoundSpanSet, type FoundTrace } from '../../shared/storeTypes';
import { parseUnixNano, toMs } from '../../shared/unixNano';
import { type SpanInSet } from './spanColumns';

/** What tables and events read of a found trace. */

export const traceIdOf = ({ traceID }: FoundTrace): string => traceID.toLowerCase().padStart(32, '0');
export const rootService = ({ rootServiceName }: FoundTrace): string => rootServiceName ?? '';
export const rootName = ({ rootTraceName }: FoundTrace): string => rootTraceName ?? '';

export function startMs({ startTimeUnixNano }: FoundTrace | FoundSpan): number | undefined {
  return startTimeUnixNano === undefined ? undefined : toMs(parseUnixNano(startTimeUnixNano));
}

/** Whole milliseconds, which is what the search answer has; 0 is less than one. */
export const durationMs = ({ durationMs }: FoundTrace): number => durationMs ?? 0;
export const durationNs = ({ durationNanos }: FoundSpan): number => Number(durationNanos ?? 0);

export function spanSetsOf({ spanSets, spanSet }: FoundTrace): readonly FoundSpanSet[] {
  return spanSets ?? (spanSet ? [spanSet] : []);
}

export function spansOf(trace: FoundTrace): SpanInSet[] {
  return spanSetsOf(trace).flatMap((set) => (set.spans ?? []).map((span) => ({ span, set })));
}

export const matchedSpans = (trace: FoundTrace): number =>
  spanSetsOf(trace).reduce((sum, { matched, spans = [] }) => sum + (matched ?? spans.length), 0);

export function traceStats({ serviceStats }: FoundTrace): { spans: number | undefined; errors: number | undefined } {
  if (!serviceStats) {
    return { spans: undefined, errors: undefined };
  }
  let spans = 0;
  let errors = 0;
  for (const { spanCount = 0, errorCount = 0 } of Object.values(serviceStats)) {
    spans += spanCount;
    errors += errorCount;
  }
  return { spans, errors };
}

const MINUTE_MS = 60_000;

/** The trace with room around it, so that the metrics and logs beside it show what led to it; as Explore's URL has it. */
export function rangeAround(trace: FoundTrace): { from: string; to: string } {
  const start = startMs(trace);
  return start === undefined
    ? { from: 'now-1h', to: 'now' }
    : {
        from: String(Math.floor(start - 5 * MINUTE_MS)),
        to: String(Math.ceil(start + durationMs(trace) + 5 * MINUTE_MS)),
      };
}
