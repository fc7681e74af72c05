import { runNow } from '../tree/steps.ts';
import { criticalPath, type CriticalPath, type CriticalPathOptions } from './critical-path.ts';
import type { AnalysisInput } from './input.ts';
import { ownersBackwards } from './testing/simulate-path.ts';
import { CLIENT, CONSUMER, inputOf, INTERNAL, PRODUCER, SERVER, soup, type TestSpan } from './testing/spans.ts';

const pathOf = (spans: readonly TestSpan[], options?: CriticalPathOptions): CriticalPath =>
  runNow(criticalPath(inputOf(spans), options));

/** Segments as `name start-end`, waits as `~name start-end`. */
function segmentsOf(spans: readonly TestSpan[], options?: CriticalPathOptions): string[] {
  const { nodes, starts, ends, waits } = pathOf(spans, options);
  return Array.from(nodes, (node, at) => {
    const name = node < spans.length ? (spans[node].name ?? spans[node].id) : '?';
    return `${waits[at] === 1 ? '~' : ''}${name} ${starts[at]}-${ends[at]}`;
  });
}

const span = (name: string, parent: number, start: number, end: number, kind = INTERNAL): Omit<TestSpan, 'id'> => ({
  name,
  parent,
  start,
  end,
  kind,
});

/** Ids are 1, 2, … */
const trace = (...spans: Array<Omit<TestSpan, 'id'>>): TestSpan[] => spans.map((each, n) => ({ ...each, id: n + 1 }));

