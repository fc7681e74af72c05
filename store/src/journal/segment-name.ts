/**
 * Names of segment files. They sort in the order of creation, and each is the deduplication token of its insert:
 *
 *     00001795000000-5f3a90c1-00000007.seg                        one segment
 *     <first>_to_<last>.seg                                       the segments from first to last, joined for a replay
 *     00001795000000-5f3a90c1-00000007.piecewise.seg              its requests are inserted one by one
 */
const SUFFIX = '.seg';
const PIECEWISE = '.piecewise';
const JOINED = '_to_';

export const isSegment = (file: string): boolean => file.endsWith(SUFFIX);

export const segmentName = (prefix: string, counter: number): string =>
  `${prefix}-${String(counter).padStart(8, '0')}${SUFFIX}`;

export function joinedName(names: readonly string[]): string {
  return `${rangeOf(names[0]).first}${JOINED}${rangeOf(names[names.length - 1]).last}${SUFFIX}`;
}

export const piecewiseName = (name: string): string => name.replace(SUFFIX, PIECEWISE + SUFFIX);

export const isPiecewise = (name: string): boolean => name.endsWith(PIECEWISE + SUFFIX);

export const isJoined = (name: string): boolean => name.includes(JOINED);

/** Those whose content is in a joined segment too: left behind by a crash after the join, before the removal. */
export function coveredByJoins(names: readonly string[]): string[] {
  const joins = names.filter(isJoined);
  return names.filter((name) => {
    const { first, last } = rangeOf(name);
    return joins.some((join) => {
      const range = rangeOf(join);
      return join !== name && range.first <= first && last <= range.last;
    });
  });
}

/** Epoch milliseconds that a name begins with; 0 where it begins with something else. */
export const createdMs = (name: string): number => Number(/^(\d+)-/.exec(name)?.[1] ?? 0);

function rangeOf(name: string): { first: string; last: string } {
  const base = name.replace(SUFFIX, '').replace(PIECEWISE, '');
  const [first, last = first] = base.split(JOINED);
  return { first, last };
}
