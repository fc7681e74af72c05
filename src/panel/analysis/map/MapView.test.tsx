import React from 'react';
import { analyzeTrace, runNow } from '@clew/trace-model';
import { fireEvent, render, screen, within } from '@testing-library/react';
import { tableOf, type SpanLine } from '../../timeline/testing/syntheticTable';
import { type AnalysisViewProps } from '../analysisView';
import { MapView } from './MapView';

jest.setTimeout(30_000);

const SPANS: SpanLine[] = [
  { id: 1, service: 'web', name: 'GET /', start: 0, duration: 100, kind: 2 },
  { id: 2, parent: 1, service: 'db', name: 'select', start: 0, duration: 10, kind: 2 },
  { id: 3, parent: 1, service: 'db', name: 'select', start: 10, duration: 30, kind: 2, error: true },
];

function show(spans: readonly SpanLine[], props: Partial<AnalysisViewProps> = {}) {
  const table = tableOf(spans);
  const onSearch = jest.fn();
  const unused = () => Promise.reject(new Error('The map asks for nothing'));
  render(
    <MapView
      table={table}
      analysis={runNow(analyzeTrace(table))}
      source={{ details: unused, column: unused, keys: unused, matches: unused, otlp: unused }}
      timeZone="utc"
      matches={undefined}
      serviceColour={() => '#888888'}
      onShowSpan={jest.fn()}
      onSearch={onSearch}
      {...props}
    />
  );
  return { onSearch };
}

const strip = () => within(screen.getByRole('region', { name: 'The chosen service' }));

test('services say their numbers, and calls are there as a table', () => {
  show(SPANS);
  const names = within(screen.getByRole('group', { name: 'Services of the trace' }))
    .getAllByRole('button')
    .map((button) => button.getAttribute('aria-label'));
  expect(names).toEqual([
    'web, 1 span, 60 µs self time, 60% of the trace',
    'db, 2 spans, 40 µs self time, 40% of the trace, 1 error',
  ]);
  const calls = within(screen.getByRole('table', { name: 'Calls between services' })).getAllByRole('row');
  expect(calls.map((row) => row.textContent)).toEqual([
    'CallerCalledCallsFailedTime in sumThrough queues',
    'webdb2140 µs0',
  ]);
});

test('a chosen service shows its calls, and finds its spans', () => {
  const { onSearch } = show(SPANS);
  fireEvent.click(screen.getByRole('button', { name: /^db/ }));
  expect(screen.getByRole('button', { name: /^db/ })).toHaveAttribute('aria-pressed', 'true');
  expect(strip().getByText('×2, 1 failed')).toBeInTheDocument();
  fireEvent.click(strip().getByRole('button', { name: 'Find these spans' }));
  expect(onSearch).toHaveBeenCalledWith('{ resource.service.name = "db" }');
  fireEvent.keyDown(screen.getByRole('button', { name: /^db/ }), { key: 'Escape' });
  expect(screen.queryByRole('region')).not.toBeInTheDocument();
});

test('what a search finds is said of each service', () => {
  show(SPANS, { matches: Uint32Array.of(0b110) });
  expect(screen.getByText(/1 with spans that the search finds/)).toBeInTheDocument();
  expect(screen.getByRole('button', { name: /^web.* 0 found by the search$/ })).toBeInTheDocument();
});

test.each([
  ['The trace has no spans.', []],
  ['One service, and no calls between services.', SPANS.slice(0, 1)],
  [
    'One service, which calls itself.',
    [
      SPANS[0],
      { id: 2, parent: 1, service: 'web', name: 'a', start: 0, duration: 10, kind: 3 },
      { id: 3, parent: 2, service: 'web', name: 'a', start: 0, duration: 10, kind: 2 },
    ],
  ],
  [
    'The 100 services with the most self time, of 130.',
    Array.from({ length: 130 }, (_, at) => ({
      id: at + 1,
      parent: at === 0 ? 0 : 1,
      service: `s${at}`,
      name: 'n',
      start: at,
      duration: 1,
    })),
  ],
])('%s', (text, spans) => {
  show(spans);
  expect(screen.getByText(text)).toBeInTheDocument();
});
