import { type LinkedRange } from '../linked/askGrafana';
import { type SpanDetails } from '../trace/traceTable';

const AROUND_MS = 15 * 60_000;
/** Spans of one trace ask the same questions, as far as they can: their ranges begin and end at such times. */
const GRID_MS = 10_000;

export interface Shifts {
  readonly startShiftMs: number | undefined;
  readonly endShiftMs: number | undefined;
}

/** Unix milliseconds; the end is never before the start. */
export function spanTimes({ startNs, durationNs }: SpanDetails): LinkedRange {
  const endNs = durationNs > 0n ? startNs + durationNs : startNs;
  return { fromMs: Number(startNs / 1000n) / 1000, toMs: Number(endNs / 1000n) / 1000 };
}

/** What is looked at around a span, up to now at most. Shifts that leave nothing are as if they were not set. */
export function metricsWindow(span: SpanDetails, shifts: Shifts | undefined, nowMs: number): LinkedRange {
  const { fromMs, toMs } = spanTimes(span);
  const of = (start: number, end: number): LinkedRange => ({
    fromMs: Math.floor((fromMs + start) / GRID_MS) * GRID_MS,
    toMs: Math.min(Math.ceil((toMs + end) / GRID_MS), Math.floor(nowMs / GRID_MS)) * GRID_MS,
  });
  const asSet = of(shifts?.startShiftMs ?? -AROUND_MS, shifts?.endShiftMs ?? AROUND_MS);
  if (asSet.toMs > asSet.fromMs) {
    return asSet;
  }
  const usual = of(-AROUND_MS, AROUND_MS);
  // A sender's clock may be ahead of this one by more than that.
  return usual.toMs > usual.fromMs ? usual : { fromMs: usual.fromMs, toMs: usual.fromMs + AROUND_MS };
}
