import React from 'react';
import { act, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { type PanelData } from '@grafana/data';
import type * as Runtime from '@grafana/runtime';
import { config, type PanelRendererProps } from '@grafana/runtime';
import { type SpanDetails } from '../trace/traceTable';
import { SpanMetrics } from './SpanMetrics';
import { answered, fakeMetrics, LINKED, never, refused, seriesOf } from './testing/fakeMetrics';
import { spanOf, START_MS } from './testing/spans';

jest.setTimeout(30_000);
// Questions wait a moment before they are asked, and machines may do other things too.
configure({ asyncUtilTimeout: 10_000 });

/** What Grafana's own panel was given, by its title. */
const mockDrawn = new Map<string, PanelData | undefined>();
// Grafana sets it when it starts; there is none to run without Grafana.
jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual<typeof Runtime>('@grafana/runtime'),
  PanelRenderer: ({ title, data, pluginId }: PanelRendererProps) => {
    mockDrawn.set(title, data);
    return `${pluginId}: ${title}`;
  },
}));

let services = 0;
/** Answers are kept: each test asks of a service of its own. */
const nextService = () => `service ${(services += 1)}`;

const may = (...rights: string[]) => {
  config.bootData.user.permissions = Object.fromEntries(rights.map((right) => [right, true]));
};

beforeAll(() => {
  class Observer implements ResizeObserver {
    readonly #tell: ResizeObserverCallback;
    constructor(tell: ResizeObserverCallback) {
      this.#tell = tell;
    }
    observe(): void {
      const contentRect = { width: 400, height: 132 } as DOMRectReadOnly;
      this.#tell([{ contentRect } as ResizeObserverEntry], this);
    }
    unobserve(): void {}
    disconnect(): void {}
  }
  window.ResizeObserver = Observer;
});

beforeEach(() => {
  mockDrawn.clear();
  may('datasources:explore', 'datasources:write');
});

const show = (service: string, span: SpanDetails = spanOf(service)) =>
  render(<SpanMetrics span={span} service={service} datasourceUid="clew" timeZone="utc" />);

test('the linked queries around the span, each with a mark at it', async () => {
  const fake = fakeMetrics(LINKED);
  fake.answer = (_, { expr }) => answered(seriesOf(START_MS, String(expr).includes('bucket') ? [0.25, 0.5] : [3, 4]));
  const service = nextService();
  show(service);
  expect(await screen.findByText('timeseries: Latency, p95')).toBeInTheDocument();
  expect(await screen.findByText('timeseries: Requests')).toBeInTheDocument();
  expect(screen.getByText('At the span: 250 ms')).toBeInTheDocument();
  expect(screen.getByText('At the span: 3')).toBeInTheDocument();
  expect(fake.asked.map(({ uid }) => uid)).toEqual(['prometheus', 'prometheus']);
  const [{ request }] = fake.asked;
  expect(request.targets).toHaveLength(1);
  expect(request.targets[0].expr).toContain(`h_seconds_bucket{service="${service}"}`);
  expect(request.range.from.valueOf()).toBeLessThanOrEqual(START_MS - 5 * 60_000);
  expect(request.range.from.valueOf()).toBeGreaterThan(START_MS - 5 * 60_000 - 10_000);
  expect(request.maxDataPoints).toBeGreaterThan(50);
  const [mark] = mockDrawn.get('Requests')?.annotations ?? [];
  const valueOf = (name: string): unknown => mark.fields.find((field) => field.name === name)?.values[0];
  expect([valueOf('time'), valueOf('timeEnd')]).toEqual([START_MS, START_MS + 185]);
});

test('the very query opens in Explore, for who may explore', async () => {
  fakeMetrics(LINKED).answer = () => answered(seriesOf(START_MS, [1]));
  const service = nextService();
  const view = show(service);
  const link = await screen.findByRole('link', { name: 'Open “Requests” in Explore' });
  const address = new URL(link.getAttribute('href') ?? '', 'http://g');
  expect(JSON.parse(address.searchParams.get('panes') ?? '')).toMatchObject({
    log: { datasource: 'prometheus', queries: [{ expr: `sum(rate(h_seconds_count{service="${service}"}[1m]))` }] },
  });
  view.unmount();
  may();
  show(service);
  expect(await screen.findByText('timeseries: Requests')).toBeInTheDocument();
  expect(screen.queryByRole('link')).not.toBeInTheDocument();
});

