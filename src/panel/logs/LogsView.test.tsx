import React from 'react';
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { config } from '@grafana/runtime';
import { type TraceTable } from '../trace/traceTable';
import { LogsView } from './LogsView';
import { shopLines, shopTable } from './testing/fixtures';
import { answered, fakeLogs, LINKED, never, refused } from './testing/fakeLogs';
import { useTraceLogs } from './useTraceLogs';

jest.setTimeout(30_000);

const table = shopTable();
const onShowSpan = jest.fn();
let feeds = 0;

interface HostProps {
  feedKey: string;
  shown?: TraceTable;
  datasourceUid?: string;
  selectedRow?: number;
}

function Host({ feedKey, shown = table, datasourceUid = 'clew', selectedRow }: HostProps) {
  const logs = useTraceLogs({ feedKey, table: shown, source: undefined, datasourceUid, isWanted: true });
  return (
    <LogsView
      table={shown}
      logs={logs}
      timeZone="utc"
      selectedRow={selectedRow}
      serviceColour={() => 'red'}
      onShowSpan={onShowSpan}
    />
  );
}

const nextKey = () => `feed ${(feeds += 1)}`;
const may = (...rights: string[]) => {
  config.bootData.user.permissions = Object.fromEntries(rights.map((right) => [right, true]));
};
const rowTexts = () => screen.getAllByRole('row').map(({ textContent }) => textContent);
const rowOf = (service: string) =>
  [...table.columns.services].findIndex((index) => table.services.get(index) === service);

beforeEach(() => {
  onShowSpan.mockClear();
  may('datasources:explore', 'datasources:write');
});

test('lines in order of time, each with its service, and how it came to its span', async () => {
  const logs = fakeLogs(LINKED);
  logs.answer = () => answered(shopLines());
  render(<Host feedKey={nextKey()} />);
  await screen.findByRole('treegrid', { name: 'Log lines' });
  expect(rowTexts()).toEqual([
    '+206 msinfopaymentpayment capturedspan id',
    '+221 msinfocheckoutorder placedspan id',
    '+221 msinfofrontendcheckout donespan id',
    '+319 msinfonotificationsconfirmation sentspan id',
  ]);
  expect(screen.getByText('4 lines: 4 by span id')).toBeInTheDocument();
  expect(logs.requests).toHaveLength(1);
  const [{ targets, range }] = logs.requests;
  expect(targets.map(({ refId }) => refId)).toEqual(['A', 'B']);
  expect(targets[0].expr).toContain('{service_name=~"acquirer|bank|cart|checkout|frontend|inventory|notifications|');
  expect([range.from.valueOf(), range.to.valueOf()]).toEqual([1795437380231 - 60_000, 1795437380551 + 60_000]);
});

test('a line leads to its span, and opens to all that it has', async () => {
  fakeLogs(LINKED).answer = () => answered(shopLines());
  render(<Host feedKey={nextKey()} />);
  fireEvent.click(await screen.findByText('payment captured'));
  expect(table.services.get(table.columns.services[onShowSpan.mock.calls[0][0]])).toBe('payment');
  fireEvent.click(screen.getAllByRole('button', { name: 'Show the whole line' })[0]);
  expect(screen.getByLabelText('The whole line')).toHaveTextContent('"payment": "pay-78be4c98bc"');
  expect(screen.getByText('4a23091a74b292e9', { selector: 'dd' })).toBeInTheDocument();
  expect(screen.getByText('2026-11-23 12:36:20.437', { selector: 'dd' })).toBeInTheDocument();
  expect(onShowSpan).toHaveBeenCalledTimes(1);
});

test('the keys lead through the lines', async () => {
  fakeLogs(LINKED).answer = () => answered(shopLines());
  render(<Host feedKey={nextKey()} />);
  const list = await screen.findByRole('treegrid');
  fireEvent.keyDown(list, { key: 'ArrowDown' });
  fireEvent.keyDown(list, { key: 'ArrowDown' });
  expect(screen.getAllByRole('row')[1]).toHaveAttribute('aria-selected', 'true');
  fireEvent.keyDown(list, { key: 'ArrowRight' });
  expect(screen.getAllByRole('row')[1]).toHaveAttribute('aria-expanded', 'true');
  fireEvent.keyDown(list, { key: 'Enter' });
  expect(table.services.get(table.columns.services[onShowSpan.mock.calls[0][0]])).toBe('checkout');
});

