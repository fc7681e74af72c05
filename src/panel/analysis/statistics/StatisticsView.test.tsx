import React from 'react';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { analyzeTrace, runNow } from '@clew/trace-model';
import { stubCanvas } from '../../testing/canvas';
import { tableOf } from '../../timeline/testing/syntheticTable';
import { type AttributeColumn, type TraceSource } from '../../trace/traceTable';
import { type AnalysisViewProps } from '../analysisView';
import { SpansView } from '../spans/SpansView';
import { StatisticsView } from './StatisticsView';

const table = tableOf([
  { id: 1, service: 'web', name: 'GET /', start: 0, duration: 100, kind: 2 },
  { id: 2, parent: 1, service: 'cart', name: 'get', start: 10, duration: 60, error: true },
  { id: 3, parent: 2, service: 'db', name: 'select', start: 20, duration: 30 },
  { id: 4, parent: 1, service: 'cart', name: 'get', start: 75, duration: 5 },
]);

const ROUTES: AttributeColumn = {
  key: 'span.http.route',
  values: Uint32Array.of(1, 0, 0, 0),
  texts: ['/'],
  numeric: false,
};

const source: TraceSource = {
  details: () => Promise.resolve([]),
  column: () => Promise.resolve(ROUTES),
  keys: () => Promise.resolve(['span.http.route']),
  matches: () => Promise.reject(new Error('not asked')),
  otlp: () => Promise.reject(new Error('not asked')),
};

beforeAll(() => {
  stubCanvas();
  // jsdom lays nothing out: a table has room for all rows.
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 600 });
});

function propsOf(more: Partial<AnalysisViewProps> = {}) {
  const onShowSpan = jest.fn<void, [number]>();
  const onSearch = jest.fn<void, [string]>();
  return {
    ...{ table, source, analysis: runNow(analyzeTrace(table)), timeZone: 'utc', matches: undefined },
    ...{ serviceColour: () => 'red', onShowSpan, onSearch },
    ...more,
  };
}

const cells = (row: HTMLElement) =>
  within(row)
    .getAllByRole('gridcell')
    .map(({ textContent }) => textContent);

async function bodyRows(): Promise<HTMLElement[]> {
  const rows = await screen.findAllByRole('row', { selected: false });
  return rows;
}

async function settled(): Promise<void> {
  await act(() => new Promise((resolve) => setTimeout(resolve, 50)));
}

test('operations stand by their part of the critical path', async () => {
  render(<StatisticsView {...propsOf()} />);
  await settled();
  const rows = (await bodyRows()).map(cells);
  // 100 in all: web 35 (0-10, 70-75, 80-100), cart 30 + 5, db 30.
  expect(rows.map(([service, name, count, errors]) => [service, name, count, errors])).toEqual([
    ['web', 'GET /', '1', ''],
    ['cart', 'get', '2', '1'],
    ['db', 'select', '1', ''],
  ]);
  expect(rows.map((row) => row[4])).toEqual(['35%', '35%', '30%']);
});

test('a group leads to its spans', async () => {
  const props = propsOf();
  render(<StatisticsView {...props} />);
  await settled();
  fireEvent.click((await bodyRows())[1]);
  fireEvent.click(screen.getByRole('button', { name: 'Show the slowest span' }));
  expect(props.onShowSpan).toHaveBeenCalledWith(1);
  fireEvent.click(screen.getByRole('button', { name: 'Find these spans' }));
  expect(props.onSearch).toHaveBeenCalledWith('{ resource.service.name = "cart" && name = "get" }');
});

test('a column sorts, and again the other way round', async () => {
  render(<StatisticsView {...propsOf()} />);
  await settled();
  fireEvent.click(screen.getByRole('button', { name: 'Longest' }));
  await settled();
  expect((await bodyRows()).map((row) => cells(row)[0])).toEqual(['web', 'cart', 'db']);
  fireEvent.click(screen.getByRole('button', { name: 'Longest' }));
  await settled();
  expect((await bodyRows()).map((row) => cells(row)[0])).toEqual(['db', 'cart', 'web']);
  expect(screen.getByRole('columnheader', { name: 'Longest' })).toHaveAttribute('aria-sort', 'ascending');
});

test('what was found counts alone', async () => {
  render(<StatisticsView {...propsOf({ matches: Uint32Array.of(0b1010) })} />);
  await settled();
  expect((await bodyRows()).map(cells)).toHaveLength(1);
  expect(screen.getByText('1 group of 2 spans, those that were found')).toBeInTheDocument();
});

test('all spans in a list, the most self time first, reached by keys', async () => {
  const props = propsOf();
  render(<SpansView {...props} />);
  await settled();
  expect((await bodyRows()).map((row) => cells(row).slice(1, 5))).toEqual([
    ['web', 'GET /', '100 µs', '35 µs'],
    ['cart', 'get', '60 µs', '30 µs'],
    ['db', 'select', '30 µs', '30 µs'],
    ['cart', 'get', '5 µs', '5 µs'],
  ]);
  for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) {
    fireEvent.keyDown(screen.getByRole('grid'), { key });
  }
  expect(props.onShowSpan).toHaveBeenCalledWith(1);
});
