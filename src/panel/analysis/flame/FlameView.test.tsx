import React from 'react';
import { analyzeTrace, runNow } from '@clew/trace-model';
import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { stubCanvas } from '../../testing/canvas';
import { tableOf } from '../../timeline/testing/syntheticTable';
import { type TraceTable } from '../../trace/traceTable';
import { type AnalysisViewProps } from '../analysisView';
import { ROW_HEIGHT } from './drawFlame';
import { FlameView } from './FlameView';

jest.setTimeout(30_000);
const [WIDTH, HEIGHT] = [1000, 400];

beforeAll(() => {
  stubCanvas();
  // jsdom lays nothing out.
  window.ResizeObserver = class implements ResizeObserver {
    readonly #onSize: ResizeObserverCallback;
    constructor(onSize: ResizeObserverCallback) {
      this.#onSize = onSize;
    }
    observe(target: Element): void {
      const contentRect = { ...target.getBoundingClientRect(), width: WIDTH, height: HEIGHT };
      const size = [{ inlineSize: WIDTH, blockSize: HEIGHT }];
      const entry = { target, contentRect, borderBoxSize: size, contentBoxSize: size, devicePixelContentBoxSize: size };
      this.#onSize([entry], this);
    }
    unobserve(): void {}
    disconnect(): void {}
  };
});

const TABLE = tableOf([
  { id: 1, service: 'web', name: 'GET /', start: 0, duration: 100 },
  { id: 2, parent: 1, service: 'db', name: 'select', start: 0, duration: 10 },
  { id: 3, parent: 1, service: 'db', name: 'select', start: 10, duration: 30, error: true },
  { id: 4, parent: 1, service: 'shop', name: 'say "hi"', start: 40, duration: 50 },
]);

async function show(table: TraceTable = TABLE, props: Partial<AnalysisViewProps> = {}) {
  const onShowSpan = jest.fn();
  const onSearch = jest.fn();
  const unused = () => Promise.reject(new Error('The flame graph asks for nothing'));
  const all: AnalysisViewProps = {
    table,
    analysis: runNow(analyzeTrace(table)),
    source: { details: unused, column: unused, keys: unused, matches: unused, otlp: unused },
    timeZone: 'utc',
    matches: undefined,
    serviceColour: () => '#888888',
    onShowSpan,
    onSearch,
    ...props,
  };
  const view = render(<FlameView {...all} />);
  // What is worked out in slices is there at once for so few spans.
  await act(async () => undefined);
  return {
    onShowSpan,
    onSearch,
    again: (more: Partial<AnalysisViewProps>) => view.rerender(<FlameView {...all} {...more} />),
  };
}

const picture = () => screen.getByRole('application');
const strip = () => within(screen.getByRole('region', { name: 'The chosen operation' }));
const rows = () =>
  within(screen.getByRole('treegrid'))
    .getAllByRole('row')
    .slice(1)
    .map((row) => `${row.getAttribute('aria-level')} ${within(row).getByRole('rowheader').textContent}`);

/** In CSS pixels from the left of the picture. */
const clickAt = (row: number, x: number, init = {}) =>
  fireEvent.click(picture(), { clientX: x, clientY: row * ROW_HEIGHT + 5, ...init });

test('the picture is there as a table too', async () => {
  await show();
  expect(rows()).toEqual(['1 GET /', '2 say "hi"', '2 select']);
  expect(screen.getByText('3 paths. Widths are self times.')).toBeInTheDocument();
});

test('a click zooms and chooses, Escape goes back', async () => {
  const { onShowSpan, onSearch } = await show();
  clickAt(1, 600);
  expect(strip().getByText('select')).toBeInTheDocument();
  expect(rows()).toEqual(['2 select']);
  const slowest = strip().getByRole('button', { name: 'Show the slowest span' });
  await waitFor(() => expect(slowest).not.toHaveAttribute('aria-disabled', 'true'));
  fireEvent.click(slowest);
  expect(onShowSpan).toHaveBeenCalledWith(2);
  fireEvent.keyDown(picture(), { key: 'Escape' });
  expect(rows()).toHaveLength(3);
  clickAt(1, 100);
  fireEvent.click(strip().getByRole('button', { name: 'Find these spans' }));
  expect(onSearch).toHaveBeenCalledWith('{ resource.service.name = "shop" && name = "say \\"hi\\"" }');
  fireEvent.click(screen.getByRole('button', { name: 'Zoom out' }));
  expect(rows()).toHaveLength(3);
});

test('a click with Ctrl shows the slowest span', async () => {
  const { onShowSpan } = await show();
  const slowest = strip().getByRole('button', { name: 'Show the slowest span' });
  await waitFor(() => expect(slowest).not.toHaveAttribute('aria-disabled', 'true'));
  clickAt(1, 600, { ctrlKey: true });
  expect(onShowSpan).toHaveBeenCalledWith(2);
  expect(rows()).toHaveLength(3);
});

test('keys walk, Enter zooms', async () => {
  await show();
  for (const key of ['ArrowDown', 'ArrowRight']) {
    fireEvent.keyDown(picture(), { key });
  }
  expect(strip().getByText('select')).toBeInTheDocument();
  fireEvent.keyDown(picture(), { key: 'Enter' });
  expect(rows()).toEqual(['2 select']);
  // What is beside the picture comes into it.
  fireEvent.keyDown(picture(), { key: 'ArrowLeft' });
  expect(rows()).toHaveLength(3);
});

test('callers are worked out when they are asked for', async () => {
  await show();
  fireEvent.click(screen.getByRole('radio', { name: 'Callers' }));
  await waitFor(() => expect(rows()).toEqual(['2 say "hi"', '3 GET /', '2 select', '3 GET /', '2 GET /']));
  expect(strip().getByText('All operations')).toBeInTheDocument();
});

test('what a search finds is said', async () => {
  const { again } = await show();
  again({ matches: Uint32Array.of(0b0110) });
  expect(await screen.findByText('The search finds spans of 1 of 3 paths.')).toBeInTheDocument();
  again({ matches: undefined });
  expect(await screen.findByText('3 paths. Widths are self times.')).toBeInTheDocument();
});

test('what is under the pointer has a card', async () => {
  await show();
  fireEvent.mouseMove(picture(), { clientX: 600, clientY: ROW_HEIGHT + 5 });
  expect(screen.getByText('20 µs each', { exact: false })).toBeInTheDocument();
  fireEvent.mouseLeave(picture());
  expect(screen.queryByText('20 µs each', { exact: false })).not.toBeInTheDocument();
});

test.each([
  ['The trace has no spans.', tableOf([])],
  [
    'No span of this trace took any time: there are no widths to draw.',
    tableOf([{ id: 1, service: 's', name: 'n', start: 0, duration: 0 }]),
  ],
])('%s', async (text, table) => {
  await show(table);
  expect(screen.getByRole('status')).toHaveTextContent(text);
});
