const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.(\d{1,9}))?(?:Z|[+-]\d{2}:\d{2})$/i;

/** What a whole number of so many digits counts, for times between 1973 and 2286. */
const UNIT_NS: ReadonlyArray<{ readonly digits: number; readonly ns: bigint }> = [
  { digits: 10, ns: 1_000_000_000n },
  { digits: 13, ns: 1_000_000n },
  { digits: 16, ns: 1_000n },
  { digits: 19, ns: 1n },
];

/**
 * A point in time in nanoseconds since the epoch, from Unix seconds, which may have a fraction, milliseconds,
 * microseconds or nanoseconds, told apart by their length, or from RFC 3339. Undefined when it is none of these.
 */
export function readInstant(text: string): bigint | undefined {
  if (/^\d{1,19}$/.test(text)) {
    const unit = UNIT_NS.find(({ digits }) => text.length <= digits);
    return unit && BigInt(text) * unit.ns;
  }
  const [, seconds, fraction] = /^(\d{1,10})\.(\d{1,9})$/.exec(text) ?? [];
  if (seconds !== undefined) {
    return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  }
  const [whole, nanos = ''] = RFC3339.exec(text) ?? [];
  const ms = whole === undefined ? NaN : Date.parse(text.replace(/\.\d+/, ''));
  return Number.isNaN(ms) || ms < 0 ? undefined : BigInt(ms) * 1_000_000n + BigInt(nanos.padEnd(9, '0'));
}
