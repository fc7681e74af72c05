import React from 'react';
import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { StoreError } from '../../shared/storeError';
import { stubCanvas } from '../testing/canvas';
import { feedOf, otlpOf, spanIdOf, type TestSpan } from '../testing/traces';
import { type TraceFeed } from '../trace/traceFeed';
import { TraceView } from './TraceView';
import { type TraceViewProps } from './viewTypes';

const SPANS: TestSpan[] = [
  { id: 1, service: 'web', name: 'GET /cart', durationNs: 9_000_000 },
  {
    id: 2,
    parent: 1,
    service: 'db',
    name: 'SELECT',
    startNs: 1_000_000,
    durationNs: 2_000_000,
    status: 2,
    message: 'deadlock',
    attributes: { 'db.system': 'postgres', 'db.rows': 12n },
    events: [
      {
        name: 'exception',
        atNs: 2_000_000,
        attributes: { 'exception.stacktrace': 'Error: deadlock\n    at query (/app/db.ts:1:1)' },
      },
    ],
    linksTo: [3],
  },
  { id: 3, parent: 1, service: 'web', name: 'render', startNs: 4_000_000, durationNs: 1_000_000 },
];

// Grafana's components take their time on a busy machine.
jest.setTimeout(30_000);
beforeAll(stubCanvas);
beforeEach(() => window.localStorage.clear());

async function show(props: Partial<TraceViewProps> = {}) {
  const view = render(<TraceView feed={feedOf(SPANS)} timeZone="utc" {...props} />);
  await screen.findByRole('heading', { name: 'web GET /cart' });
  return view;
}

const details = () => screen.findByRole('region', { name: 'Details of the span' });

test('the header says which trace it is', async () => {
  await show();
  const facts = ['9 ms', '2', '1'];
  expect(screen.getByText('Duration', { selector: 'dt' }).nextSibling).toHaveTextContent(facts[0]);
  expect(screen.getByText('Services').nextSibling).toHaveTextContent(facts[1]);
  expect(screen.getByText('Errors').nextSibling).toHaveTextContent(facts[2]);
  expect(screen.getByRole('button', { name: 'Copy the trace id' })).toBeInTheDocument();
});

test('a link to a span opens its details', async () => {
  await show({ selectedSpanId: spanIdOf(2) });
  const drawer = within(await details());
  expect(await drawer.findByText('postgres')).toBeInTheDocument();
  expect(drawer.getByText('deadlock')).toBeInTheDocument();
  expect(drawer.getByText('+1 ms', { selector: 'span' })).toBeInTheDocument();
  expect(drawer.getByLabelText('Stack trace')).toHaveTextContent('at query');
});

test('a span that is not in the trace is said', async () => {
  await show({ selectedSpanId: spanIdOf(99) });
  expect(
    await screen.findByText(`The span ${spanIdOf(99)} that was asked for is not in the trace.`)
  ).toBeInTheDocument();
});

test('attributes become conditions of the search, which counts what it finds', async () => {
  await show({ selectedSpanId: spanIdOf(2) });
  fireEvent.click(await screen.findByRole('button', { name: 'Filter for this value of db.system' }));
  expect(screen.getByLabelText('Find spans')).toHaveValue('{ span.db.system = "postgres" }');
  fireEvent.click(await screen.findByRole('button', { name: 'Filter out this value of db.rows' }));
  expect(screen.getByLabelText('Find spans')).toHaveValue(
    '{ span.db.system = "postgres" && (span.db.rows != 12 || span.db.rows = nil) }'
  );
  await waitFor(() => expect(screen.getByLabelText('0 matches')).toBeInTheDocument());
});

test('the search by text goes from match to match', async () => {
  const onSelectSpan = jest.fn();
  await show({ onSelectSpan });
  fireEvent.change(screen.getByLabelText('Find spans'), { target: { value: 'web' } });
  await screen.findByLabelText('2 matches');
  fireEvent.click(screen.getByRole('button', { name: 'Next match' }));
  await screen.findByLabelText('1 of 2 matches');
  expect(onSelectSpan).toHaveBeenLastCalledWith(spanIdOf(1));
  fireEvent.keyDown(screen.getByLabelText('Find spans'), { key: 'Enter' });
  await screen.findByLabelText('2 of 2 matches');
  expect(onSelectSpan).toHaveBeenLastCalledWith(spanIdOf(3));
  fireEvent.click(screen.getByRole('button', { name: 'Hide other spans' }));
  expect(screen.getByRole('treegrid')).toHaveAttribute('aria-rowcount', '3');
});

test('a query that is none says why', async () => {
  await show();
  fireEvent.change(screen.getByLabelText('Find spans'), { target: { value: '{ name = }' } });
  expect(await screen.findByRole('alert')).not.toBeEmptyDOMElement();
});

test('links within the trace select, both ways', async () => {
  const onSelectSpan = jest.fn();
  await show({ selectedSpanId: spanIdOf(2), onSelectSpan });
  fireEvent.click(await screen.findByRole('button', { name: 'web: render' }));
  await waitFor(() => expect(onSelectSpan).toHaveBeenLastCalledWith(spanIdOf(3)));
  expect(await screen.findByText('Linked from')).toBeInTheDocument();
  fireEvent.click(screen.getByRole('button', { name: 'db: SELECT' }));
  await waitFor(() => expect(onSelectSpan).toHaveBeenLastCalledWith(spanIdOf(2)));
});

