import { runNow } from '../tree/steps.ts';
import { criticalPath } from './critical-path.ts';
import { attributeKey, groupKey, type GroupKey, type ReadyKey } from './group-key.ts';
import type { AnalysisInput } from './input.ts';
import { selfTime } from './self-time.ts';
import { statistics, type Statistics, type StatisticsOptions } from './statistics.ts';
import { CLIENT, ERROR, inputOf, SERVER, soup, type TestSpan } from './testing/spans.ts';

function statisticsOf(input: AnalysisInput, options: StatisticsOptions): Statistics {
  const [self, path] = [runNow(selfTime(input)), runNow(criticalPath(input))];
  return runNow(statistics(input, self, path, options));
}

const textOf = (key: GroupKey, value: number) => (value === 0 ? null : key.text(value - 1));

/** One object a group. */
function table(input: AnalysisInput, ...keys: [GroupKey] | [GroupKey, GroupKey]): Array<Record<string, unknown>> {
  const { groups, first, second, ...columns } = statisticsOf(input, { by: keys });
  return Array.from({ length: groups }, (_, group) => ({
    key: keys.map((key, at) => textOf(key, at === 0 ? first[group] : second[group])),
    ...Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column[group]])),
  }));
}

const spans: TestSpan[] = [
  { id: 1, start: 0, end: 100, service: 'shop', name: 'checkout', kind: SERVER, status: ERROR },
  { id: 2, parent: 1, start: 10, end: 30, service: 'shop', name: 'call', kind: CLIENT },
  { id: 3, parent: 2, start: 15, end: 25, service: 'bank', name: 'pay', kind: SERVER },
  { id: 4, parent: 1, start: 40, end: 90, service: 'shop', name: 'call', kind: CLIENT, status: ERROR },
  { id: 5, parent: 4, start: 50, end: 90, service: 'bank', name: 'pay', kind: SERVER, status: ERROR },
];

test('by service', () => {
  const input = inputOf(spans);
  expect(table(input, groupKey(input, 'service'))).toEqual([
    {
      key: ['shop'],
      counts: 3,
      errors: 2,
      totalNs: 170,
      avgNs: 170 / 3,
      minNs: 20,
      maxNs: 100,
      p50Ns: 50,
      p95Ns: 100,
      selfNs: 30 + 10 + 10,
      onPathNs: 50,
      pathShare: 0.5,
    },
    {
      key: ['bank'],
      counts: 2,
      errors: 1,
      totalNs: 50,
      avgNs: 25,
      minNs: 10,
      maxNs: 40,
      p50Ns: 10,
      p95Ns: 40,
      selfNs: 50,
      onPathNs: 50,
      pathShare: 0.5,
    },
  ]);
});

test('by two keys, in the order of the first rows', () => {
  const input = inputOf(spans);
  const rows = table(input, groupKey(input, 'service'), groupKey(input, 'name'));
  expect(rows.map(({ key, counts, totalNs }) => [key, counts, totalNs])).toEqual([
    [['shop', 'checkout'], 1, 100],
    [['shop', 'call'], 2, 70],
    [['bank', 'pay'], 2, 50],
  ]);
});

test('kinds and statuses by their names, others by their numbers', () => {
  const input = inputOf([...spans, { id: 6, kind: 9, status: 7 }]);
  const keys = (key: ReadyKey) => table(input, groupKey(input, key)).map((row) => row.key);
  expect(keys('kind')).toEqual([['server'], ['client'], ['9']]);
  expect(keys('status')).toEqual([['error'], ['unset'], ['7']]);
});

test('by an attribute that some lack, and of some spans alone', () => {
  const input = inputOf(spans);
  const key = attributeKey({ values: Uint32Array.of(0, 2, 0, 2, 1), texts: ['GET', 'POST'] });
  expect(table(input, key).map((row) => [row.key, row.counts])).toEqual([
    [[null], 2],
    [['POST'], 2],
    [['GET'], 1],
  ]);
  const { groups, first, counts, selfNs } = statisticsOf(input, { by: [key], rowBits: Uint32Array.of(0b11010) });
  expect([groups, [...first], [...counts], [...selfNs]]).toEqual([2, [2, 1], [2, 1], [20, 40]]);
  expect(statisticsOf(input, { by: [key], rowBits: Uint32Array.of(0) }).groups).toBe(0);
});

test('what is for other rows is refused', () => {
  const input = inputOf(spans);
  const key = groupKey(input, 'name');
  const short = { ...key, values: key.values.subarray(1) };
  expect(() => statisticsOf(input, { by: [short] })).toThrow(
    'by[0].values is for 4 rows; it has to be for the 5 rows of the trace'
  );
  expect(() => statisticsOf(input, { by: [key, short] })).toThrow(RangeError);
  expect(() => statisticsOf(input, { by: [key], rowBits: new Uint32Array(0) })).toThrow('rowBits');
});

test('an empty trace, and one of missing parents', () => {
  const empty = inputOf([]);
  expect(statisticsOf(empty, { by: [groupKey(empty, 'name')] }).groups).toBe(0);
  const orphan = inputOf([{ id: 1, parent: 2, start: 5, end: 5 }]);
  expect(table(orphan, groupKey(orphan, 'name'))).toMatchObject([{ counts: 1, totalNs: 0, pathShare: 0 }]);
});

test.each(Array.from({ length: 150 }, (_, seed) => seed + 1))('soup %i: as counted span by span', (seed) => {
  const input = inputOf(soup(seed, 2 ** 30));
  const { tree, columns } = input;
  const [self, path] = [runNow(selfTime(input)), runNow(criticalPath(input))];
  const keys = [groupKey(input, 'service'), groupKey(input, 'name')] as const;
  const groups = new Map<string, number[]>();
  for (let row = 0; row < tree.rows; row++) {
    const key = keys.map(({ values }) => values[row]).join();
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const result = statisticsOf(input, { by: keys });
  expect(result.groups).toBe(groups.size);
  const sum = (of: readonly number[]) => of.reduce((total, each) => total + each, 0);
  [...groups].forEach(([key, rows], group) => {
    const durations = rows.map((row) => tree.ends[row] - tree.starts[row]).sort((a, b) => a - b);
    /** The shortest one that `share` of all do not exceed. */
    const quantile = (share: number) =>
      durations.find((one) => durations.filter((other) => other <= one).length >= durations.length * share);
    expect(`${result.first[group]},${result.second[group]}`).toBe(key);
    expect(result.counts[group]).toBe(rows.length);
    expect(result.errors[group]).toBe(rows.filter((row) => columns.statuses[row] === ERROR).length);
    expect(result.totalNs[group]).toBe(sum(durations));
    expect(result.avgNs[group]).toBe(sum(durations) / rows.length);
    expect([result.minNs[group], result.maxNs[group]]).toEqual([durations[0], durations.at(-1)]);
    expect([result.p50Ns[group], result.p95Ns[group]]).toEqual([quantile(0.5), quantile(0.95)]);
    expect(result.selfNs[group]).toBe(sum(rows.map((row) => self.selfNs[row])));
    expect(result.onPathNs[group]).toBe(sum(rows.map((row) => path.onPathNs[row])));
  });
});
