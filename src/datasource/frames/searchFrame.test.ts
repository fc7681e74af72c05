import { FieldType, type DataFrame, type Field } from '@grafana/data';
import { type FoundTrace } from '../../shared/storeTypes';
import { mentionedAttributes } from '../query/mentioned';
import { searchFrame as searchFrameOf } from './searchFrame';
import { spansTable } from './spansTable';

const pushed = jest.fn();
jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual<object>('@grafana/runtime'),
  locationService: { push: (path: string) => pushed(path) },
}));

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

const searchFrame = (traces: readonly FoundTrace[], to: typeof target, refId: string, query = '{ }') =>
  searchFrameOf(traces, mentionedAttributes(query), to, refId);

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

describe('below each trace its spans', () => {
  const other: FoundTrace = {
    traceID: 'ab',
    startTimeUnixNano: '1700000001000000000',
    durationMs: 5,
    spanSets: [
      { attributes: [{ key: 'count', value: { intValue: '1' } }], spans: [{ spanID: '00f067aa0ba902c0', name: 'x' }] },
      { attributes: [{ key: 'count', value: { intValue: '2' } }], spans: [{ spanID: '00f067aa0ba902c1', name: 'y' }] },
    ],
  };
  const nested = (frame: DataFrame) => (field(frame, 'nested').values as DataFrame[][]).map(([spans]) => spans);

  test('with what is known of them, in types of their own', () => {
    const [spans] = nested(searchFrame([trace], target, 'A'));
    expect(valuesOf(spans)).toEqual({
      'Span ID': [SPAN_ID, '00f067aa0ba902b8'],
      'Start time': [1700000000000.5, 1700000000000.6],
      Name: ['charge', ''],
      count: [7, 7],
      'app.amount': [4990, undefined],
      Duration: [110000333, 5],
    });
    expect(field(spans, 'app.amount').type).toBe(FieldType.number);
  });

  test("all sets of a trace in one table, and every trace's table with the same columns", () => {
    const [first, second] = nested(searchFrame([trace, other], target, 'A'));
    expect(second.fields.map(({ name }) => name)).toEqual(first.fields.map(({ name }) => name));
    expect(valuesOf(second)).toMatchObject({ Name: ['x', 'y'], count: [1, 2], 'app.amount': [undefined, undefined] });
  });

  test('attributes by the names and in the order of the query, to be filtered by', () => {
    const found: FoundTrace = {
      traceID: 'ab',
      spanSet: {
        attributes: [{ key: 'avg(duration)', value: { stringValue: '1.5ms' } }],
        spans: [
          {
            spanID: 'c',
            attributes: [
              { key: 'extra', value: { boolValue: true } },
              { key: 'service.name', value: { stringValue: 'shop' } },
              { key: 'http.route', value: { stringValue: '/a' } },
              { key: 'event:timeSinceStart', value: { stringValue: '2us' } },
            ],
          },
        ],
      },
    };
    const query = '{ span.http.route != nil && event:timeSinceStart > 1us } | select(resource.service.name)';
    const frame = searchFrame([found], target, 'A', query);
    const [spans] = nested(frame);
    expect(spans.fields.slice(3, -1).map(({ name, values, config }) => [name, values[0], config])).toEqual([
      ['avg(duration)', 1_500_000, { unit: 'ns' }],
      ['span.http.route', '/a', { unit: 'string', filterable: true }],
      ['event:timeSinceStart', 2000, { unit: 'ns' }],
      ['resource.service.name', 'shop', { unit: 'string', filterable: true }],
      ['extra', true, {}],
    ]);
    // A trace with one set is told by what is said of the set.
    expect(valuesOf(frame)).toMatchObject({ 'avg(duration)': [1_500_000] });
  });

  test('with links that focus the span that was clicked, in a range around its trace', () => {
    const [, second] = nested(searchFrame([trace, other], target, 'A'));
    const [link] = field(second, 'Span ID').config.links ?? [];
    const anchor = document.createElement('a');
    anchor.textContent = '00f067aa0ba902c1';
    link.onClick?.({ origin: undefined, replaceVariables: undefined, e: { target: anchor } });
    expect(pushed).toHaveBeenCalledTimes(1);
    const panes = new URL(pushed.mock.calls[0][0], 'http://grafana').searchParams.get('panes') ?? '';
    expect(JSON.parse(panes)).toEqual({
      clw: {
        datasource: 'clew',
        queries: [expect.objectContaining({ query: `${'0'.repeat(30)}ab`, queryType: 'traceql' })],
        range: { from: String(1700000001000 - 300_000), to: String(1700000001005 + 300_000) },
        panelsState: { trace: { spanId: '00f067aa0ba902c1' } },
      },
    });
    anchor.textContent = 'something else';
    link.onClick?.({ origin: undefined, replaceVariables: undefined, e: { target: anchor } });
    expect(pushed).toHaveBeenCalledTimes(1);
  });
});

test('as spans, a row for each', () => {
  const frame = spansTable([trace], mentionedAttributes('{ span.app.amount > 1 }'), target, 'A');
  expect(valuesOf(frame)).toEqual({
    spanID: [SPAN_ID, '00f067aa0ba902b8'],
    time: [1700000000000.5, 1700000000000.6],
    name: ['charge', ''],
    count: [7, 7],
    'span.app.amount': [4990, undefined],
    duration: [110000333, 5],
    traceService: ['gateway', 'gateway'],
    traceName: ['POST /orders', 'POST /orders'],
    traceID: ['00002f3577b34da6a3ce929d0e0e4736', '00002f3577b34da6a3ce929d0e0e4736'],
  });
  expect(field(frame, 'spanID').config.links?.[0].internal).toMatchObject({
    query: { query: '${__data.fields.traceID}', queryType: 'traceql' },
    panelsState: { trace: { spanId: '${__value.raw}' } },
  });
});

test('of the slowest traces, the longest span stands first', () => {
  const spanSet = { spans: [1, 30, 5].map((ns) => ({ spanID: `${ns}`, durationNanos: `${ns}` })) };
  const slow = { traceID: 'ab', spanSet };
  const ids = (order?: 'duration') => field(spansTable([slow], [], target, 'A', order), 'spanID').values;
  expect(ids('duration')).toEqual(['30', '5', '1']);
  expect(ids()).toEqual(['1', '30', '5']);
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
  expect(spans.fields.map(({ name }) => name)).toEqual(['Span ID', 'Start time', 'Name', 'Duration']);
});

test('nothing found is a table without rows', () => {
  expect(searchFrame([], target, 'A').length).toBe(0);
});
