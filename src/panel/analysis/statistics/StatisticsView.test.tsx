import React from 'react';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { analyzeTrace, runNow } from '@clew/trace-model';
import { stubCanvas } from '../../testing/canvas';
import { tableOf } from '../../timeline/testing/syntheticTable';
import { type AttributeColumn, type TraceSource } from '../../trace/traceTable';
import { type AnalysisViewProps } from '../analysisView';
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

// Grafana's components take their time on a busy machine.
jest.setTimeout(30_000);

beforeAll(() => {
  stubCanvas();
  // The list of options is laid out by its size.
  const box = { x: 0, y: 0, width: 120, height: 120, top: 0, left: 0, bottom: 120, right: 120 };
  Element.prototype.getBoundingClientRect = () => ({ ...box, toJSON: () => box });
  // The list says whether there is more to scroll to; jsdom has nothing that tells.
  const observer = { observe: jest.fn(), unobserve: jest.fn(), disconnect: jest.fn() };
  Object.defineProperty(window, 'IntersectionObserver', { configurable: true, value: jest.fn(() => observer) });
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

async function choose(label: string, option: string): Promise<void> {
  fireEvent.click(screen.getByLabelText(label));
  await settled();
  fireEvent.click(await screen.findByRole('option', { name: option }));
  await settled();
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

test('a line of all stands below', async () => {
  render(<StatisticsView {...propsOf()} />);
  await settled();
  const all = screen.getByText('All').closest<HTMLElement>('[role="row"]');
  // Durations 100, 60, 30, 5; self 35, 30, 30, 5, of which all is 100: all is on the path.
  expect(all && cells(all)).toEqual([
    'All',
    '',
    '4',
    '1',
    '100%',
    '100 µs',
    '100%',
    '195 µs',
    '48.8 µs',
    '5 µs',
    '100 µs',
    '',
  ]);
  expect(screen.getByRole('grid')).toHaveAttribute('aria-rowcount', '5');
});

test('by an attribute, with those that lack it', async () => {
  const props = propsOf();
  render(<StatisticsView {...props} />);
  await settled();
  await choose('Group by', 'span.http.route');
  await choose('then by', 'Nothing else');
  expect((await bodyRows()).map((row) => cells(row).slice(0, 2))).toEqual([
    ['none', '3'],
    ['/', '1'],
  ]);
  fireEvent.click((await bodyRows())[0]);
  fireEvent.click(screen.getByRole('button', { name: 'Find these spans' }));
  expect(props.onSearch).toHaveBeenCalledWith('{ span.http.route = nil }');
});

test('an attribute that cannot be read is said', async () => {
  const failing = { ...source, column: () => Promise.reject(new Error('The store is away.')) };
  render(<StatisticsView {...propsOf({ source: failing })} />);
  await settled();
  await choose('Group by', 'span.http.route');
  expect(screen.getByText('The store is away.')).toBeInTheDocument();
});

test('keys that cannot be listed are said, and the fixed ones are there', async () => {
  const failing = { ...source, keys: () => Promise.reject(new Error('No keys today.')) };
  render(<StatisticsView {...propsOf({ source: failing })} />);
  await settled();
  await choose('Group by', 'Kind');
  expect(screen.getByText('No keys today.')).toBeInTheDocument();
  expect((await bodyRows()).map((row) => cells(row)[0])).toContain('server');
});

test('the chosen group stays chosen where the order changes', async () => {
  render(<StatisticsView {...propsOf()} />);
  await settled();
  fireEvent.click((await bodyRows())[1]);
  fireEvent.click(screen.getByRole('button', { name: 'Shortest' }));
  await settled();
  expect(cells(screen.getByRole('row', { selected: true })).slice(0, 2)).toEqual(['cart', 'get']);
  expect(screen.getByText('cart get')).toBeInTheDocument();
});

test('the table is copied as CSV, which is said', async () => {
  const writeText = jest.fn<Promise<void>, [string]>(() => Promise.resolve());
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
  Object.defineProperty(window, 'isSecureContext', { configurable: true, value: true });
  render(<StatisticsView {...propsOf()} />);
  await settled();
  fireEvent.click(screen.getByRole('button', { name: 'Copy as CSV' }));
  await settled();
  const [heading, first] = writeText.mock.calls[0][0].split('\r\n');
  expect(heading).toBe('service,name,counts,errors,pathShare,selfNs,selfShare,totalNs,avgNs,minNs,maxNs,p95Ns');
  expect(first).toBe('web,GET /,1,0,0.35,35000,0.35,100000,100000,100000,100000,100000');
  expect(screen.getByText('Copied')).toBeInTheDocument();
});

test('a search that found nothing is said', async () => {
  render(<StatisticsView {...propsOf({ matches: Uint32Array.of(0) })} />);
  await settled();
  expect(screen.getByText('No span was found.')).toBeInTheDocument();
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