describe('worked by hand', () => {
  test('one after the other', () => {
    // a |--------------------| 0-100
    // b   |-----|              10-40
    // c           |-------|    50-90
    const spans = trace(span('a', 0, 0, 100), span('b', 1, 10, 40), span('c', 1, 50, 90));
    expect(segmentsOf(spans)).toEqual(['a 0-10', 'b 10-40', 'a 40-50', 'c 50-90', 'a 90-100']);
    const { onPathNs, totalNs, roots, rootOffsets } = pathOf(spans);
    expect([...onPathNs]).toEqual([30, 30, 40]);
    expect([totalNs, [...roots], [...rootOffsets]]).toEqual([100, [0], [0, 5]]);
  });

  test('side by side: the one that finished last, and what had finished before it began', () => {
    // a |------------------------| 0-120
    // b   |--------|               10-60
    // c       |------------|       30-100, while b was under way
    // d  |-|                       5-20, done before c began
    const spans = trace(span('a', 0, 0, 120), span('b', 1, 10, 60), span('c', 1, 30, 100), span('d', 1, 5, 20));
    expect(segmentsOf(spans)).toEqual(['a 0-5', 'd 5-20', 'a 20-30', 'c 30-100', 'a 100-120']);
  });

  test('side by side from one start to one end: the one that began first', () => {
    const spans = trace(span('a', 0, 0, 100), span('b', 1, 10, 90), span('c', 1, 5, 90), span('d', 1, 20, 90));
    expect(segmentsOf(spans)).toEqual(['a 0-5', 'c 5-90', 'a 90-100']);
  });

  test('deeper ones, back to back', () => {
    // a |-----------------------| 0-100
    // b |-----------|             0-50
    // c   |---|                   10-30
    // d        |----|             30-50
    // e             |-----------| 50-100
    const spans = trace(
      span('a', 0, 0, 100),
      span('b', 1, 0, 50),
      span('c', 2, 10, 30),
      span('d', 2, 30, 50),
      span('e', 1, 50, 100)
    );
    expect(segmentsOf(spans)).toEqual(['b 0-10', 'c 10-30', 'd 30-50', 'e 50-100']);
  });

  test('a subtree', () => {
    const spans = trace(span('a', 0, 0, 100), span('b', 1, 10, 60), span('c', 2, 20, 50), span('d', 1, 50, 90));
    // The whole goes through d, and by then b was not done.
    expect(segmentsOf(spans)).toEqual(['a 0-50', 'd 50-90', 'a 90-100']);
    expect(segmentsOf(spans, { root: 1 })).toEqual(['b 10-20', 'c 20-50', 'b 50-60']);
  });

  test('children outside of their parents are clipped', () => {
    // client |---------|      10-60
    // server     |--------|   30-80, an answer that came before the span was closed
    // inner            |--|   70-79 after the answer, and 35-65
    const spans = trace(
      span('a', 0, 0, 100),
      span('client', 1, 10, 60, CLIENT),
      span('server', 2, 30, 80, SERVER),
      span('late', 3, 70, 79),
      span('inner', 3, 35, 65),
      span('early', 1, 0, 5)
    );
    expect(segmentsOf(spans)).toEqual([
      'early 0-5',
      'a 5-10',
      'client 10-30',
      'server 30-35',
      'inner 35-60',
      'a 60-100',
    ]);
    const before = trace(span('a', 0, 50, 100), span('b', 1, 20, 70), span('c', 1, 0, 40));
    expect(segmentsOf(before)).toEqual(['b 50-70', 'a 70-100']);
  });

  test('nothing without duration is on the path; a negative duration is none', () => {
    const spans = trace(span('a', 0, 0, 100), span('b', 1, 50, 50), span('c', 1, 80, 20), span('d', 1, 100, 100));
    expect(segmentsOf(spans)).toEqual(['a 0-100']);
    expect(segmentsOf(trace(span('a', 0, 5, 5), span('b', 1, 5, 5)))).toEqual([]);
    expect(segmentsOf([])).toEqual([]);
    expect(pathOf([])).toMatchObject({ totalNs: 0, rootOffsets: Uint32Array.of(0) });
  });

  test('who goes on after the parent did not block it', () => {
    const spans = trace(span('a', 0, 0, 100), span('b', 1, 10, 40), span('background', 1, 20, 300));
    expect(segmentsOf(spans)).toEqual(['a 0-10', 'b 10-40', 'a 40-100']);
  });

  test('an end that is wrong by a hundredth is not asynchronous, nor parallel', () => {
    // b ends 9 after its parent, c begins 4 before b ends.
    const spans = trace(span('a', 0, 0, 10_000), span('b', 1, 1000, 2000), span('c', 1, 1996, 10_009));
    expect(segmentsOf(spans)).toEqual(['a 0-1000', 'b 1000-1996', 'c 1996-10000']);
    const parallel = trace(span('a', 0, 0, 10_000), span('b', 1, 1000, 2000), span('c', 1, 1980, 10_000));
    expect(segmentsOf(parallel)).toEqual(['a 0-1980', 'c 1980-10000']);
  });

  test('a root each', () => {
    const spans = trace(span('a', 0, 0, 100), span('b', 1, 20, 30), span('c', 0, 50, 200), span('d', 9, 300, 310));
    expect(segmentsOf(spans)).toEqual(['a 0-20', 'b 20-30', 'a 30-100', 'c 50-200', 'd 300-310']);
    const { roots, rootOffsets, totalNs, onPathNs } = pathOf(spans);
    expect([[...roots], [...rootOffsets], totalNs]).toEqual([[0, 2, 4], [0, 3, 4, 5], 260]);
    expect([...onPathNs]).toEqual([90, 10, 150, 10, 0]);
  });

  test('what a missing parent did between its children is its own, whatever they are', () => {
    const spans = trace(span('a', 9, 0, 10, CONSUMER), span('b', 9, 15, 30));
    expect(segmentsOf(spans)).toEqual(['a 0-10', '? 10-15', 'b 15-30']);
  });

  test('a root that is no node', () => {
    expect(() => pathOf(trace(span('a', 0, 0, 1)), { root: 1 })).toThrow('root is 1; it has to be a node, 0 to 0');
    expect(() => pathOf(trace(span('a', 0, 0, 1)), { root: 0.5 })).toThrow(RangeError);
  });
});

