import { finished, rowsOf, spanIdOf, tableOf } from '../testing/traces';
import { isTraceql, textMatches } from './textMatches';

const table = tableOf([
  { id: 1, service: 'Web', name: 'GET /orders' },
  { id: 2, parent: 1, service: 'db', name: 'SELECT orders', startNs: 1, status: 2, message: 'Deadlock found' },
  { id: 0xabc, parent: 1, service: 'db', name: 'COMMIT', startNs: 2 },
]);

test.each([
  ['orders', [0, 1]],
  ['WEB', [0]],
  ['deadlock', [1]],
  [spanIdOf(0xabc), [2]],
  ['no such thing', []],
])('%s', (text, rows) => {
  expect(rowsOf(finished(textMatches(table, text)), 3)).toEqual(rows);
});

test('a brace begins TraceQL', () => {
  expect(isTraceql('  { status = error }')).toBe(true);
  expect(isTraceql('error }')).toBe(false);
});
