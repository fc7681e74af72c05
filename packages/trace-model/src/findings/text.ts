/** Nanoseconds as people say them: "2.6 s", "118 ms", "1.4 ms", "90 µs". */
export function durationText(ns: number): string {
  const [value, unit] =
    ns >= 60e9 * 2 ? [ns / 60e9, 'min'] : ns >= 1e9 ? [ns / 1e9, 's'] : ns >= 1e6 ? [ns / 1e6, 'ms'] : [ns / 1e3, 'µs'];
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} ${unit}`;
}

/** A part of a whole as "42%". */
export function shareText(share: number): string {
  return share > 0 && share < 0.01 ? 'under 1%' : `${Math.round(share * 100)}%`;
}

/** "a", "a and b", "a, b and c", "a, b and 3 more". */
export function listText(items: readonly string[], most = 5): string {
  const shown = items.length > most ? [...items.slice(0, most - 1), `${items.length - most + 1} more`] : items;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
}

/** "1 call", "2 calls". */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
