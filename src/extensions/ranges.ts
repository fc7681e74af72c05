import { isDateTime, type RawTimeRange } from '@grafana/data';

/** As Grafana has it in URLs: `now-1h`, or epoch milliseconds as text. */
export interface UrlRange {
  readonly from: string;
  readonly to: string;
}

const HOUR_MS = 3_600_000;

export function urlRange({ from, to }: RawTimeRange): UrlRange {
  const text = (end: RawTimeRange['from']) => (isDateTime(end) ? String(end.valueOf()) : end);
  return { from: text(from), to: text(to) };
}

export const exactRange = ({ from, to }: { from: number; to: number }): UrlRange => ({
  from: String(Math.floor(from)),
  to: String(Math.ceil(to)),
});

/** An hour with something in it in the middle, or the last one. */
export function rangeAround(startMs: number, endMs: number, nowMs = Date.now()): UrlRange {
  return startMs > nowMs - HOUR_MS && startMs <= nowMs
    ? { from: 'now-1h', to: 'now' }
    : exactRange({ from: startMs - HOUR_MS / 2, to: endMs + HOUR_MS / 2 });
}