test('spans that ask the same are answered once', async () => {
  const fake = fakeMetrics(LINKED);
  fake.answer = () => answered(seriesOf(START_MS, [1]));
  const service = nextService();
  show(service).unmount();
  const view = show(service);
  await screen.findByText('timeseries: Requests');
  view.unmount();
  show(service, spanOf(service, { spanId: '00000000000000aa' }));
  expect(screen.getByText('timeseries: Requests')).toBeInTheDocument();
  expect(fake.asked).toHaveLength(2);
});

test('without queries in the settings, the metrics that the store makes of spans', async () => {
  const fake = fakeMetrics({ datasourceUid: 'prometheus', queries: [] });
  fake.answer = () => answered(seriesOf(START_MS, [1]));
  const service = nextService();
  show(service);
  await screen.findByText('timeseries: Latency, p95');
  expect(fake.asked[1].request.targets[0].expr).toBe(
    `sum(rate(traces_spanmetrics_calls_total{service="${service}", status_code="STATUS_CODE_ERROR"}[$__rate_interval]))`
  );
});

test('no link: the store itself, and how to link Prometheus', async () => {
  const fake = fakeMetrics(undefined);
  fake.answer = (_, { query }) =>
    String(query).includes('quantile')
      ? answered(seriesOf(START_MS, [0.1, 0.2], '0.5'), seriesOf(START_MS, [0.3, 0.4], '0.95'))
      : answered(seriesOf(START_MS, String(query).includes('error') ? [0, 0] : [2, 3]));
  const view = show(nextService());
  expect(await screen.findByText('At the span: p50 100 ms, p95 300 ms')).toBeInTheDocument();
  expect(screen.getByText('timeseries: Requests per second')).toBeInTheDocument();
  expect(screen.getByText('None in this time: 0 throughout.')).toBeInTheDocument();
  expect(screen.getByText(/From the trace store/)).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'settings of Clew' })).toHaveAttribute(
    'href',
    '/connections/datasources/edit/clew'
  );
  expect(new Set(fake.asked.map(({ uid }) => uid))).toEqual(new Set(['clew']));
  view.unmount();
  may();
  show(nextService());
  expect(screen.getByText(/who administers Grafana can do it/)).toBeInTheDocument();
});

test('quantiles of too many spans are asked for less exactly', async () => {
  const fake = fakeMetrics(undefined);
  fake.answer = (_, { query }) =>
    String(query).includes('exact') ? refused(422, 'too many') : answered(seriesOf(START_MS, [1]));
  show(nextService());
  expect(await screen.findByText('timeseries: Latency, p50 and p95')).toBeInTheDocument();
});

test('a link to a datasource that is not there', async () => {
  const fake = fakeMetrics({ ...LINKED, datasourceUid: 'gone' });
  fake.answer = () => answered(seriesOf(START_MS, [1]));
  show(nextService());
  expect(screen.getByText('The metrics that Clew is linked to are not there')).toBeInTheDocument();
  expect(screen.getByText(/There is no datasource “gone”, or you may not query it/)).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Datasource settings' })).toBeInTheDocument();
  expect(await screen.findByText('timeseries: Requests per second')).toBeInTheDocument();
});

test.each([
  [403, 'Access denied', 'You may not read the metrics in Prometheus', /Grafana said: Access denied/],
  [400, 'connection refused', 'Prometheus did not answer', /^connection refused$/],
  [400, 'unexpected response with status code 401: no', 'Prometheus refuses Grafana', /See the credentials/],
])('a failure with %i “%s” is said once, with what to do', async (status, message, title, text) => {
  const fake = fakeMetrics(LINKED);
  fake.answer = (uid) => (uid === 'clew' ? answered(seriesOf(START_MS, [1])) : refused(status, message));
  show(nextService());
  expect(await screen.findAllByText(title)).toHaveLength(1);
  expect(screen.getByText(text)).toBeInTheDocument();
  expect(await screen.findByText('timeseries: Requests per second')).toBeInTheDocument();
  fake.answer = () => answered(seriesOf(START_MS, [1]));
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('timeseries: Requests')).toBeInTheDocument();
});

