import { buildTree } from './build-tree.ts';
import { repeatedSiblings, type RepeatedSiblings } from './repeated-siblings.ts';
import { runNow } from './steps.ts';
import { columnsOf, randomNumbers, type Span } from './testing/spans.ts';

function repeatsOf(spans: readonly Span[], minimum: number): RepeatedSiblings {
  const columns = columnsOf(spans);
  return runNow(repeatedSiblings(runNow(buildTree(columns)), columns, minimum));
}

function listed(found: RepeatedSiblings) {
  return Array.from({ length: found.count }, (_, group) => ({
    members: [...found.members.subarray(found.offsets[group], found.offsets[group + 1])],
    parent: found.parents[group],
    sum: found.durationSums[group],
    p95: found.durationP95s[group],
    maximum: found.durationMaxima[group],
    errors: found.errorCounts[group],
    firstStart: found.firstStarts[group],
    lastEnd: found.lastEnds[group],
  }));
}

test('siblings of one name and service, wherever they stand', () => {
  const spans = [
    { id: 1, start: 0, duration: 100 },
    { id: 2, parent: 1, start: 9, duration: 5, name: 7 },
    { id: 3, parent: 1, start: 2, duration: 3, name: 7, status: 2 },
    { id: 4, parent: 1, start: 3, duration: 3, name: 8 },
    { id: 5, parent: 1, start: 4, duration: 1, name: 7, service: 1 },
    { id: 6, parent: 3, start: 4, duration: 1, name: 7 },
    { id: 7, parent: 1, start: 20, duration: -4, name: 7 },
  ];
  const found = repeatsOf(spans, 2);
  expect(listed(found)).toEqual([
    { members: [2, 1, 6], parent: 0, sum: 8, p95: 5, maximum: 5, errors: 1, firstStart: 2, lastEnd: 20 },
  ]);
  expect([...found.groupOf]).toEqual([-1, 0, 0, -1, -1, -1, 0]);
  expect(repeatsOf(spans, 4)).toMatchObject({ count: 0, offsets: new Uint32Array([0]) });
});

test('roots repeat, parents that are missing do not, and one is no repetition', () => {
  const spans = [{ id: 1 }, { id: 2 }, { id: 3, parent: 98 }, { id: 4, parent: 99 }];
  expect(listed(repeatsOf(spans, 0))).toMatchObject([{ members: [0, 1], parent: -1 }]);
});

test('nothing', () => {
  expect(repeatsOf([], 2).count).toBe(0);
});

test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))('soup %i, against a slow look', (seed) => {
  const random = randomNumbers(seed);
  const size = 1 + random(300);
  const spans = Array.from({ length: size }, (_, row) => ({
    id: row + 1,
    parent: random(1 + (row >> 2)),
    start: random(1000),
    duration: random(2) === 0 ? random(10) : random(2 ** 30) * 1000,
    name: random(3),
    service: random(2),
    status: random(3),
  }));
  const minimum = 2 + random(4);
  const tree = runNow(buildTree(columnsOf(spans)));
  const groups = new Map<string, number[]>();
  for (const node of tree.order) {
    const key = `${tree.parents[node]} ${spans[node].name} ${spans[node].service}`;
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  const expected = [...groups.values()]
    .filter((members) => members.length >= minimum)
    .map((members) => {
      const durations = members.map((node) => spans[node].duration).sort((a, b) => a - b);
      return {
        members,
        parent: tree.parents[members[0]],
        sum: durations.reduce((sum, duration) => sum + duration, 0),
        p95: durations.find((_, at) => (at + 1) / durations.length >= 0.95),
        maximum: durations[durations.length - 1],
        errors: members.filter((node) => spans[node].status === 2).length,
        firstStart: Math.min(...members.map((node) => spans[node].start)),
        lastEnd: Math.max(...members.map((node) => spans[node].start + spans[node].duration)),
      };
    });
  expect(listed(repeatsOf(spans, minimum))).toEqual(expected);
});