test('a table says to screen readers what the canvas shows', async () => {
  await show({ selectedSpanId: spanIdOf(2) });
  const grid = await screen.findByRole('treegrid', { name: 'Spans of the trace' });
  await waitFor(() => expect(within(grid).getByRole('row', { selected: true })).toHaveTextContent('dbSELECT'));
  expect(screen.getByText(/^db, SELECT, 2 ms, 1 ms after the beginning, error, level 2/)).toBeInTheDocument();
});

test('the width of the details goes by keys', async () => {
  await show({ selectedSpanId: spanIdOf(2) });
  const border = await screen.findByRole('separator', { name: 'Width of the details' });
  const width = Number(border.getAttribute('aria-valuenow'));
  fireEvent.keyDown(border, { key: 'ArrowRight' });
  expect(Number(border.getAttribute('aria-valuenow'))).toBeLessThan(width);
});

test('what failed can be tried again', async () => {
  let attempts = 0;
  const good = feedOf(SPANS);
  const feed: TraceFeed = {
    ...good,
    key: 'failing',
    source: good.source,
    datasourceUid: 'x',
    losses: () => Promise.resolve(['2 spans were refused.']),
    findings: () => Promise.resolve([]),
    read: (onSkeleton, signal) => {
      attempts += 1;
      return attempts === 1
        ? Promise.reject(new StoreError('unreachable', 'no', { status: 502 }))
        : good.read(onSkeleton, signal);
    },
  };
  render(<TraceView feed={feed} datasourceName="Clew" />);
  expect(await screen.findByText('The trace store cannot be reached')).toBeInTheDocument();
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await screen.findByRole('heading', { name: 'web GET /cart' });
  expect(await screen.findByText('2 spans were refused.')).toBeInTheDocument();
});

describe('what is wrong with the trace', () => {
  const findings = () => screen.findByRole('region', { name: 'Findings' });

  test('is said in a sentence, with its reasons when they are asked for, and leads to the span', async () => {
    await show();
    const shown = within(await findings());
    expect(shown.getByText(/db/)).toBeInTheDocument();
    fireEvent.click(shown.getByRole('button', { name: /more|Why/ }));
    expect(shown.getByRole('button', { name: 'Less' })).toHaveAttribute('aria-expanded', 'true');
    fireEvent.click(shown.getAllByRole('button', { name: 'Show' })[0]);
    expect(await within(await details()).findByText('postgres')).toBeInTheDocument();
  });

  test('is told too where nothing is', async () => {
    render(<TraceView feed={feedOf(SPANS.map((span) => ({ ...span, status: 0, message: '', events: [] })))} />);
    expect(within(await findings()).getByTestId('check-circle')).toBeInTheDocument();
    expect(within(await findings()).queryByRole('button', { name: 'Show' })).not.toBeInTheDocument();
  });
});

test('without a trace it says what to do', () => {
  render(<TraceView feed={undefined} empty={{ title: 'No trace id', text: 'Set it in the options.' }} />);
  expect(screen.getByRole('heading', { name: 'No trace id' })).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Open a file' })).toBeInTheDocument();
});

test('of several traces one is chosen', () => {
  const onChoose = jest.fn();
  const choice = { traceId: '1', service: 'web', name: 'GET /', durationMs: 2, startMs: 0, onChoose };
  render(<TraceView feed={undefined} choices={[choice]} />);
  fireEvent.click(screen.getByRole('button', { name: 'web GET /' }));
  expect(onChoose).toHaveBeenCalled();
});

function fileOf(bytes: Uint8Array, name: string): File {
  const file = new File([bytes as Uint8Array<ArrayBuffer>], name);
  // jsdom's has none.
  file.arrayBuffer = () => Promise.resolve(bytes.slice().buffer as ArrayBuffer);
  return file;
}

test('a dropped file takes the place of the trace until it is closed', async () => {
  const { container } = await show();
  const file = fileOf(otlpOf([{ id: 9, service: 'batch', name: 'nightly' }]), 'night.pb');
  const area = container.firstElementChild;
  expect(area).not.toBeNull();
  if (area) {
    fireEvent.drop(area, { dataTransfer: { files: [file], types: ['Files'] } });
  }
  await screen.findByRole('heading', { name: 'batch nightly' });
  expect(screen.getByText('From the file night.pb')).toBeInTheDocument();
  fireEvent.click(screen.getByRole('button', { name: 'Close the file' }));
  await screen.findByRole('heading', { name: 'web GET /cart' });
});

test('a file with several traces lets one choose', async () => {
  const other = '00000000000000000000000000000042';
  const first = otlpOf([{ id: 1, name: 'one' }]);
  const second = otlpOf([{ id: 2, name: 'two' }], other);
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  render(<TraceView feed={undefined} />);
  fireEvent.change(screen.getByLabelText('A file of a trace'), { target: { files: [fileOf(both, 'both.pb')] } });
  fireEvent.click(await screen.findByRole('button', { name: 'shop two' }));
  await screen.findByRole('heading', { name: 'shop two' });
  expect(screen.getByRole('button', { name: 'Another trace of it' })).toBeInTheDocument();
});

test('a file that is no trace says what is accepted', async () => {
  render(<TraceView feed={undefined} />);
  const file = fileOf(new TextEncoder().encode('hello'), 'hello.txt');
  await act(async () => {
    fireEvent.change(screen.getByLabelText('A file of a trace'), { target: { files: [file] } });
  });
  expect(await screen.findByText('hello.txt cannot be opened')).toBeInTheDocument();
  expect(screen.getByText(/OTLP/, { selector: 'div' })).toBeInTheDocument();
});