test('a query that fails leaves the others', async () => {
  const fake = fakeMetrics(LINKED);
  fake.answer = (_, { expr }) =>
    String(expr).includes('bucket') ? refused(400, 'parse error') : answered(seriesOf(START_MS, [1]));
  show(nextService());
  expect(await screen.findByText('timeseries: Requests')).toBeInTheDocument();
  expect(await screen.findByText('parse error')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Try again' })).toBeInTheDocument();
});

test('no series: what was looked for, and which labels there are', async () => {
  const fake = fakeMetrics(LINKED);
  fake.labels = { __name__: ['up'], instance: ['a'], service_name: ['shop'] };
  const service = nextService();
  const view = show(service);
  expect(await screen.findByText(`Prometheus has no series for service="${service}"`)).toBeInTheDocument();
  expect(
    await screen.findByText('No series has the label service. Labels that there are: service_name, instance.')
  ).toBeInTheDocument();
  view.unmount();
  fake.labels = { service: ['shop', 'cart'] };
  show(service);
  expect(await screen.findByText('The label service has other values: shop, cart.')).toBeInTheDocument();
});

test('a span without the attribute is said, and nothing is asked of Prometheus', async () => {
  const fake = fakeMetrics(LINKED);
  fake.answer = () => answered(seriesOf(START_MS, [1]));
  show('', spanOf('', { name: nextService() }));
  expect(screen.getByText('Prometheus cannot be asked for this span')).toBeInTheDocument();
  expect(screen.getByText(/This span has no service.name/)).toBeInTheDocument();
  expect(await screen.findByText('timeseries: Requests per second')).toBeInTheDocument();
  expect(fake.asked.every(({ uid }) => uid === 'clew')).toBe(true);
});

test('many series are the largest of them', async () => {
  fakeMetrics(LINKED).answer = () =>
    answered(...Array.from({ length: 30 }, (_, index) => seriesOf(START_MS, [index], `s${index}`)));
  show(nextService());
  expect(await screen.findAllByText('The 20 largest of 30 series.')).toHaveLength(2);
  expect(
    mockDrawn
      .get('Requests')
      ?.series.map(({ name }) => name)
      .slice(0, 2)
  ).toEqual(['s29', 's28']);
});

test('who waits is told after a second, can stop, and closing ends the questions', async () => {
  jest.useFakeTimers();
  try {
    const fake = fakeMetrics(LINKED);
    fake.answer = (uid) => (uid === 'clew' ? answered(seriesOf(START_MS, [1])) : never());
    const service = nextService();
    const view = show(service);
    const waiting = `Asking Prometheus for metrics of ${service}…`;
    await act(() => jest.advanceTimersByTimeAsync(500));
    expect(screen.queryByText(waiting)).not.toBeInTheDocument();
    await act(() => jest.advanceTimersByTimeAsync(700));
    expect(screen.getByText(waiting)).toBeInTheDocument();
    await act(() => jest.advanceTimersByTimeAsync(4000));
    expect(screen.getByText(/s so far/)).toBeInTheDocument();
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    await act(() => jest.advanceTimersByTimeAsync(1000));
    expect(screen.getByText('It was stopped before there was an answer.')).toBeInTheDocument();
    expect(fake.dropped).toBe(2);
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await act(() => jest.advanceTimersByTimeAsync(1000));
    view.unmount();
    expect(fake.dropped).toBe(4);
  } finally {
    jest.useRealTimers();
  }
});

test('who walks through spans asks nothing', async () => {
  jest.useFakeTimers();
  try {
    const fake = fakeMetrics(LINKED);
    const view = show(nextService());
    await act(() => jest.advanceTimersByTimeAsync(100));
    view.unmount();
    await act(() => jest.advanceTimersByTimeAsync(1000));
    expect(fake.asked).toHaveLength(0);
  } finally {
    jest.useRealTimers();
  }
  await waitFor(() => expect(mockDrawn.size).toBe(0));
});
