/** Numbers for people. Units of the arguments are in the names. */

export function formatDurationMs(ms: number): string {
  const size = Math.abs(ms);
  if (size === 0) {
    return '0 ms';
  }
  if (size < 0.001) {
    return `${significant(ms * 1e6)} ns`;
  }
  if (size < 1) {
    return `${significant(ms * 1e3)} µs`;
  }
  if (size < 1000) {
    return `${significant(ms)} ms`;
  }
  if (size < 60_000) {
    return `${significant(ms / 1000)} s`;
  }
  return formatLong(ms);
}

/** With its sign, a minus as wide as the plus. */
export function formatDifferenceMs(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${formatDurationMs(Math.abs(ms))}`;
}

/** Two units at most: `2 h 5 min`. */
function formatLong(ms: number, maxUnits = 2): string {
  const units: Array<[string, number]> = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
  ];
  const index = units.findIndex(([, length]) => ms >= length);
  const [unit, length] = units[index];
  const next = maxUnits > 1 ? units[index + 1] : undefined;
  const count = Math.floor(ms / length);
  const rest = next ? Math.floor((ms - count * length) / next[1]) : 0;
  return next && rest > 0 ? `${count} ${unit} ${rest} ${next[0]}` : `${count} ${unit}`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : significant(value)} ${units[unit]}`;
}

/** `1,234,567`: a whole number in full. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** A rate: three significant digits, `< 0.01` for what would read as nothing. */
export function formatRate(rate: number): string {
  if (rate > 0 && rate < 0.01) {
    return '< 0.01';
  }
  return rate >= 1000 ? formatCount(rate) : significant(rate);
}

/** `part` of `whole` in percent. Never `0 %` for something, never `100 %` for less than all. */
export function formatPercent(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) {
    return '0%';
  }
  const percent = (part / whole) * 100;
  if (percent < 0.01) {
    return '< 0.01%';
  }
  if (part < whole && percent > 99.99) {
    return '> 99.99%';
  }
  return `${significant(percent)}%`;
}

/** `3 min ago`, in one unit; `now` for less than two seconds, and for clocks that run ahead. */
export function formatAge(ms: number): string {
  return ms < 2000 ? 'now' : `${formatLong(ms, 1)} ago`;
}

function significant(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString('en-US', { maximumFractionDigits: 2 });
}
