import { FieldType, type DataFrame, type Field } from '@grafana/data';
import { type FoundTrace } from '../../shared/storeTypes';
import { searchFrame } from './searchFrame';

const target = { uid: 'clew', name: 'Clew' };
const SPAN_ID = '00f067aa0ba902b7';

const trace: FoundTrace = {
  traceID: '2f3577b34da6a3ce929d0e0e4736',
  rootServiceName: 'gateway',
  rootTraceName: 'POST /orders',
  startTimeUnixNano: '1700000000000250000',
  durationMs: 240,
  spanSets: [
    {
      matched: 7,
      attributes: [{ key: 'count', value: { intValue: '7' } }],
      spans: [
        {
          spanID: SPAN_ID,
          name: 'charge',
          startTimeUnixNano: '1700000000000500000',
          durationNanos: '110000333',
          attributes: [{ key: 'app.amount', value: { intValue: '4990' } }],
        },
        { spanID: '00f067aa0ba902b8', startTimeUnixNano: '1700000000000600000', durationNanos: '5' },
      ],
    },
  ],
  serviceStats: { gateway: { spanCount: 1, errorCount: 1 }, payment: { spanCount: 9 } },
};

const field = (frame: DataFrame, name: string): Field => {
  const found = frame.fields.find((candidate) => candidate.name === name);
  if (!found) {
    throw new Error(`no field ${name}`);
  }
  return found;
};

const valuesOf = (frame: DataFrame) => Object.fromEntries(frame.fields.map(({ name, values }) => [name, values]));

test('a row per trace', () => {
  const frame = searchFrame([trace], target, 'B');
  expect(frame.refId).toBe('B');
  expect(frame.meta).toEqual({ preferredVisualisationType: 'table', uniqueRowIdFields: [0] });
  expect(valuesOf(frame)).toMatchObject({
    traceID: ['00002f3577b34da6a3ce929d0e0e4736'],
    startTime: [1700000000000.25],
    traceService: ['gateway'],
    traceName: ['POST /orders'],
    traceDuration: [240],
    errors: [1],
    matched: [7],
    spans: [10],
  });
  expect(field(frame, 'startTime').type).toBe(FieldType.time);
  expect(field(frame, 'traceDuration').config.unit).toBe('ms');
});

test('a trace id leads back to this datasource, in the shape that exemplars use', () => {
  const [link] = field(searchFrame([trace], target, 'A'), 'traceID').config.links ?? [];
  expect(link.internal).toEqual({
    datasourceUid: 'clew',
    datasourceName: 'Clew',
    query: { refId: 'A', query: '${__value.raw}', queryType: 'traceql' },
  });
});

test('below each trace its spans, with links that focus the span in a range around the trace', () => {
  const [[spans]] = field(searchFrame([trace], target, 'A'), 'nested').values as DataFrame[][];
  expect(valuesOf(spans)).toEqual({
    'Span ID': [SPAN_ID, '00f067aa0ba902b8'],
    'Start time': [1700000000000.5, 1700000000000.6],
    Name: ['charge', ''],
    'app.amount': ['4990', undefined],
    count: ['7', '7'],
    Duration: [110000333, 5],
  });
  const internal = field(spans, 'Span ID').config.links?.[0].internal;
  expect(internal?.query).toEqual({ refId: 'A', query: '00002f3577b34da6a3ce929d0e0e4736', queryType: 'traceql' });
  expect(internal?.panelsState).toEqual({ trace: { spanId: '${__value.raw}' } });
  expect(internal?.range?.from.valueOf()).toBe(1700000000000 - 300_000);
  expect(internal?.range?.to.valueOf()).toBe(1700000000240 + 300_000);
});

test('what the answer leaves out is empty, not wrong', () => {
  const frame = searchFrame([{ traceID: 'ab', spanSet: { spans: [{ spanID: 'c' }] } }], target, 'A');
  expect(valuesOf(frame)).toMatchObject({
    startTime: [undefined],
    traceService: [''],
    traceName: [''],
    traceDuration: [0],
    errors: [undefined],
    matched: [1],
    spans: [undefined],
  });
  const [[spans]] = field(frame, 'nested').values as DataFrame[][];
  expect(spans.fields.map(({ name }) => name)).toEqual(['Span ID', 'Start time', 'Duration']);
});

test('nothing found is a table without rows', () => {
  expect(searchFrame([], target, 'A').length).toBe(0);
});
