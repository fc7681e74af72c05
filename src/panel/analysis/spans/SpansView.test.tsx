import React from 'react';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { analyzeTrace, runNow } from '@clew/trace-model';
import { syntheticTable, tableOf } from '../../timeline/testing/syntheticTable';
import { type TraceSource, type TraceTable } from '../../trace/traceTable';
import { type AnalysisViewProps } from '../analysisView';
import { SpansView } from './SpansView';
import { SPAN_COLUMNS, spanKeys } from './spanKeys';

const small = tableOf([
  { id: 1, service: 'web', name: 'GET /', start: 0, duration: 100, kind: 2 },
  { id: 2, parent: 1, service: 'cart', name: 'get', start: 10, duration: 60, error: true },
  { id: 3, parent: 2, service: 'db', name: 'select', start: 20, duration: 30 },
  { id: 4, parent: 1, service: 'cart', name: 'get', start: 75, duration: 5 },
]);

const asked = () => Promise.reject(new Error('not asked'));
const source: TraceSource = { details: asked, column: asked, keys: asked, matches: asked, otlp: asked };

jest.setTimeout(30_000);
// jsdom lays nothing out: a table has room for 23 rows.
beforeAll(() => Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 580 }));

const settled = () => act(() => new Promise((resolve) => setTimeout(resolve, 50)));

async function show(table: TraceTable, more: Partial<AnalysisViewProps> = {}) {
  const props = {
    ...{ table, source, analysis: runNow(analyzeTrace(table)), timeZone: 'utc', matches: undefined },
    ...{ serviceColour: () => 'red', onShowSpan: jest.fn<void, [number]>(), onSearch: jest.fn<void, [string]>() },
    ...more,
  };
  render(<SpansView {...props} />);
  await settled();
  return props;
}

const bodyRows = () => screen.getAllByRole('row').filter((row) => row.hasAttribute('aria-selected'));
const cells = (row: HTMLElement) =>
  within(row)
    .getAllByRole('gridcell')
    .map(({ textContent }) => textContent);
const press = (...keys: string[]) => keys.forEach((key) => fireEvent.keyDown(screen.getByRole('grid'), { key }));

test('all spans in a list, the most self time first, reached by keys', async () => {
  const { onShowSpan } = await show(small);
  expect(bodyRows().map(cells)).toEqual([
    ['+0 ms', 'web', 'GET /', '100 µs', '35 µs', '35%', '', 'server'],
    ['+10 µs', 'cart', 'get', '60 µs', '30 µs', '30%', 'error', 'internal'],
    ['+20 µs', 'db', 'select', '30 µs', '30 µs', '30%', '', 'internal'],
    ['+75 µs', 'cart', 'get', '5 µs', '5 µs', '5%', '', 'internal'],
  ]);
  press('ArrowDown', 'ArrowDown', 'Enter');
  expect(onShowSpan).toHaveBeenLastCalledWith(1);
  press('End', 'Enter');
  expect(onShowSpan).toHaveBeenLastCalledWith(3);
});

test('those that were found alone', async () => {
  await show(small, { matches: Uint32Array.of(0b1010) });
  expect(bodyRows()).toHaveLength(2);
  expect(screen.getByText('2 of 4 spans, those that were found')).toBeInTheDocument();
});

test('a search that found nothing is said', async () => {
  await show(small, { matches: Uint32Array.of(0) });
  expect(screen.getByText('No span was found.')).toBeInTheDocument();
});

test('the span that keys have reached stays theirs where the order changes', async () => {
  const { onShowSpan } = await show(small);
  press('ArrowDown', 'ArrowDown');
  fireEvent.click(screen.getByRole('button', { name: 'Duration' }));
  fireEvent.click(screen.getByRole('button', { name: 'Duration' }));
  await settled();
  expect(screen.getByRole('columnheader', { name: 'Duration' })).toHaveAttribute('aria-sort', 'ascending');
  expect(bodyRows().map((row) => row.getAttribute('aria-selected'))).toEqual(['false', 'false', 'true', 'false']);
  press('Enter');
  expect(onShowSpan).toHaveBeenLastCalledWith(1);
  press('ArrowDown', 'Enter');
  expect(onShowSpan).toHaveBeenLastCalledWith(0);
});

test('of many rows those in view are there', async () => {
  const table = syntheticTable(5000);
  await show(table);
  const grid = screen.getByRole('grid');
  expect(grid).toHaveAttribute('aria-rowcount', String(table.tree.rows + 1));
  expect(bodyRows().length).toBeLessThan(40);
  expect(bodyRows()[0]).toHaveAttribute('aria-rowindex', '2');
  grid.scrollTop = 2400;
  fireEvent.scroll(grid);
  const [from, to] = [bodyRows()[0], bodyRows().at(-1)].map((row) => Number(row?.getAttribute('aria-rowindex')));
  expect(from).toBeLessThanOrEqual(102);
  expect(to).toBeGreaterThanOrEqual(102 + 23);
  press('End');
  fireEvent.scroll(grid);
  expect(bodyRows().at(-1)).toHaveAttribute('aria-selected', 'true');
  expect(bodyRows().at(-1)).toHaveAttribute('aria-rowindex', String(table.tree.rows + 1));
});

test.each(SPAN_COLUMNS)('every row has a place by %s', (column) => {
  const table = syntheticTable(300);
  const keys = runNow(spanKeys(table, runNow(analyzeTrace(table)), column));
  expect(keys.length).toBeGreaterThanOrEqual(table.tree.rows);
  expect(keys.every((key) => Number.isFinite(key))).toBe(true);
});
