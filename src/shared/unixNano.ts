/**
 * Unix nanoseconds from OTLP JSON (text, or a number from encoders that are not proto3), cut in two: a double holds
 * today's nanoseconds only to 256 ns.
 */
export interface UnixNano {
  readonly ms: number;
  /** 0 to 999 999. */
  readonly ns: number;
}

const ZERO: UnixNano = { ms: 0, ns: 0 };

export function parseUnixNano(value: string | number | undefined): UnixNano {
  if (typeof value === 'number') {
    const ms = Math.floor(value / 1e6);
    return Number.isFinite(value) && value > 0 ? { ms, ns: Math.round(value - ms * 1e6) } : ZERO;
  }
  if (value === undefined || !/^\d+$/.test(value)) {
    return ZERO;
  }
  return { ms: Number(value.slice(0, -6)), ns: Number(value.slice(-6)) };
}

export function isZero({ ms, ns }: UnixNano): boolean {
  return ms === 0 && ns === 0;
}

/** Milliseconds since the epoch; exact to about 0.24 µs. */
export function toMs({ ms, ns }: UnixNano): number {
  return ms + ns / 1e6;
}

/** `end - start` in milliseconds, exact to the nanosecond for spans of up to a month. */
export function elapsedMs(start: UnixNano, end: UnixNano): number {
  return end.ms - start.ms + (end.ns - start.ns) / 1e6;
}
