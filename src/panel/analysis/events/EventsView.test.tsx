import React from 'react';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { analyzeTrace, runNow } from '@clew/trace-model';
import { feedOf, tableOf, type TestSpan } from '../../testing/traces';
import { type TraceSource } from '../../trace/traceTable';
import { type AnalysisViewProps } from '../analysisView';
import { EventsView } from './EventsView';

const SPANS: TestSpan[] = [
  { id: 1, service: 'web', name: 'GET', durationNs: 9_000_000 },
  {
    ...{ id: 2, parent: 1, service: 'cart', name: 'get', startNs: 1_000_000, durationNs: 6_000_000 },
    events: [
      { name: 'cache miss', atNs: 1_500_000, attributes: { 'cache.key': 'c-12' } },
      {
        ...{ name: 'exception', atNs: 5_000_000 },
        attributes: { 'exception.type': 'Timeout', 'exception.message': 'after 3 ms', attempt: 2n },
      },
    ],
  },
  {
    ...{ id: 3, parent: 2, service: 'db', name: 'select', startNs: 2_000_000, durationNs: 1_000_000 },
    events: [{ name: 'acquired', atNs: 2_100_000 }],
  },
];

jest.setTimeout(30_000);
beforeAll(() => Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 580 }));

const settled = () => act(() => new Promise((resolve) => setTimeout(resolve, 50)));

/** Many spans, each with one event. */
const manyOf = (count: number): TestSpan[] => [
  { id: 1, service: 'web', name: 'GET', durationNs: 9_000_000 },
  ...Array.from({ length: count }, (_, index): TestSpan => ({
    ...{ id: index + 2, parent: 1, service: 'db', name: 'select', startNs: index * 10, durationNs: 10 },
    events: [{ name: `row ${index}`, atNs: index * 10 + 5 }],
  })),
];

async function show(spans: TestSpan[], more: Partial<AnalysisViewProps> = {}) {
  const table = tableOf(spans);
  const props = {
    ...{ table, source: feedOf(spans).source, analysis: runNow(analyzeTrace(table)), timeZone: 'utc' },
    ...{ matches: undefined, serviceColour: () => 'red' },
    ...{ onShowSpan: jest.fn<void, [number]>(), onSearch: jest.fn<void, [string]>() },
    ...more,
  };
  const view = render(<EventsView {...props} />);
  await settled();
  return { ...props, ...view };
}

const bodyRows = () => screen.getAllByRole('row').filter((row) => row.hasAttribute('aria-selected'));
const cells = (row: HTMLElement) =>
  within(row)
    .getAllByRole('gridcell')
    .map(({ textContent }) => textContent);

test('the events of all spans in one order of time', async () => {
  const { onShowSpan } = await show(SPANS);
  expect(bodyRows().map(cells)).toEqual([
    ['+1.5 ms', 'cart', 'get', 'cache miss', 'cache.key=c-12'],
    ['+2.1 ms', 'db', 'select', 'acquired', ''],
    ['+5 ms', 'cart', 'get', 'exception', 'Timeout: after 3 ms  attempt=2'],
  ]);
  expect(screen.getByText('3 events')).toBeInTheDocument();
  fireEvent.click(bodyRows()[1]);
  expect(onShowSpan).toHaveBeenCalledWith(2);
});

test('events are found by their text', async () => {
  await show(SPANS);
  const field = screen.getByLabelText('Filter the events');
  fireEvent.change(field, { target: { value: 'TIMEOUT' } });
  expect(bodyRows().map((row) => cells(row)[3])).toEqual(['exception']);
  fireEvent.change(field, { target: { value: 'c-12' } });
  expect(bodyRows().map((row) => cells(row)[3])).toEqual(['cache miss']);
  fireEvent.change(field, { target: { value: 'nowhere' } });
  expect(screen.getByText('No event has this text')).toBeInTheDocument();
});

test('a trace without events, and spans without', async () => {
  const { unmount } = await show([SPANS[0]]);
  expect(screen.getByText('No span of this trace has an event.')).toBeInTheDocument();
  unmount();
  await show(SPANS, { matches: Uint32Array.of(0b1) });
  expect(screen.getByText('No span that was found has an event.')).toBeInTheDocument();
});

test('more is read when it is wanted, from where reading stopped, two hundred spans at once', async () => {
  const spans = manyOf(5300);
  const { source } = feedOf(spans);
  const parts: number[][] = [];
  const counted: TraceSource = {
    ...source,
    details: async (rows, signal) => {
      parts.push([...rows]);
      return source.details(rows, signal);
    },
  };
  // Methods of a class are not copied.
  Object.setPrototypeOf(counted, source);
  await show(spans, { source: counted });
  await screen.findByText(/of 5,000 of 5,300 spans that have some/, undefined, { timeout: 20_000 });
  const more = await screen.findByRole('button', { name: 'Read more' });
  expect(parts).toHaveLength(25);
  expect(Math.max(...parts.map(({ length }) => length))).toBe(200);
  fireEvent.click(more);
  expect(screen.getByText(/5,000 events/)).toBeInTheDocument();
  await screen.findByText('5,300 events', undefined, { timeout: 20_000 });
  expect(parts.flat()).toEqual(Array.from({ length: 5300 }, (_, index) => index + 1));
});

test('a part that fails is said, keeps what was read, and is read again', async () => {
  const spans = manyOf(300);
  const { source } = feedOf(spans);
  let isAway = true;
  const failing: TraceSource = Object.assign(Object.create(source), {
    details: (rows: readonly number[], signal: AbortSignal) =>
      rows.length < 200 && isAway ? Promise.reject(new Error('The store is away.')) : source.details(rows, signal),
  });
  await show(spans, { source: failing });
  expect(await screen.findByText('The store is away.')).toBeInTheDocument();
  expect(screen.getByText(/200 events/)).toBeInTheDocument();
  isAway = false;
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('300 events')).toBeInTheDocument();
  expect(screen.queryByText('The store is away.')).not.toBeInTheDocument();
});

test('nothing goes on when the view is gone', async () => {
  let signal: AbortSignal | undefined;
  const waiting: TraceSource = Object.assign(Object.create(feedOf(SPANS).source), {
    details: (_: readonly number[], of: AbortSignal) => {
      signal = of;
      return new Promise(() => undefined);
    },
  });
  const { unmount } = await show(SPANS, { source: waiting });
  expect(signal?.aborted).toBe(false);
  unmount();
  expect(signal?.aborted).toBe(true);
});
