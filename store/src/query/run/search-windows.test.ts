import { HOUR_NS } from '../../schema/tables.ts';
import { SearchWindows } from './search-windows.ts';

const hours = (count: number) => BigInt(count) * HOUR_NS;

function all(windows: SearchWindows, found = 0) {
  const seen = [];
  for (let window = windows.next(); window && seen.length < 100; window = windows.next()) {
    seen.push(window);
    windows.grow(found, 20);
  }
  return seen;
}

describe('SearchWindows', () => {
  it('cover the range without a gap and without overlap, newest first', () => {
    const range = { startNs: hours(100) + 5n, endNs: hours(1000) + 7n };
    const seen = all(new SearchWindows(range, 0n));
    expect(seen[0]).toEqual({ startNs: hours(1000), endNs: range.endNs });
    expect(seen.at(-1)?.startNs).toBe(range.startNs);
    for (let at = 1; at < seen.length; at++) {
      expect(seen[at].endNs).toBe((seen[at - 1].startNs ?? 0n) - 1n);
    }
    expect(seen.length).toBeLessThan(5);
  });

  it('begin with the last hour and what lies in the future where the end is open, and end open', () => {
    const seen = all(new SearchWindows({ startNs: undefined, endNs: undefined }, hours(500_000) + 3n));
    expect(seen[0]).toEqual({ startNs: hours(500_000), endNs: undefined });
    expect(seen.at(-1)?.startNs).toBeUndefined();
    expect(seen.length).toBeLessThan(5);
  });

  it('grow by what was found', () => {
    const windows = new SearchWindows({ startNs: 0n, endNs: hours(1000) - 1n }, 0n);
    windows.next();
    windows.grow(10, 20);
    expect(windows.next()).toEqual({ startNs: hours(996), endNs: hours(999) - 1n });
    windows.grow(100, 20);
    expect(windows.next()?.startNs).toBe(hours(993));
  });

  it('are one where that is asked for', () => {
    const range = { startNs: hours(1), endNs: hours(1000) };
    expect(all(new SearchWindows(range, 0n, true))).toEqual([range]);
  });

  it('go on where one was left', () => {
    const windows = new SearchWindows({ startNs: 0n, endNs: hours(10) }, 0n);
    windows.next();
    windows.resumeAt(hours(9) + 50n);
    expect(windows.next()).toEqual({ startNs: hours(9), endNs: hours(9) + 50n });
  });

  it('are one where the range is within an hour', () => {
    const range = { startNs: hours(5) + 1n, endNs: hours(5) + 9n };
    expect(all(new SearchWindows(range, 0n))).toEqual([range]);
  });
});
