import { buildTree } from './build-tree.ts';
import { runNow } from './steps.ts';
import { referenceTree } from './testing/reference-tree.ts';
import { columnsOf, randomNumbers, type Span } from './testing/spans.ts';
import type { TraceTree } from './trace-tree.ts';

const HOUR_NS = 3_600_000_000_000;
const LAST_START = 2n ** 63n - 1n;

/** Spans that say anything: circles, ids that several have, parents that are missing, clocks that are hours off. */
function soup(seed: number): Span[] {
  const random = randomNumbers(seed);
  const size = 1 + random(120);
  // Not so few that an id has more spans than are looked at.
  const idRange = random(3) === 0 ? 1 + (size >> 3) + random(12) : size * 2;
  // Of ten spans, those without a parent.
  const rootsOfTen = random(10);
  const starts = [
    () => random(3),
    () => random(1000) * 1_000_000,
    () => random(2000) * (HOUR_NS / 1000),
    () => LAST_START - BigInt(random(3)),
    () => BigInt(random(2 ** 32)) * 2n ** 31n,
  ];
  const durations = [() => 0, () => random(5_000_000), () => -random(HOUR_NS), () => random(HOUR_NS), () => 2n ** 62n];
  // Some soups have all of it, some one kind of starts and durations.
  const [startKinds, durationKinds] = [1 + random(starts.length), 1 + random(durations.length)];
  const spans = Array.from({ length: size }, () => ({
    id: 1 + random(idRange),
    parent: random(10) < rootsOfTen ? 0 : 1 + random(random(8) === 0 ? size * 4 : idRange),
    start: starts[random(startKinds)](),
    duration: durations[random(durationKinds)](),
    kind: random(6),
    resource: random(4),
  }));
  const isOrdered = random(2) === 0;
  // As the store sends them: equal starts stay in their order.
  return isOrdered
    ? spans.sort((a, b) => (BigInt(a.start) < BigInt(b.start) ? -1 : a.start === b.start ? 0 : 1))
    : spans;
}

function told(tree: TraceTree) {
  const { parents, order, depths, subtreeSizes, flags, starts, ends, nodes, maxSkewNs, skewedSpans } = tree;
  const ids = new DataView(tree.phantomIds.buffer);
  return {
    nodes,
    parents: [...parents],
    order: [...order],
    depths: [...depths],
    subtreeSizes: [...subtreeSizes],
    flags: [...flags],
    phantomIds: Array.from({ length: ids.byteLength / 8 }, (_, phantom) => Number(ids.getBigUint64(phantom * 8))),
    starts: [...starts],
    ends: [...ends],
    maxSkewNs,
    skewedSpans,
  };
}

describe.each([false, true])('clock skew corrected: %s', (correctSkew) => {
  test.each(Array.from({ length: 20 }, (_, group) => group))('soups of group %i are as the rules say', (group) => {
    for (let seed = group * 25 + 1; seed <= group * 25 + 25; seed++) {
      const spans = soup(seed);
      const tree = runNow(buildTree(columnsOf(spans), { correctSkew }));
      expect([seed, told(tree)]).toEqual([seed, referenceTree(spans, correctSkew)]);
      expect([...tree.order].sort((a, b) => a - b)).toEqual(Array.from({ length: tree.nodes }, (_, node) => node));
      expect(tree.order.every((node, position) => tree.positions[node] === position)).toBe(true);
      expect(tree).toMatchObject({
        rows: spans.length,
        firstStart: Math.min(...tree.starts),
        lastEnd: Math.max(...tree.ends),
        maxDepth: Math.max(...tree.depths),
      });
    }
  });

  test('durations stay', () => {
    for (let seed = 1; seed <= 100; seed++) {
      // Below 2^53, where doubles are exact.
      const spans = soup(seed).filter(({ start, duration }) => Number(start) < 2 ** 50 && Number(duration) < 2 ** 50);
      const tree = runNow(buildTree(columnsOf(spans), { correctSkew }));
      const kept = spans.map((_, row) => tree.ends[row] - tree.starts[row]);
      expect(kept).toEqual(spans.map(({ duration }) => Math.max(0, Number(duration))));
    }
  });
});