describe('asynchronous work', () => {
  // order    |-----------|                               0-100
  // auth       |--|                                      10-30
  // send            |-|                                  50-60, a producer
  // process               |waits....   |--------|        200-300, a consumer
  // charge                               |---|           220-260
  const order = trace(
    span('order', 0, 0, 100, SERVER),
    span('auth', 1, 10, 30, CLIENT),
    span('send', 1, 50, 60, PRODUCER),
    span('process', 3, 200, 300, CONSUMER),
    span('charge', 4, 220, 260, CLIENT)
  );

  test('does not block', () => {
    expect(segmentsOf(order)).toEqual(['order 0-10', 'auth 10-30', 'order 30-50', 'send 50-60', 'order 60-100']);
  });

  test('is where a whole trace ends, with the wait in the queue', () => {
    expect(segmentsOf(order, { wholeTrace: true })).toEqual([
      'order 0-10',
      'auth 10-30',
      'order 30-50',
      'send 50-60',
      '~process 60-200',
      'process 200-220',
      'charge 220-260',
      'process 260-300',
    ]);
    const { onPathNs, totalNs } = pathOf(order, { wholeTrace: true });
    expect([...onPathNs, totalNs]).toEqual([30, 20, 10, 60, 40, 300]);
  });

  test('that ends before the root does is beside the path of the whole trace too', () => {
    const spans = trace(span('a', 0, 0, 100), span('send', 1, 10, 20, PRODUCER), span('process', 2, 30, 90, CONSUMER));
    expect(segmentsOf(spans, { wholeTrace: true })).toEqual(['a 0-10', 'send 10-20', 'a 20-100']);
  });

  test('a producer does not wait for its message to be handled, however long it is under way', () => {
    const spans = trace(span('send', 0, 0, 100, PRODUCER), span('process', 1, 20, 100, CONSUMER));
    expect(segmentsOf(spans)).toEqual(['send 0-100']);
    expect(segmentsOf(spans, { wholeTrace: true })).toEqual(['send 0-100']);
  });

  test('in the background: from where it began', () => {
    // a          |--------| 0-100
    // b            |--|     20-40
    // background     |------------| 30-200, begun while b was under way
    // flush                    |--| 150-200
    const spans = trace(
      span('a', 0, 0, 100),
      span('b', 1, 20, 40),
      span('background', 1, 30, 200),
      span('flush', 3, 150, 200)
    );
    expect(segmentsOf(spans, { wholeTrace: true })).toEqual(['a 0-30', 'background 30-150', 'flush 150-200']);
    const after = trace(span('a', 0, 0, 100), span('b', 1, 5, 20), span('background', 1, 30, 200));
    expect(segmentsOf(after, { wholeTrace: true })).toEqual(['a 0-5', 'b 5-20', 'a 20-30', 'background 30-200']);
  });

  test('two queues, one behind the other', () => {
    const spans = trace(
      span('send', 0, 0, 10, PRODUCER),
      span('relay', 1, 30, 50, CONSUMER),
      span('resend', 2, 40, 45, PRODUCER),
      span('process', 3, 70, 90, CONSUMER)
    );
    expect(segmentsOf(spans, { wholeTrace: true })).toEqual([
      'send 0-10',
      '~relay 10-30',
      'relay 30-40',
      'resend 40-45',
      '~process 45-70',
      'process 70-90',
    ]);
  });

  test('a batch blocks for its messages, but not for those of another service', () => {
    const batch = trace(span('receive', 0, 0, 100, CONSUMER), span('process', 1, 20, 60, CONSUMER));
    expect(segmentsOf(batch)).toEqual(['receive 0-20', 'process 20-60', 'receive 60-100']);
    expect(segmentsOf([batch[0], { ...batch[1], service: 'other' }])).toEqual(['receive 0-100']);
  });

  test('that began before the root, by its clock, is clipped to it', () => {
    const spans = trace(span('send', 0, 50, 60, PRODUCER), span('process', 1, 20, 90, CONSUMER));
    expect(segmentsOf(spans, { wholeTrace: true })).toEqual(['process 50-90']);
  });
});

