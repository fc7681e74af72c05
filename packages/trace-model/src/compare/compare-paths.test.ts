import { criticalPath } from '../analysis/critical-path.ts';
import { selfTime } from '../analysis/self-time.ts';
import { ERROR, inputOf, randomNumbers, shuffled, type TestSpan } from '../analysis/testing/spans.ts';
import { runNow } from '../tree/steps.ts';
import { comparePaths } from './compare-paths.ts';
import type { Comparison } from './compared-path.ts';
import { PathIndex } from './path-index.ts';
import { PathSet } from './path-set.ts';
import { summarizeComparison } from './summarize.ts';

const MS = 1_000_000;
const USUAL = { than: 'usual', there: 'usually' };

type Trace = readonly TestSpan[];

function setOf(paths: PathIndex, traces: readonly Trace[]): PathSet {
  const set = new PathSet(paths);
  for (const spans of traces) {
    const input = inputOf(spans);
    expect(runNow(set.add(input, runNow(selfTime(input)), runNow(criticalPath(input))))).toBe(true);
  }
  return set;
}

function compared(a: readonly Trace[], b: readonly Trace[]): Comparison {
  const paths = new PathIndex();
  return runNow(comparePaths(setOf(paths, a), setOf(paths, b)));
}

/** A line a path, indented: name, state, difference and that of self time in ms. */
const drawn = ({ paths }: Comparison) =>
  paths.map(
    ({ depth, name, state, deltaNs, deltaSelfNs }) =>
      `${'  '.repeat(depth)}${name} ${state} ${deltaNs / MS} self ${deltaSelfNs / MS}`
  );

const stateOf = ({ paths }: Comparison, name: string) => paths.find((path) => path.name === name)?.state;

interface Shape {
  /** Milliseconds. */
  readonly charge?: number;
  readonly charges?: number;
  readonly render?: number;
  readonly hasCache?: boolean;
  readonly hasAudit?: boolean;
  readonly failed?: boolean;
}

/** checkout: 10 ms of its own, then charges one after the other, and a step after them. */
function checkout({ charge = 100, charges = 1, render = 20, hasCache, hasAudit, failed }: Shape = {}): Trace {
  const spans: TestSpan[] = [];
  let at = 10 * MS;
  const step = (service: string, name: string, ms: number, status = 0) => {
    spans.push({ id: spans.length + 2, parent: 1, start: at, end: at + ms * MS, service, name, status });
    at += ms * MS;
  };
  if (hasCache) {
    step('cache', 'GET', 2);
  }
  for (let index = 0; index < charges; index++) {
    step('payment', 'charge', charge, failed ? ERROR : 0);
  }
  step('shop', 'render', render);
  if (hasAudit) {
    step('audit', 'write', 30);
  }
  return [{ id: 1, start: 0, end: at, service: 'shop', name: 'checkout' }, ...spans];
}

