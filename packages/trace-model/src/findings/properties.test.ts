import { runNow } from '../tree/steps.ts';
import { inputOf, soup } from '../analysis/testing/spans.ts';
import { findings } from './find.ts';
import { FINDING_ATTRIBUTES, type Finding, type FindingsInput } from './finding.ts';
import { look, made, query, type Made } from './testing/hand-made.ts';

/** Attributes that make as many rules as possible look at a span. */
const odd: FindingsInput['attribute'] = (row, key) =>
  (row * 7 + FINDING_ATTRIBUTES.indexOf(key)) % 3 === 0
    ? ['', '404', '500', 'x y', 'http://', 'GET'][row % 6]
    : undefined;

test('any spans with any attributes make findings that hold together', () => {
  for (let seed = 1; seed <= 400; seed++) {
    for (const correctSkew of [false, true]) {
      const input = inputOf(soup(seed, 5e9), { correctSkew });
      const found = runNow(
        findings({
          ...input,
          attribute: odd,
          instrumentedPeers: () => true,
          usual: () => ({
            count: 50,
            p50Ns: 1e6,
            p95Ns: 2e6,
            p99Ns: 3e6,
            errorRate: 0,
            darkShareP95: 0,
            childCountP95: 1,
          }),
        })
      );
      expect(found.length).toBeGreaterThan(0);
      expect(found.some(({ kind }) => kind === 'healthy') && found.length > 1).toBe(false);
      for (const one of found) {
        expectSound(one, input.tree.nodes);
      }
    }
  }
});

function expectSound(one: Finding, nodes: number): void {
  expect(one.shareOfTrace).toBeGreaterThanOrEqual(0);
  expect(one.shareOfTrace).toBeLessThanOrEqual(1);
  expect(one.harmNs).toBeGreaterThanOrEqual(0);
  expect(Object.values(one.numbers).every(Number.isFinite)).toBe(true);
  expect(one.spans.length).toBeGreaterThan(0);
  expect(one.spans.every((node) => Number.isInteger(node) && node >= 0 && node < nodes)).toBe(true);
  expect(new Set(one.spans).size).toBe(one.spans.length);
  for (const text of [one.title, one.detail, one.next]) {
    expect(text).toMatch(/^\S.*[.]$/s);
    expect(text).not.toMatch(/undefined|NaN|Infinity|\s\s/);
  }
}

test('no spans, no findings', () => {
  expect(runNow(findings({ ...inputOf([]), attribute: () => undefined }))).toEqual([]);
});

test('the order of the spans changes nothing', () => {
  const failing = (start: number): Made =>
    made(
      'a',
      'client',
      'GET',
      [start, start + 100],
      { error: 'no', attributes: { 'url.full': 'http://b/x', 'server.address': 'b' } },
      made('b', 'server', 'GET /x', [start + 1, start + 99], { error: true })
    );
  const root = made(
    'a',
    'server',
    'GET /',
    [0, 6000],
    { error: true },
    query('a', 'UPDATE t', [0, 1500]),
    ...Array.from({ length: 14 }, (_, n) => query('a', 'SELECT n', [1500 + n * 100, 1599 + n * 100])),
    failing(3000),
    failing(3200),
    failing(3400),
    made('a', 'producer', 'send q', [4000, 5500], {}, made('w', 'consumer', 'take q', [9000, 9100], { error: 'bad' }))
  );
  const told = (at: ReturnType<typeof look>) =>
    at.found.map((one) => [one.title, one.detail, one.harmNs, at.spansOf(one).map((span) => span?.start)]);
  const straight = look(root);
  expect(straight.found.length).toBeGreaterThan(3);
  expect(told(look(root, {}, (spans) => spans.reverse()))).toEqual(told(straight));
  expect(
    told(look(root, {}, (spans) => spans.sort((a, b) => ((a.start * 7919) % 101) - ((b.start * 7919) % 101))))
  ).toEqual(told(straight));
});
