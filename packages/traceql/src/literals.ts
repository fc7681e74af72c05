import type { Literal } from './ast.ts';

export const MAX_INT = 2n ** 63n - 1n;
export const MIN_INT = -(2n ** 63n);

const MICROSECOND = 1_000n;
const MILLISECOND = 1_000_000n;
const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;

/** PromQL's units (a year is 365 days) and Go's. */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', MICROSECOND],
  ['\u00b5s', MICROSECOND],
  ['\u03bcs', MICROSECOND],
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
  ['d', DAY],
  ['w', 7n * DAY],
  ['y', 365n * DAY],
]);

/**
 * A duration literal's nanoseconds; undefined where the text is none or is beyond 64 bits. Units may be compound and
 * each may have a fraction: `1h30m`, `1.5s`. Tempo takes no fraction of d, w and y; here `1.5d` is what it says.
 */
export function parseDuration(text: string): bigint | undefined {
  const part = /(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|[smhdwy])/y;
  let total = 0n;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) {
      return undefined;
    }
    const [whole, fraction = ''] = (match[1] ?? '').split('.');
    const unit = UNITS.get(match[2] ?? '') ?? 0n;
    // No unit has 19 digits, so further ones cannot reach a nanosecond, but they would cost time.
    const digits = fraction.slice(0, 19);
    // A whole number beyond 64 bits is refused before it is made a bigint: that is quadratic in its length.
    const significant = (whole ?? '').replace(/^0+/, '');
    if (significant.length > 19) {
      return undefined;
    }
    total += BigInt(significant || '0') * unit + (BigInt(digits || '0') * unit) / 10n ** BigInt(digits.length);
    if (total > MAX_INT) {
      return undefined;
    }
  }
  return text === '' ? undefined : total;
}

function withFraction(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const fraction = String(value % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(value / unit) : `${value / unit}.${fraction}`;
}

/** Nanoseconds as a duration literal, exact: `1.5ms`, `1h30m`, `2m0.25s`. A negative one begins with `-`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds < 0n) {
    return `-${formatDuration(-nanoseconds)}`;
  }
  if (nanoseconds === 0n) {
    return '0s';
  }
  if (nanoseconds < MICROSECOND) {
    return `${nanoseconds}ns`;
  }
  if (nanoseconds < MILLISECOND) {
    return `${withFraction(nanoseconds, MICROSECOND)}us`;
  }
  if (nanoseconds < SECOND) {
    return `${withFraction(nanoseconds, MILLISECOND)}ms`;
  }
  const hours = nanoseconds / HOUR;
  const minutes = (nanoseconds % HOUR) / MINUTE;
  const rest = nanoseconds % MINUTE;
  return (
    (hours > 0n ? `${hours}h` : '') +
    (minutes > 0n ? `${minutes}m` : '') +
    (rest > 0n ? `${withFraction(rest, SECOND)}s` : '')
  );
}

/** A float that does not read back as an int. Infinity and NaN have no literal; they come only from folding. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) {
    return '(0.0 / 0.0)';
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? '(1.0 / 0.0)' : '(-1.0 / 0.0)';
  }
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** A double-quoted string literal. */
export function quoteString(text: string): string {
  const escaped = text.replace(/["\\\u0000-\u001f\u007f\u2028\u2029\ufeff]/g, (char) => {
    return ESCAPES.get(char) ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

/** As a query's literal: `"a"`, `1`, `1.0`, `1h30m`, `true`, `error`. Only `minInt` and folded numbers are negative. */
export function formatLiteral(literal: Literal): string {
  switch (literal.type) {
    case 'string':
      return quoteString(literal.value);
    case 'int':
      return literal.value === MIN_INT ? 'minInt' : String(literal.value);
    case 'float':
      return formatFloat(literal.value);
    case 'duration':
      return formatDuration(literal.value);
    case 'boolean':
      return String(literal.value);
    case 'status':
    case 'kind':
      return literal.value;
  }
}