describe('one trace and another', () => {
  test('a slower child is the cause, not its parent', () => {
    const comparison = compared([checkout()], [checkout({ charge: 1200 })]);
    expect(drawn(comparison)).toEqual([
      'checkout same 1100 self 0',
      '  charge slower 1100 self 1100',
      '  render same 0 self 0',
    ]);
    expect(comparison).toMatchObject({ kind: 'difference', state: 'slower', deltaNs: 1100 * MS, sure: undefined });
    expect(comparison.causes).toEqual([
      {
        at: 1,
        path: [
          { service: 'shop', name: 'checkout' },
          { service: 'payment', name: 'charge' },
        ],
        service: 'payment',
        name: 'charge',
        state: 'slower',
        deltaNs: 1100 * MS,
        shareOfDelta: 1,
        sure: undefined,
      },
    ]);
    expect(summarizeComparison(comparison, { than: 'in the first trace', there: 'in the first trace' })).toBe(
      'shop checkout took 1.2 s, 1.1 s more than in the first trace (130 ms); 1.1 s of it is payment charge.'
    );
  });

  test('what came and what went', () => {
    const comparison = compared([checkout({ hasCache: true })], [checkout({ hasAudit: true })]);
    expect(drawn(comparison)).toEqual([
      'checkout same 28 self 0',
      '  write added 30 self 30',
      '  GET removed -2 self -2',
      '  charge same 0 self 0',
      '  render same 0 self 0',
    ]);
    const [, added, removed] = comparison.paths;
    expect(added.a).toMatchObject({ traces: 0, share: 0, count: 0, meanNs: 0, spanId: undefined });
    expect(added.b).toMatchObject({ traces: 1, share: 1, count: 1, meanNs: 30 * MS, onPathNs: 30 * MS });
    expect(removed.a.spanId).toBe('0000000000000002');
    expect(comparison.causes.map(({ name, deltaNs }) => [name, deltaNs])).toEqual([['write', 30 * MS]]);
    expect(summarizeComparison(comparison)).toContain('30 ms of it is audit write, which is new.');
  });

  test('retries count', () => {
    const comparison = compared([checkout()], [checkout({ charges: 3, failed: true })]);
    const charge = comparison.paths[1];
    expect([charge.state, charge.a.count, charge.b.count, charge.deltaNs]).toEqual(['slower', 1, 3, 200 * MS]);
    expect([charge.a.errorRate, charge.b.errorRate]).toEqual([0, 1]);
    expect(summarizeComparison(comparison, { than: 'in the first trace', there: 'in the first trace' })).toBe(
      'shop checkout took 330 ms, 200 ms more than in the first trace (130 ms); 200 ms of it is payment charge. ' +
        'payment charge was called 3 times, in the first trace 1 time. payment charge failed, in the first trace it did not.'
    );
  });

  test('what ran beside the rest explains nothing', () => {
    const beside = (ms: number): Trace => [
      ...checkout(),
      { id: 99, parent: 1, start: 0, end: ms * MS, service: 'log', name: 'flush' },
    ];
    const comparison = compared([beside(10)], [beside(90)]);
    expect(stateOf(comparison, 'flush')).toBe('slower');
    expect([comparison.state, comparison.causes]).toEqual(['same', []]);
    expect(summarizeComparison(comparison)).toMatch(
      /^shop checkout took 130 ms, about as long as in A \(130 ms\)\. log flush is slower/
    );
  });

  test('a tenth, and a millisecond, are needed', () => {
    expect(stateOf(compared([checkout()], [checkout({ charge: 110 })]), 'charge')).toBe('same');
    expect(stateOf(compared([checkout()], [checkout({ charge: 110.1 })]), 'charge')).toBe('slower');
    expect(stateOf(compared([checkout({ charge: 1 })], [checkout({ charge: 2 })]), 'charge')).toBe('same');
    expect(stateOf(compared([checkout({ charge: 1 })], [checkout({ charge: 2.1 })]), 'charge')).toBe('slower');
  });

  test('missing parents, and nothing', () => {
    const orphan = (ms: number): Trace => [{ id: 1, parent: 9, start: 0, end: ms * MS }];
    const comparison = compared([orphan(5)], [orphan(50)]);
    expect(comparison.paths.map(({ service, name, state }) => [service, name, state])).toEqual([
      ['', '', 'same'],
      ['s', 'n', 'slower'],
    ]);
    expect(summarizeComparison(comparison)).toMatch(/^a parent that is missing took 50 ms/);
    const nothing = compared([], [orphan(5)]);
    expect(nothing).toMatchObject({ state: 'same', deltaNs: 0, causes: [] });
    expect(summarizeComparison(nothing)).toBe('There is nothing to compare: A has no traces.');
    expect(summarizeComparison(compared([], []))).toBe('There is nothing to compare: neither side has traces.');
  });
});

/** Within 5 % of what is meant. */
function noisy(random: (below: number) => number, shape: Shape = {}): Trace {
  const about = (ms: number) => Math.round(ms * (0.95 + random(1000) / 10_000) * 1000) / 1000;
  return checkout({ ...shape, charge: about(shape.charge ?? 100), render: about(shape.render ?? 20) });
}

const many = (count: number, seed: number, shape: (index: number) => Shape = () => ({})): Trace[] => {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, (_, index) => noisy(random, shape(index)));
};

