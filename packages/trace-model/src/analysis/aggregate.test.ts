import { runNow } from '../tree/steps.ts';
import { AggregatedPath } from './aggregate.ts';
import { criticalPath } from './critical-path.ts';
import { CONSUMER, ERROR, inputOf, PRODUCER, shuffled, soup, type TestSpan } from './testing/spans.ts';

function sumOf(traces: readonly TestSpan[][], wholeTrace = false): AggregatedPath {
  const sum = new AggregatedPath();
  for (const spans of traces) {
    const input = inputOf(spans);
    sum.add(input, runNow(criticalPath(input, { wholeTrace })));
  }
  return sum;
}

test('paths of traces add up by service and name', () => {
  const one: TestSpan[] = [
    { id: 1, start: 0, end: 100, service: 'shop', name: 'checkout' },
    { id: 2, parent: 1, start: 10, end: 30, service: 'bank', name: 'pay', status: ERROR },
    { id: 3, parent: 1, start: 40, end: 60, service: 'bank', name: 'pay' },
    { id: 4, parent: 1, start: 45, end: 50, service: 'shop', name: 'beside' },
  ];
  // Other indexes for the same texts, and a parent that is missing.
  const other: TestSpan[] = [
    { id: 2, parent: 9, start: 0, end: 40, service: 'bank', name: 'pay' },
    { id: 3, parent: 9, start: 50, end: 100, service: 'shop', name: 'checkout', status: ERROR },
  ];
  const sum = sumOf([one, other]);
  expect(sum).toMatchObject({ traces: 2, totalNs: 200, missingNs: 10, waitNs: 0 });
  expect(sum.result()).toEqual([
    { service: 'shop', name: 'checkout', onPathNs: 110, share: 0.55, traces: 2, spans: 2, errors: 1 },
    { service: 'bank', name: 'pay', onPathNs: 80, share: 0.4, traces: 2, spans: 3, errors: 1 },
  ]);
});

test('waits of whole traces', () => {
  const spans: TestSpan[] = [
    { id: 1, start: 0, end: 10, kind: PRODUCER, name: 'send' },
    { id: 2, parent: 1, start: 40, end: 50, kind: CONSUMER, name: 'process' },
  ];
  const sum = sumOf([spans], true);
  expect(sum).toMatchObject({ totalNs: 50, waitNs: 30 });
  expect(sum.result().map(({ name, onPathNs, share }) => [name, onPathNs, share])).toEqual([
    ['process', 10, 0.2],
    ['send', 10, 0.2],
  ]);
});

test('none, and ones that took no time', () => {
  expect(new AggregatedPath().result()).toEqual([]);
  const sum = sumOf([[{ id: 1 }], []]);
  expect([sum.traces, sum.totalNs, sum.result()]).toEqual([2, 0, []]);
});

test('every nanosecond of the paths is in the sum, in whatever order they come', () => {
  const traces = Array.from({ length: 200 }, (_, seed) => soup(seed + 1, 2 ** 20));
  for (const wholeTrace of [false, true]) {
    const sum = sumOf(traces, wholeTrace);
    const rows = sum.result();
    const worked = rows.reduce((total, { onPathNs }) => total + onPathNs, 0);
    expect(worked + sum.missingNs + sum.waitNs).toBe(sum.totalNs);
    expect(sumOf(shuffled(traces, 3), wholeTrace).result()).toEqual(rows);
    expect(rows.every(({ traces: count, spans }) => count <= spans && count <= 200)).toBe(true);
  }
});
