/** Code points as ranges [from, to, from, to …], both ends included, ascending and apart from each other. */
export type CharSet = readonly number[];

export const MAX_CODE_POINT = 0x10ffff;
export const EVERY: CharSet = [0, MAX_CODE_POINT];

/** From ranges in any order, overlapping or not. */
export function normalized(ranges: readonly number[]): CharSet {
  const pairs: Array<[number, number]> = [];
  for (let at = 0; at < ranges.length; at += 2) {
    pairs.push([ranges[at], ranges[at + 1]]);
  }
  pairs.sort(([a], [b]) => a - b);
  const result: number[] = [];
  for (const [from, to] of pairs) {
    const last = result.length - 1;
    if (last > 0 && from <= result[last] + 1) {
      result[last] = Math.max(result[last], to);
    } else {
      result.push(from, to);
    }
  }
  return result;
}

export function negated(set: CharSet): CharSet {
  const result: number[] = [];
  let from = 0;
  for (let at = 0; at < set.length; at += 2) {
    if (set[at] > from) {
      result.push(from, set[at] - 1);
    }
    from = set[at + 1] + 1;
  }
  if (from <= MAX_CODE_POINT) {
    result.push(from, MAX_CODE_POINT);
  }
  return result;
}

export function contains(set: CharSet, code: number): boolean {
  let low = 0;
  let high = set.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (set[middle * 2 + 1] < code) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low * 2 < set.length && set[low * 2] <= code;
}

const set = (...ranges: string[]): CharSet =>
  normalized(ranges.flatMap((range) => [range.charCodeAt(0), range.charCodeAt(range.length - 1)]));

/** RE2's Perl classes know ASCII alone. */
export const DIGIT = set('0-9');
export const SPACE = set('\t', '\n', '\f', '\r', ' ');
export const WORD = set('0-9', 'A-Z', '_', 'a-z');

export const POSIX: Readonly<Record<string, CharSet>> = {
  alnum: set('0-9', 'A-Z', 'a-z'),
  alpha: set('A-Z', 'a-z'),
  ascii: [0, 0x7f],
  blank: set('\t', ' '),
  cntrl: [0, 0x1f, 0x7f, 0x7f],
  digit: DIGIT,
  graph: set('!-~'),
  lower: set('a-z'),
  print: set(' -~'),
  punct: set('!-/', ':-@', '[-`', '{-~'),
  space: set('\t-\r', ' '),
  upper: set('A-Z'),
  word: WORD,
  xdigit: set('0-9', 'A-F', 'a-f'),
};

const unicodeClasses = new Map<string, CharSet>();

/** `Lu`, `Greek`, `Any`. JavaScript's own classes are asked, code point by code point, once per class. */
export function unicodeClass(name: string): CharSet {
  if (name === 'Any') {
    return EVERY;
  }
  const known = unicodeClasses.get(name);
  if (known) {
    return known;
  }
  const isCategory = name.length <= 2;
  const found = codePointsOf(new RegExp(isCategory ? `\\p{${name}}+` : `\\p{Script=${name}}+`, 'gu'));
  unicodeClasses.set(name, found);
  return found;
}

const CHUNK = 0x1000;

/** `run` matches one or more code points of the class; texts of many are looked through at once. */
function codePointsOf(run: RegExp): CharSet {
  const ranges: number[] = [];
  for (let start = 0; start <= MAX_CODE_POINT; start += CHUNK) {
    const codes = Array.from({ length: CHUNK }, (_, offset) => start + offset).filter((code) => !isSurrogate(code));
    const text = String.fromCodePoint(...codes);
    for (const match of text.matchAll(run)) {
      const from = text.codePointAt(match.index) ?? 0;
      ranges.push(from, from + [...match[0]].length - 1);
    }
  }
  return normalized(ranges);
}

/** Half of a pair is no character, and two halves side by side would be one. */
const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;

/** Each code point of the set, and those that differ from it in case alone. */
export function caseFolded(chars: CharSet): CharSet {
  orbits ??= caseOrbits();
  if (chars.length === 2 && chars[0] === chars[1]) {
    const orbit = orbits.get(chars[0]);
    return orbit ? normalized(orbit.flatMap((code) => [code, code])) : chars;
  }
  const ranges = [...chars];
  for (const orbit of new Set(orbits.values())) {
    if (orbit.some((code) => contains(chars, code))) {
      for (const code of orbit) {
        ranges.push(code, code);
      }
    }
  }
  return normalized(ranges);
}

let orbits: ReadonlyMap<number, readonly number[]> | undefined;

/** Code points that are each other in another case, by each of them: k, K and the Kelvin sign. */
function caseOrbits(): ReadonlyMap<number, readonly number[]> {
  const byFold = new Map<string, number[]>();
  for (const code of cased()) {
    const fold = String.fromCodePoint(code).toUpperCase().toLowerCase();
    const orbit = byFold.get(fold);
    if (orbit) {
      orbit.push(code);
    } else {
      byFold.set(fold, [code]);
    }
  }
  return new Map([...byFold.values()].flatMap((orbit) => orbit.map((code) => [code, orbit] as const)));
}

/** Its capital is I, and yet it is no i: Unicode's simple folding leaves it alone. */
const DOTLESS_I = 0x131;

/** Code points with a case that is one code point too: `ß`, whose capital form is two letters, has none. */
function* cased(): Generator<number> {
  const letters = codePointsOf(/\p{Changes_When_Casemapped}+/gu);
  for (let at = 0; at < letters.length; at += 2) {
    for (let code = letters[at]; code <= letters[at + 1]; code++) {
      const text = String.fromCodePoint(code);
      if (code !== DOTLESS_I && [...text.toUpperCase()].length === 1 && [...text.toLowerCase()].length === 1) {
        yield code;
      }
    }
  }
}
