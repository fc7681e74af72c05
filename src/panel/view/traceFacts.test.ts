import { spanIdOf, tableOf } from '../testing/traces';
import { selfTimeNs } from './selfTime';
import { messageOfRow, rowOfSpan, spanIdOfNode, traceFacts } from './traceFacts';

const SPANS = [
  { id: 1, service: 'web', name: 'GET /', durationNs: 1000 },
  { id: 2, parent: 1, service: 'db', startNs: 100, durationNs: 300, status: 2, message: 'gone' },
  { id: 3, parent: 1, service: 'db', startNs: 200, durationNs: 300 },
  { id: 4, parent: 1, service: 'db', startNs: 900, durationNs: 500 },
  { id: 5, parent: 77, service: 'late', startNs: 950, durationNs: 10 },
];

test('what stands above a trace', () => {
  expect(traceFacts(tableOf(SPANS))).toMatchObject({
    rootService: 'web',
    rootName: 'GET /',
    isRootMissing: false,
    durationNs: 1400,
    spans: 5,
    services: 3,
    errors: 1,
    depth: 2,
    roots: 2,
    phantoms: 1,
  });
});

test('of a trace whose root is missing, the first span that is there', () => {
  expect(traceFacts(tableOf([SPANS[4]]))).toMatchObject({ rootService: 'late', isRootMissing: true, phantoms: 1 });
});

test('self time leaves out what children cover, once, and only within the span', () => {
  const { tree } = tableOf(SPANS);
  // 100 to 500 and 900 to 1000.
  expect(selfTimeNs(tree, 0)).toBe(500);
  expect(selfTimeNs(tree, 1)).toBe(300);
});

test('rows, ids and messages', () => {
  const table = tableOf(SPANS);
  expect(rowOfSpan(table, spanIdOf(3))).toBe(2);
  expect(rowOfSpan(table, spanIdOf(99))).toBe(-1);
  expect(rowOfSpan(table, 'xyz')).toBe(-1);
  expect(spanIdOfNode(table, 5)).toBe(spanIdOf(77));
  expect(messageOfRow(table, 1)).toBe('gone');
  expect(messageOfRow(table, 2)).toBe('');
});