test('text, level and the selected span narrow the list', async () => {
  fakeLogs(LINKED).answer = () => answered(shopLines());
  render(<Host feedKey={nextKey()} selectedRow={rowOf('payment')} />);
  fireEvent.change(await screen.findByLabelText('Filter the lines'), { target: { value: 'ORDER placed' } });
  expect(rowTexts()).toEqual(['+221 msinfocheckoutorder placedspan id']);
  expect(screen.getByText('1 of 4 lines: 1 by span id')).toBeInTheDocument();
  fireEvent.change(screen.getByLabelText('Filter the lines'), { target: { value: 'nowhere' } });
  expect(screen.getByText('No line has all of this. Change the filter.')).toBeInTheDocument();
  fireEvent.change(screen.getByLabelText('Filter the lines'), { target: { value: '' } });
  fireEvent.click(screen.getByRole('button', { name: 'info 4' }));
  expect(screen.getAllByRole('row')).toHaveLength(4);
  fireEvent.click(screen.getByLabelText('Of the selected span'));
  expect(rowTexts()).toEqual(['+206 msinfopaymentpayment capturedspan id']);
});

test('the very question opens in Explore, for who may explore', async () => {
  fakeLogs(LINKED).answer = () => answered(shopLines());
  const view = render(<Host feedKey={nextKey()} />);
  const link = await screen.findByRole('link', { name: 'Open in Explore' });
  const panes: unknown = JSON.parse(
    new URL(link.getAttribute('href') ?? '', 'http://g').searchParams.get('panes') ?? ''
  );
  expect(panes).toMatchObject({
    log: {
      datasource: 'loki',
      queries: [{ refId: 'A', expr: expect.stringContaining('|~ "(?i)(7467aed0e8590f22') }, { refId: 'B' }],
      range: { from: String(1795437380231 - 60_000) },
    },
  });
  view.unmount();
  may();
  render(<Host feedKey={nextKey()} />);
  await screen.findByRole('treegrid');
  expect(screen.queryByRole('link', { name: 'Open in Explore' })).not.toBeInTheDocument();
});

test('a trace is asked for once', async () => {
  const logs = fakeLogs(LINKED);
  logs.answer = () => answered(shopLines());
  const feedKey = nextKey();
  const view = render(<Host feedKey={feedKey} />);
  await screen.findByRole('treegrid');
  view.unmount();
  render(<Host feedKey={feedKey} />);
  await screen.findByRole('treegrid');
  expect(logs.requests).toHaveLength(1);
});

test('where nothing is found it is looked for farther around, and that is said', async () => {
  const logs = fakeLogs({ ...LINKED, spanStartTimeShift: undefined, spanEndTimeShift: undefined });
  logs.answer = () => answered(logs.requests.length === 3 ? shopLines() : []);
  render(<Host feedKey={nextKey()} />);
  expect(await screen.findByText(/These were found within 30 min around it/)).toBeInTheDocument();
  expect(logs.requests.map(({ range }) => range.to.valueOf() - range.from.valueOf())).toEqual([
    320,
    320 + 2 * 60_000,
    320 + 60 * 60_000,
  ]);
});