/** Segments that cover their roots without gap or overlap, and what nodes have on them. */
function expectPartition({ tree }: AnalysisInput, path: CriticalPath, wholeTrace: boolean): void {
  const { nodes, starts, ends, waits, roots, rootOffsets, onPathNs, totalNs } = path;
  const sums = new Float64Array(tree.nodes);
  let total = 0;
  expect(rootOffsets[roots.length]).toBe(nodes.length);
  roots.forEach((root, at) => {
    const first = tree.positions[root];
    const subtree = tree.order.subarray(first, first + tree.subtreeSizes[first]);
    const last = wholeTrace ? Math.max(...Array.from(subtree, (node) => tree.ends[node])) : tree.ends[root];
    let reached = tree.starts[root];
    const wrong: number[] = [];
    for (let segment = rootOffsets[at]; segment < rootOffsets[at + 1]; segment++) {
      const node = nodes[segment];
      const isWait = waits[segment] === 1;
      const isWithin = starts[segment] >= tree.starts[node] && ends[segment] <= tree.ends[node];
      const isBefore = wholeTrace && ends[segment] <= tree.starts[node];
      if (
        starts[segment] !== reached ||
        ends[segment] <= starts[segment] ||
        !subtree.includes(node) ||
        !(isWait ? isBefore : isWithin)
      ) {
        wrong.push(segment);
      }
      sums[node] += isWait ? 0 : ends[segment] - starts[segment];
      reached = ends[segment];
    }
    expect(wrong).toEqual([]);
    expect(reached).toBe(last);
    total += last - tree.starts[root];
  });
  expect(totalNs).toBe(total);
  expect(onPathNs.every((ns, node) => ns === sums[node])).toBe(true);
}

const seeds = Array.from({ length: 300 }, (_, seed) => seed + 1);

test.each(seeds)('soup %i: each instant of a root is on the path once', (seed) => {
  for (const [latest, correctSkew] of [
    [60, false],
    [2 ** 31, false],
    [2 ** 31, true],
  ] as const) {
    const input = inputOf(soup(seed, latest), { correctSkew });
    for (const wholeTrace of [false, true]) {
      expectPartition(input, runNow(criticalPath(input, { wholeTrace })), wholeTrace);
      for (let root = 0; root < input.tree.nodes; root += 7) {
        expectPartition(input, runNow(criticalPath(input, { root, wholeTrace })), wholeTrace);
      }
    }
  }
});

test.each(seeds)('soup %i: as going back instant by instant finds it', (seed) => {
  // Shorter than 100, so that a hundredth of it is less than an instant.
  const input = inputOf(soup(seed, 60));
  for (let root = 0; root < input.tree.nodes; root++) {
    for (const wholeTrace of [false, true]) {
      const { nodes, starts, ends, waits } = runNow(criticalPath(input, { root, wholeTrace }));
      const owners: string[] = [];
      nodes.forEach((node, at) => {
        for (let instant = starts[at]; instant < ends[at]; instant++) {
          owners.push(`${waits[at] === 1 ? '~' : ''}${node}`);
        }
      });
      expect(owners).toEqual(ownersBackwards(input, root, wholeTrace));
    }
  }
});

describe('large', () => {
  const size = 200_000;
  const all: Array<[string, TestSpan[], number]> = [
    [
      'deep',
      Array.from({ length: size }, (_, n) => ({ id: n + 1, parent: n, start: n, end: 2 * size - n })),
      2 * size - 1,
    ],
    [
      'in sequence',
      Array.from({ length: size }, (_, n) =>
        n === 0 ? { id: 1, start: 0, end: size * 2 } : { id: n + 1, parent: 1, start: n * 2, end: n * 2 + 1 }
      ),
      2 * size - 1,
    ],
    [
      'all at once, ending backwards',
      Array.from({ length: size }, (_, n) =>
        n === 0 ? { id: 1, start: 0, end: size * 2 } : { id: n + 1, parent: 1, start: n, end: size * 2 - n }
      ),
      3,
    ],
    [
      'a chain of queues',
      Array.from({ length: size }, (_, n) => ({ id: n + 1, parent: n, start: n * 2, end: n * 2 + 1, kind: 4 })),
      2 * size - 1,
    ],
    ['roots', Array.from({ length: size }, (_, n) => ({ id: n + 1, start: n, end: n + 5 })), size],
  ];

  test.each(all)('%s', (_, spans, segments) => {
    const path = pathOf(spans, { wholeTrace: true });
    expect(path.nodes).toHaveLength(segments);
    expect(path.rootOffsets[path.roots.length]).toBe(segments);
    expect(path.onPathNs.every((ns) => ns >= 0)).toBe(true);
  });
});
