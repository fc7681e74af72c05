import { runNow } from '../tree/steps.ts';
import { eachGap } from './gaps.ts';
import { parallelism } from './parallelism.ts';
import { inputOf, soup, type TestSpan } from './testing/spans.ts';

const of = (spans: readonly TestSpan[]) => runNow(parallelism(inputOf(spans)));

test('spans at work at a time', () => {
  // 1 |------------------|            0-100, at work 0-10 and 60-100
  // 2   |------|                      10-50
  // 3      |-----|                    20-60
  // 4         |--|                    30-60, called by 3: 3 works 20-30
  //                       5 |-----|   200-220, another root
  const result = of([
    { id: 1, start: 0, end: 100 },
    { id: 2, parent: 1, start: 10, end: 50 },
    { id: 3, parent: 1, start: 20, end: 60 },
    { id: 4, parent: 3, start: 30, end: 60 },
    { id: 5, start: 200, end: 220 },
  ]);
  expect(result).toMatchObject({ busyNs: 120, workNs: 50 + 40 + 10 + 30 + 20, max: 2, maxAt: 20, maxFanOut: 2 });
  expect(result.average).toBe(150 / 120);
  expect([...result.fanOut]).toEqual([2, 0, 1, 0, 0]);
});

test('one after the other is one at a time', () => {
  const spans = Array.from({ length: 100 }, (_, n) => ({ id: n + 1, start: n * 10, end: n * 10 + 10 }));
  expect(of(spans)).toMatchObject({ busyNs: 1000, workNs: 1000, average: 1, max: 1, maxAt: 0 });
});

test('nothing at work', () => {
  expect(of([])).toMatchObject({ busyNs: 0, workNs: 0, average: 0, max: 0, maxAt: 0, maxFanOut: 0 });
  expect(of([{ id: 1, start: 7, end: 7 }])).toMatchObject({ busyNs: 0, average: 0, max: 0 });
  expect([...of([{ id: 1, parent: 9, start: 7, end: 8 }]).fanOut]).toEqual([0, 1]);
});

test.each(Array.from({ length: 300 }, (_, seed) => seed + 1))('soup %i: as counted instant by instant', (seed) => {
  const { tree } = inputOf(soup(seed));
  const atWork = new Map<number, number>();
  for (let node = 0; node < tree.rows; node++) {
    for (let instant = tree.starts[node]; instant < tree.ends[node]; instant++) {
      const isCovered = tree.parents.some(
        (parent, child) => parent === node && tree.starts[child] <= instant && instant < tree.ends[child]
      );
      if (!isCovered) {
        atWork.set(instant, (atWork.get(instant) ?? 0) + 1);
      }
    }
  }
  const max = Math.max(0, ...atWork.values());
  const result = runNow(parallelism({ tree }));
  expect(result).toMatchObject({
    busyNs: atWork.size,
    workNs: [...atWork.values()].reduce((sum, count) => sum + count, 0),
    max,
  });
  const first = [...atWork].filter(([, count]) => count === max).map(([instant]) => instant);
  expect(max === 0 ? Infinity : result.maxAt).toBe(Math.min(...first));
  expect([...result.fanOut]).toEqual(
    Array.from({ length: tree.nodes }, (_, node) => tree.parents.filter((parent) => parent === node).length)
  );
});

test('gaps of a span come in order of time', () => {
  const { tree } = inputOf(soup(5));
  const last = new Map<number, number>();
  runNow(
    eachGap(tree, (node, start, end) => {
      expect(end).toBeGreaterThan(start);
      expect(start).toBeGreaterThan(last.get(node) ?? -1);
      last.set(node, end);
    })
  );
});