describe('sets', () => {
  test('a slower child, a step that became rarer, errors', () => {
    const comparison = compared(
      many(40, 1, (index) => ({ hasCache: index % 10 > 0 })),
      many(40, 2, (index) => ({ charge: 200, hasAudit: true, failed: index % 2 === 0 }))
    );
    expect(comparison.kind).toBe('test');
    expect(comparison.paths.map(({ name, state }) => [name, state])).toEqual([
      ['checkout', 'same'],
      ['charge', 'slower'],
      ['write', 'added'],
      ['GET', 'removed'],
      ['render', 'same'],
    ]);
    const [, charge, write, get] = comparison.paths;
    expect(charge.sure).toBeGreaterThan(0.999);
    expect(write.sure).toBeGreaterThan(0.999);
    expect(charge.sureOfErrors).toBeGreaterThan(0.999);
    expect(get.a).toMatchObject({ traces: 36, share: 0.9, meanNs: 2 * MS, overallMeanNs: 1.8 * MS });
    expect(comparison.causes.map(({ name }) => name)).toEqual(['charge', 'write']);
    expect(comparison.causes.reduce((sum, { shareOfDelta }) => sum + shareOfDelta, 0)).toBeCloseTo(1, 1);
    expect(summarizeComparison(comparison, { than: 'in the first set', there: 'in the first set' })).toMatch(
      /^shop checkout took \d+ ms on average, 1\d\d ms more than in the first set \(1\d\d ms on average\); \d+ ms of it is payment charge and 30 ms is audit write, which is new\. payment charge failed in 50% of its calls, in the first set in 0%\.$/
    );
  });

  test('a step that few traces have, slower in these', () => {
    const rare = (charge: number, seed: number) =>
      many(60, seed, (index) => ({ charges: index % 5 === 0 ? 1 : 0, charge }));
    expect(stateOf(compared(rare(100, 3), rare(300, 4)), 'charge')).toBe('slower');
  });

  test('one call in five that waits for a lock: no median says so', () => {
    const comparison = compared(
      many(50, 11),
      many(50, 12, (index) => ({ charge: index % 5 === 0 ? 2000 : 100 }))
    );
    expect([comparison.state, stateOf(comparison, 'charge')]).toEqual(['slower', 'slower']);
    expect(comparison.causes.map(({ name }) => name)).toEqual(['charge']);
  });

  test('a mean that one trace makes is no sure difference', () => {
    const comparison = compared(
      many(40, 13),
      many(40, 14, (index) => ({ charge: index === 0 ? 9000 : 100 }))
    );
    expect([comparison.state, comparison.causes]).toEqual(['same', []]);
    expect(summarizeComparison(comparison)).toMatch(/ on average, in A 130 ms on average: no sure difference\.$/);
  });

  test('two of many traces with a step that is new are no proof', () => {
    const comparison = compared(
      many(40, 5),
      many(40, 6, (index) => ({ hasAudit: index < 2 }))
    );
    expect(stateOf(comparison, 'write')).toBe('same');
  });

  test('too few for a test', () => {
    const comparison = compared(
      many(3, 7),
      many(4, 8, () => ({ charge: 200 }))
    );
    expect([comparison.kind, stateOf(comparison, 'charge'), comparison.sure]).toEqual([
      'difference',
      'slower',
      undefined,
    ]);
  });

  test.each(Array.from({ length: 20 }, (_, seed) => seed + 1))('noise %i: what paths add up to', (seed) => {
    const comparison = compared(
      many(30, seed),
      many(25, seed + 100, (index) => ({ charges: index % 3, hasAudit: true }))
    );
    const sum = comparison.paths.reduce((total, { deltaOnPathNs }) => total + deltaOnPathNs, 0);
    expect(Math.abs(sum - comparison.deltaNs)).toBeLessThanOrEqual(comparison.paths.length);
  });
});

describe('a trace among others', () => {
  const usual = many(100, 9, (index) => ({ hasCache: index > 1 }));

  test('beyond the 95th percentile', () => {
    const comparison = compared(usual, [checkout({ charge: 1200, hasCache: true })]);
    const charge = comparison.paths.find(({ name }) => name === 'charge');
    expect(charge).toMatchObject({ state: 'slower', percentile: 1 });
    expect(charge?.sure).toBeCloseTo(1 - 2 / 101, 10);
    expect(comparison).toMatchObject({ kind: 'place', state: 'slower', percentile: 1 });
    expect(summarizeComparison(comparison, USUAL)).toBe(
      'shop checkout took 1.2 s, 1.1 s more than usual (132 ms on average); 1.1 s of it is payment charge.'
    );
    const swapped = compared([checkout({ charge: 1200, hasCache: true })], usual);
    expect(stateOf(swapped, 'charge')).toBe('faster');
  });

  test('like the others', () => {
    const comparison = compared(usual, [checkout({ hasCache: true })]);
    expect(comparison.paths.every(({ state }) => state === 'same')).toBe(true);
    expect(summarizeComparison(comparison, USUAL)).toMatch(/about as long as usual/);
  });

  test('what it lacks, and what it alone has', () => {
    const comparison = compared(usual, [checkout({ hasAudit: true })]);
    expect([stateOf(comparison, 'GET'), stateOf(comparison, 'write')]).toEqual(['removed', 'added']);
  });

  test('of few others nothing is sure', () => {
    const comparison = compared(usual.slice(0, 19), [checkout({ charge: 1200 })]);
    expect(stateOf(comparison, 'charge')).toBe('slower');
    expect([comparison.sure, ...comparison.paths.map(({ sure }) => sure)]).toEqual(
      Array(comparison.paths.length + 1).fill(undefined)
    );
  });
});

