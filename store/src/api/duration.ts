const UNIT_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** A Go duration (https://pkg.go.dev/time#ParseDuration) without a sign, in nanoseconds; undefined when it is none. */
export function readDuration(text: string): bigint | undefined {
  if (text === '0') {
    return 0n;
  }
  const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;
  let total = 0;
  while (part.lastIndex < text.length) {
    const found = part.exec(text);
    if (!found) {
      return undefined;
    }
    total += Number(found[1]) * UNIT_NS[found[2]];
  }
  // Beyond 2^53 ns, a hundred days, doubles are no longer exact to the nanosecond; nobody asks for that.
  return text === '' || !Number.isFinite(total) ? undefined : BigInt(Math.round(total));
}
