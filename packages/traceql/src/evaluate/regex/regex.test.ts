import { randomNumbers } from '../../../corpus/random-query.ts';
import { regexProblem } from '../../regex.ts';
import { compilePattern, PatternTooLarge } from './index.ts';

test.each<[pattern: string, yes: readonly string[], no: readonly string[]]>([
  ['', [''], ['a']],
  ['abc', ['abc'], ['ab', 'abcd', 'xabc']],
  ['a|bc', ['a', 'bc'], ['abc', 'ac']],
  ['a*b+c?', ['b', 'aabbc'], ['a', 'ac']],
  ['(|a)*', ['', 'aaa'], ['b']],
  ['(a*)*b', ['b', 'aab'], ['aa']],
  ['a{3}', ['aaa'], ['aa', 'aaaa']],
  ['a{2,}', ['aa', 'aaaaa'], ['a']],
  ['a{0,2}b', ['b', 'ab', 'aab'], ['aaab']],
  ['(ab){1,2}?', ['ab', 'abab'], ['a', 'ababab']],
  ['a{,2}', ['a{,2}'], ['aa']],
  ['.', ['x', 'é', '\u{1f600}', '\r'], ['\n', '', 'xy']],
  ['(?s).', ['\n'], []],
  ['(?s:.)x.', ['\nxy'], ['yx\n']],
  ['a(?i)b|c', ['ab', 'aB', 'c', 'C'], ['AB', 'Ab']],
  ['a(?i:b)c', ['abc', 'aBc'], ['abC']],
  ['(?i)k[a-c]', ['kA', 'KB', '\u212ac'], ['kd']],
  ['(?i)[^a]', ['b'], ['a', 'A']],
  ['(?i)straße', ['STRAßE', 'straße'], ['STRASSE']],
  ['(?i-s:A.)', ['ab'], ['a\n']],
  ['(?P<n>a)(?<m>b)(?:c)', ['abc'], []],
  ['^abc$', ['abc'], ['abc\n']],
  ['a^b', [], ['ab', 'a\nb']],
  ['(?m)a$\n^b', ['a\nb'], ['ab']],
  ['\\Aabc\\z', ['abc'], []],
  ['.*\\bfoo\\b.*', ['foo', 'a foo b', 'é-foo'], ['afoo', 'foo_']],
  ['a\\Bb', ['ab'], []],
  ['\\d+\\D\\s\\S\\w\\W', ['12x\t.z!'], ['12x\u00a0.z!']],
  ['[a-c-]+', ['abc-'], ['d']],
  ['[]a]+', [']a'], ['[']],
  ['[^]a]', ['b'], [']', 'a']],
  ['[[:alpha:]_[:^digit:]]', ['x', '_', '.'], ['1']],
  ['[\\d\\-x]+', ['1-x'], ['y']],
  ['\\pL+', ['aéж'], ['1']],
  ['\\p{Greek}\\P{Lu}\\p{^Nd}', ['αbx'], ['αB1', 'aax']],
  ['\\Qa.b*\\E+', ['a.b*', 'a.b**'], ['axb']],
  ['\\x41\\x{1F600}\\101\\t', ['A\u{1f600}A\t'], []],
  ['\\.\\/\\-', ['./-'], ['a/-']],
  ['[\u{1f600}-\u{1f64f}]x', ['\u{1f610}x'], ['\ud83dx']],
  ['GET|POST /.*', ['GET', 'POST /a'], ['GET /a']],
])('%s', (pattern, yes, no) => {
  expect(regexProblem(pattern)).toBeUndefined();
  const matches = compilePattern(pattern);
  expect(yes.filter((text) => !matches(text))).toEqual([]);
  expect(no.filter(matches)).toEqual([]);
});

test('matches what JavaScript matches, where the two languages are one', () => {
  const next = randomNumbers(7);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(next() * choices.length)];
  const pattern = (depth: number): string => {
    if (depth === 0) {
      return pick(['a', 'b', 'c', '.', '[ab]', '[^b]', '\\w', '\\W', '']);
    }
    switch (pick(['both', 'both', 'either', 'repeat', 'edge'])) {
      case 'both':
        return pattern(depth - 1) + pattern(depth - 1);
      case 'either':
        return `(${pattern(depth - 1)}|${pattern(depth - 1)})`;
      case 'repeat':
        return `(?:${pattern(depth - 1)})${pick(['*', '+', '?', '{2}', '{0,2}', '{1,}', '*?'])}`;
      default:
        return pick(['^', '$', '\\b', '\\B']) + pattern(depth - 1);
    }
  };
  let matched = 0;
  for (let count = 0; count < 2000; count++) {
    const source = pattern(1 + Math.floor(next() * 3));
    const [ours, theirs] = [compilePattern(source), new RegExp(`^(?:${source})$`)];
    for (let texts = 0; texts < 10; texts++) {
      const text = Array.from({ length: Math.floor(next() * 6) }, () => pick(['a', 'b', 'c', ' '])).join('');
      const expected = theirs.test(text);
      if (ours(text) !== expected) {
        throw new Error(`${source} on ${JSON.stringify(text)} should be ${expected}`);
      }
      matched += expected ? 1 : 0;
    }
  }
  expect(matched).toBeGreaterThan(1000);
});

test.each(['(a*)*b', '(a|a)*b', '(a|aa)+b', '(.*a){20}b', '\\b(a+)+\\bc'])(
  '%s takes no longer for ill text',
  (pattern) => {
    const started = performance.now();
    expect(compilePattern(pattern)('a'.repeat(20_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(3000);
  }
);

test('states that are forgotten are found anew', () => {
  // Each of the last twelve characters matters: more states than are kept.
  const matches = compilePattern('[ab]*a[ab]{12}');
  const next = randomNumbers(3);
  const text = Array.from({ length: 20_000 }, () => (next() < 0.5 ? 'a' : 'b')).join('');
  expect(matches(`${text}a${'b'.repeat(12)}`)).toBe(true);
  expect(matches(`${text}b${'b'.repeat(12)}`)).toBe(false);
});

test('groups a thousand deep and huge patterns end', () => {
  const deep = `${'('.repeat(900)}a${')*'.repeat(900)}`;
  expect(regexProblem(deep)).toBeUndefined();
  expect(compilePattern(deep)('aaa')).toBe(true);
  expect(() => compilePattern('(?:abcdefghijklmnop){1000}')).toThrow(PatternTooLarge);
});