/** Some trace: a tree of three operations in three services, times at random. */
function someTrace(random: (below: number) => number): Trace {
  return Array.from({ length: 1 + random(25) }, (_, index) => {
    const start = random(2 ** 30);
    return {
      id: index + 1,
      parent: index === 0 ? 0 : 1 + random(index),
      start: index === 0 ? 0 : start,
      end: index === 0 ? 2 ** 30 : start + random(2 ** 28),
      service: 'abc'[random(3)],
      name: 'xyz'[random(3)],
      status: random(4) === 0 ? ERROR : 0,
    };
  });
}

const SWAPPED = { added: 'removed', removed: 'added', slower: 'faster', faster: 'slower', same: 'same' };

describe.each(Array.from({ length: 60 }, (_, seed) => seed + 1))('soup %i', (seed) => {
  const random = randomNumbers(seed);
  const sizes = [1, 1 + random(4), 5 + random(20)];
  const [a, b] = [0, 1].map(() => Array.from({ length: sizes[random(3)] }, () => someTrace(random)));

  test('a set and itself are the same', () => {
    const comparison = compared(a, a);
    expect(comparison.paths.filter(({ state, deltaNs }) => state !== 'same' || deltaNs !== 0)).toEqual([]);
    expect([comparison.state, comparison.causes]).toEqual(['same', []]);
  });

  test('swapped sides swap states', () => {
    const [there, back] = [compared(a, b), compared(b, a)];
    expect(back.paths).toEqual(
      there.paths.map((path) => ({
        ...path,
        a: path.b,
        b: path.a,
        state: SWAPPED[path.state],
        deltaNs: 0 - path.deltaNs,
        deltaSelfNs: 0 - path.deltaSelfNs,
        deltaOnPathNs: 0 - path.deltaOnPathNs,
      }))
    );
    expect([back.state, back.deltaNs]).toEqual([SWAPPED[there.state], 0 - there.deltaNs]);
  });

  test('the order of spans and of traces is nothing', () => {
    const mixed = (traces: readonly Trace[]) => shuffled(traces, seed).map((trace) => shuffled(trace, seed + 1));
    const [plain, other] = [compared(a, b), compared(mixed(a), mixed(b))];
    expect(other.paths).toEqual(plain.paths);
    expect(other.causes).toEqual(plain.causes);
  });
});

test('noise: few of 200 pairs of sets of the same kind show a difference', () => {
  let pairs = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const random = randomNumbers(seed);
    // Twenty steps that take anything from 1 to 100 ms: medians of twenty of them differ by more than a tenth often.
    const trace = (): Trace => {
      let at = 0;
      const steps = Array.from({ length: 20 }, (_, index) => {
        const start = at;
        at += MS + random(99 * MS);
        return { id: index + 2, parent: 1, start, end: at, name: `step ${index}` };
      }).filter((_, index) => index < 10 || random(2) === 0);
      return [{ id: 1, start: 0, end: at, name: 'root' }, ...steps];
    };
    const [a, b] = [0, 1].map(() => Array.from({ length: 20 }, trace));
    pairs += compared(a, b).paths.some(({ state }) => state !== 'same') ? 1 : 0;
  }
  // At a rate of false discoveries of 5 % ten would be expected, were the tests independent and exact.
  expect(pairs).toBeLessThanOrEqual(16);
});

describe('bounds', () => {
  test('more paths than there is room for are left out on both sides', () => {
    const paths = new PathIndex(3);
    const trace = (names: string): Trace => [
      { id: 1, start: 0, end: 100 * MS, name: 'root' },
      ...[...names].map((name, index) => ({
        id: index + 2,
        parent: 1,
        start: index * MS,
        end: (index + 1) * MS,
        name,
      })),
      { id: 99, parent: 4, start: 2 * MS, end: 3 * MS, name: 'below' },
    ];
    const [a, b] = [setOf(paths, [trace('xyz')]), setOf(paths, [trace('zyx')])];
    const comparison = runNow(comparePaths(a, b));
    expect(comparison.paths.map(({ name, state }) => [name, state])).toEqual([
      ['root', 'same'],
      ['x', 'same'],
      ['y', 'same'],
    ]);
    expect([a.leftOutSpans, b.leftOutSpans]).toEqual([2, 2]);
  });

  test('no more than a thousand traces', () => {
    const set = setOf(new PathIndex(), Array(1000).fill(checkout()));
    const input = inputOf(checkout());
    expect(runNow(set.add(input, runNow(selfTime(input)), runNow(criticalPath(input))))).toBe(false);
    expect(set.traces).toBe(1000);
  });

  test('sets of two indexes are refused', () => {
    expect(() => runNow(comparePaths(new PathSet(new PathIndex()), new PathSet(new PathIndex())))).toThrow(RangeError);
  });
});
