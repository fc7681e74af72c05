import { tableOf } from '../../timeline/testing/syntheticTable';
import { type SpanDetails } from '../../trace/traceTable';
import { inOrderOfTime, spanEventsOf } from './placedEvents';
import { rowsWithEvents } from './useEvents';

const table = tableOf([
  { id: 1, service: 'web', name: 'GET', start: 100, duration: 100 },
  { id: 2, parent: 1, service: 'cart', name: 'get', start: 110, duration: 40, events: 2 },
  { id: 3, parent: 1, service: 'cart', name: 'get', start: 120, duration: 10, events: 1 },
]);

const details: SpanDetails = {
  ...{ traceId: '', spanId: '', parentSpanId: '', name: 'get', kind: 0, status: 0, startNs: 0n, durationNs: 0n },
  ...{ attributes: [], resource: [], scope: { name: '', version: '', attributes: [] }, links: [], traceState: '' },
  ...{ statusMessage: '', droppedAttributes: 0, droppedEvents: 0, droppedLinks: 0 },
  events: [
    {
      ...{ timeNs: table.baseNs + 130_000n, name: 'retry', droppedAttributes: 0 },
      attributes: [
        { key: 'attempt', value: 2 },
        { key: 'why', value: 'busy' },
      ],
    },
    {
      ...{ timeNs: table.baseNs + 140_000n, name: 'exception', droppedAttributes: 0 },
      attributes: [
        { key: 'exception.type', value: 'Timeout' },
        { key: 'exception.message', value: 'after 60 ms' },
        { key: 'exception.stacktrace', value: 'at …' },
        { key: 'left', value: 3 },
      ],
    },
  ],
};

test('rows that have events', () => {
  expect([...rowsWithEvents(table, undefined)]).toEqual([1, 2]);
  expect([...rowsWithEvents(table, Uint32Array.of(0b100))]).toEqual([2]);
});

test('events stand after the start of the trace, and exceptions say what they are', () => {
  const offset = table.tree.firstStart;
  expect(spanEventsOf(table, 1, details)).toEqual([
    {
      row: 1,
      offsetNs: 130_000 - offset,
      name: 'retry',
      isException: false,
      exception: '',
      text: 'attempt=2  why=busy',
    },
    {
      row: 1,
      offsetNs: 140_000 - offset,
      name: 'exception',
      isException: true,
      exception: 'Timeout: after 60 ms',
      text: 'left=3',
    },
  ]);
});

test('parts of a trace come together in order of time', () => {
  const at = (offsetNs: number, name: string) => ({
    ...{ row: 0, offsetNs, name, isException: false, exception: '', text: '' },
  });
  const names = inOrderOfTime([at(1, 'a'), at(3, 'c')], [at(0, 'first'), at(3, 'd'), at(9, 'last')]);
  expect(names.map(({ name }) => name)).toEqual(['first', 'a', 'c', 'd', 'last']);
});
