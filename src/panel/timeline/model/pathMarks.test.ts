import { criticalPath, runNow } from '@clew/trace-model';
import { syntheticTable, tableOf } from '../testing/syntheticTable';
import { pathMarks } from './pathMarks';

const marksOf = (table: ReturnType<typeof tableOf>) => runNow(pathMarks(table.tree, runNow(criticalPath(table))));

test('the path of a row, and of what is below it', () => {
  const table = tableOf([
    { id: 1, service: 'web', name: 'GET', start: 0, duration: 100 },
    { id: 2, parent: 1, service: 'cart', name: 'get', start: 10, duration: 40 },
    { id: 3, parent: 2, service: 'db', name: 'select', start: 20, duration: 10 },
    { id: 4, parent: 1, service: 'pay', name: 'charge', start: 30, duration: 50 },
  ]);
  const { offsets, starts, ends, from, until } = marksOf(table);
  const own = (node: number) =>
    Array.from({ length: offsets[node + 1] - offsets[node] }, (_, at) => [
      starts[offsets[node] + at] / 1000,
      ends[offsets[node] + at] / 1000,
    ]);
  // Back from the end: the charge finished last, and the cart had not when it began.
  expect(own(0)).toEqual([
    [0, 30],
    [80, 100],
  ]);
  expect(own(3)).toEqual([[30, 80]]);
  expect(own(1)).toEqual([]);
  expect([from[0], until[0]]).toEqual([0, 100_000]);
  expect(until[2]).toBeLessThanOrEqual(from[2]);
});

test('in each subtree the path runs without a gap', () => {
  const table = syntheticTable(2000);
  const { tree } = table;
  const { offsets, starts, ends, from, until, onPathNs } = marksOf(table);
  const below = Float64Array.from(onPathNs);
  for (let position = tree.nodes - 1; position > 0; position--) {
    const node = tree.order[position];
    if (tree.parents[node] !== -1) {
      below[tree.parents[node]] += below[node];
    }
  }
  for (let node = 0; node < tree.nodes; node++) {
    let own = 0;
    for (let at = offsets[node]; at < offsets[node + 1]; at++) {
      own += ends[at] - starts[at];
      expect(at === offsets[node] || starts[at] >= ends[at - 1]).toBe(true);
    }
    expect(own).toBeCloseTo(onPathNs[node], 3);
    expect(Math.max(until[node] - from[node], 0)).toBeCloseTo(below[node], 3);
  }
});
