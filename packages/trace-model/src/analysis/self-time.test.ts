import { runNow } from '../tree/steps.ts';
import { selfTime } from './self-time.ts';
import { CONSUMER, inputOf, PRODUCER, soup, type TestSpan } from './testing/spans.ts';

const selfOf = (spans: readonly TestSpan[]) => runNow(selfTime(inputOf(spans)));

test('a duration is self time and the union of the children', () => {
  // 1 |---------------------------| 0-100
  // 2    |-----|                    10-40
  // 3       |------|                30-60, over 2 by ten
  // 4         |-|                   35-40, within both
  // 5                    |--|       80-90
  const spans = [
    { id: 1, start: 0, end: 100 },
    { id: 2, parent: 1, start: 10, end: 40 },
    { id: 3, parent: 1, start: 30, end: 60 },
    { id: 4, parent: 1, start: 35, end: 40 },
    { id: 5, parent: 1, start: 80, end: 90 },
  ];
  const { selfNs, coveredNs, gapStarts, gapEnds } = selfOf(spans);
  expect([...selfNs]).toEqual([40, 30, 30, 5, 10]);
  expect([...coveredNs]).toEqual([60, 0, 0, 0, 0]);
  // The gaps of the first one: 0-10, 60-80, 90-100.
  expect([...gapStarts]).toEqual([60, 10, 30, 35, 80]);
  expect([...gapEnds]).toEqual([80, 40, 60, 40, 90]);
});

test('of gaps that are as long the first one', () => {
  const { gapStarts, gapEnds } = selfOf([
    { id: 1, start: 0, end: 30 },
    { id: 2, parent: 1, start: 10, end: 20 },
  ]);
  expect([gapStarts[0], gapEnds[0]]).toEqual([0, 10]);
});

test('children count where they overlap', () => {
  // 1      |---------|      50-100
  // 2   |-----|             20-60
  // 3              |-----|  90-200, a message that was handled later
  // 4                  |-|  150-160
  // 5 |-|                   0-10
  const { selfNs, coveredNs } = selfOf([
    { id: 1, start: 50, end: 100, kind: PRODUCER },
    { id: 2, parent: 1, start: 20, end: 60 },
    { id: 3, parent: 1, start: 90, end: 200, kind: CONSUMER },
    { id: 4, parent: 1, start: 150, end: 160 },
    { id: 5, parent: 1, start: 0, end: 10 },
  ]);
  expect([selfNs[0], coveredNs[0]]).toEqual([30, 20]);
});

test('missing parents, no duration, and a negative one: none', () => {
  const { selfNs, coveredNs, gapStarts, gapEnds } = selfOf([
    { id: 1, parent: 9, start: 10, end: 20 },
    { id: 2, parent: 9, start: 50, end: 50 },
    { id: 3, parent: 2, start: 40, end: 60 },
    { id: 4, start: 70, end: 60 },
  ]);
  expect([...selfNs]).toEqual([10, 0, 20, 0, 0]);
  expect([...coveredNs]).toEqual([0, 0, 0, 0, 0]);
  expect(Array.from(gapEnds, (end, node) => end - gapStarts[node])).toEqual([10, 0, 20, 0, 0]);
});

test('a child that covers all', () => {
  const { selfNs, gapStarts, gapEnds } = selfOf([
    { id: 1, start: 5, end: 9 },
    { id: 2, parent: 1, start: 0, end: 100 },
  ]);
  expect([selfNs[0], gapStarts[0], gapEnds[0]]).toEqual([0, 5, 5]);
});

test.each(Array.from({ length: 300 }, (_, seed) => seed + 1))('soup %i: as counted instant by instant', (seed) => {
  const { tree } = inputOf(soup(seed));
  const { selfNs, coveredNs, gapStarts, gapEnds } = runNow(selfTime({ tree }));
  for (let node = 0; node < tree.rows; node++) {
    const children = [...tree.parents.keys()].filter((child) => tree.parents[child] === node);
    let [own, longest, longestStart, run] = [0, 0, tree.starts[node], 0];
    for (let instant = tree.starts[node]; instant < tree.ends[node]; instant++) {
      const isCovered = children.some((child) => tree.starts[child] <= instant && instant < tree.ends[child]);
      own += isCovered ? 0 : 1;
      run = isCovered ? 0 : run + 1;
      if (run > longest) {
        [longest, longestStart] = [run, instant + 1 - run];
      }
    }
    expect([selfNs[node], coveredNs[node]]).toEqual([own, tree.ends[node] - tree.starts[node] - own]);
    expect([gapStarts[node], gapEnds[node]]).toEqual([longestStart, longestStart + longest]);
  }
  expect(selfNs.subarray(tree.rows).every((ns) => ns === 0)).toBe(true);
});