test('nothing at all: what was asked, and likely lines apart', async () => {
  const logs = fakeLogs(LINKED);
  render(<Host feedKey={nextKey()} />);
  expect(await screen.findByText('Loki has no line with the id of this trace')).toBeInTheDocument();
  expect(screen.getByText(/\|~ "\(\?i\)\(7467aed0e8590f22/, { selector: 'code' })).toBeInTheDocument();
  logs.answer = () =>
    answered(
      shopLines().map((frame) => ({
        ...frame,
        fields: frame.fields.map((field) =>
          field.name === 'Line'
            ? { ...field, values: field.values.map((line: string) => line.replace(/"(trace|span)_id":"\w+",/g, '')) }
            : field.name === 'labels'
              ? { ...field, values: field.values.map(({ service_name }: Record<string, string>) => ({ service_name })) }
              : field
        ),
      }))
    );
  fireEvent.click(screen.getByRole('button', { name: 'Look for lines without a trace id' }));
  await screen.findByRole('treegrid');
  expect(screen.getByText('4 lines: 4 likely')).toBeInTheDocument();
  expect(screen.getByText(/Likely are 4 lines that name no trace/)).toBeInTheDocument();
  expect(logs.requests.at(-1)?.targets[0].expr).toContain('trace_id=""');
});

test('no link: who may set it is led there, others are told', async () => {
  fakeLogs(undefined);
  const view = render(<Host feedKey={nextKey()} />);
  expect(screen.getByText('Clew is linked to no logs')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Settings of Clew' })).toHaveAttribute(
    'href',
    '/connections/datasources/edit/clew'
  );
  view.unmount();
  may();
  render(<Host feedKey={nextKey()} />);
  expect(screen.queryByRole('link')).not.toBeInTheDocument();
  expect(screen.getByText(/Who administers Grafana can do it/)).toBeInTheDocument();
});

test('a link to logs that cannot be shown, to none, and a trace of a file', () => {
  fakeLogs(LINKED, 'grafana-splunk-datasource');
  const view = render(<Host feedKey={nextKey()} />);
  expect(screen.getByText('Lines of Loki cannot be shown here')).toBeInTheDocument();
  view.unmount();
  fakeLogs({ ...LINKED, datasourceUid: 'gone' });
  const other = render(<Host feedKey={nextKey()} />);
  expect(screen.getByText('The logs that Clew is linked to are not there')).toBeInTheDocument();
  other.unmount();
  render(<Host feedKey={nextKey()} datasourceUid="nowhere" />);
  expect(screen.getByText('No logs beside a trace from a file')).toBeInTheDocument();
});

test('a refusal and a failure say which datasource, and can be tried again', async () => {
  const logs = fakeLogs(LINKED);
  logs.answer = () => refused(403, 'Access denied');
  const view = render(<Host feedKey={nextKey()} />);
  expect(await screen.findByText('You may not read the logs in Loki')).toBeInTheDocument();
  expect(screen.getByText(/Access denied/)).toBeInTheDocument();
  view.unmount();
  logs.answer = () => refused(400, 'parse error at line 1');
  render(<Host feedKey={nextKey()} />);
  expect(await screen.findByText('Loki did not answer for the lines of this trace')).toBeInTheDocument();
  expect(screen.getByText('parse error at line 1')).toBeInTheDocument();
  logs.answer = () => answered(shopLines());
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('treegrid')).toBeInTheDocument();
});

test('a slow datasource can be stopped', async () => {
  jest.useFakeTimers();
  try {
    fakeLogs(LINKED).answer = never;
    render(<Host feedKey={nextKey()} />);
    expect(screen.getByText('Asking Loki for the lines of this trace…')).toBeInTheDocument();
    await act(() => jest.advanceTimersByTimeAsync(4000));
    expect(screen.getByText(/4 s so far/)).toBeInTheDocument();
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    await act(() => jest.advanceTimersByTimeAsync(10));
    expect(screen.getByText('It was stopped before there was an answer.')).toBeInTheDocument();
  } finally {
    jest.useRealTimers();
  }
});

test('Loki may allow fewer lines than are asked for', async () => {
  const logs = fakeLogs(LINKED);
  logs.answer = ({ targets }) =>
    targets[0].maxLines === 5000
      ? refused(400, 'max entries limit per query exceeded, limit > max_entries_limit_per_query (5000 > 4)')
      : answered(shopLines());
  render(<Host feedKey={nextKey()} />);
  expect(await screen.findByText('There are more lines: these are the first 4.')).toBeInTheDocument();
  await waitFor(() => expect(logs.requests.at(-1)?.targets[0].maxLines).toBe(4));
});
