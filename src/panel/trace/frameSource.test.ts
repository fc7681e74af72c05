import { FieldType, createDataFrame, type DataFrame, type PanelData } from '@grafana/data';
import { chooseFeed } from './chooseFeed';
import { slowestOf, traceDataOf } from './frameSource';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const OTHER = '00000000000000000000000000000001';

const table = createDataFrame({
  refId: 'A',
  fields: [
    { name: 'traceID', type: FieldType.string, config: {}, values: [OTHER, ID, OTHER, 'no id'] },
    { name: 'traceService', type: FieldType.string, config: {}, values: ['a', 'b', 'a', 'c'] },
    { name: 'traceDuration', type: FieldType.number, config: { unit: 's' }, values: [1, 3, 1, 9] },
  ],
});
const trace = createDataFrame({
  fields: ['traceID', 'spanID'].map((name) => ({ name, type: FieldType.string, config: {}, values: ['1'] })),
  meta: { preferredVisualisationType: 'trace' },
});
const reference = createDataFrame({
  fields: [],
  meta: { custom: { clewTrace: { datasourceUid: 'u', traceId: ID, spans: 7 } } },
});

const request = { targets: [{ refId: 'A', datasource: { uid: 'clew' } }] } as unknown as PanelData['request'];
const dataOf = (...series: DataFrame[]) => traceDataOf({ series, request });
const wanted = {
  source: 'query' as const,
  traceId: '',
  datasourceUid: 'clew',
  isStore: (uid: string) => uid === 'clew' || uid === 'u',
};

test('a reference goes before the frame that sums it up', () => {
  expect(dataOf(trace, reference)).toEqual({
    kind: 'reference',
    reference: { datasourceUid: 'u', traceId: ID, spans: 7, focusSpanId: undefined },
  });
  expect(dataOf(trace)).toEqual({ kind: 'frame', frame: trace });
});

test('a reference that names no trace is none', () => {
  const bad = createDataFrame({ fields: [], meta: { custom: { clewTrace: { datasourceUid: 'u', traceId: '../x' } } } });
  expect(dataOf(bad)).toEqual({ kind: 'none' });
});

test('a search is a list of traces, each once, in milliseconds', () => {
  const data = dataOf(table);
  expect(data).toMatchObject({ kind: 'found', datasourceUid: 'clew' });
  const traces = data.kind === 'found' ? data.traces : [];
  expect(traces.map(({ traceId, durationMs }) => [traceId, durationMs])).toEqual([
    [OTHER, 1000],
    [ID, 3000],
  ]);
  expect(slowestOf(traces)?.traceId).toBe(ID);
});

test('of a search the slowest, or all of them to choose from', () => {
  expect(chooseFeed(dataOf(table), { ...wanted, source: 'slowest' })).toMatchObject({ kind: 'stored', traceId: ID });
  expect(chooseFeed(dataOf(table), wanted)).toMatchObject({ kind: 'list', datasourceUid: 'clew' });
  expect(chooseFeed(dataOf(table), { ...wanted, isStore: () => false })).toMatchObject({ kind: 'nothing' });
});

test('by id, whatever the query answers', () => {
  const byId = (traceId: string) => chooseFeed(dataOf(table), { ...wanted, source: 'id', traceId });
  expect(byId(' ABC ')).toMatchObject({ kind: 'stored', traceId: 'abc'.padStart(32, '0') });
  expect(byId('$traceId')).toMatchObject({ kind: 'nothing', title: '"$traceId" is no trace id' });
  expect(byId('')).toMatchObject({ kind: 'nothing', title: 'No trace id' });
  expect(chooseFeed(dataOf(), { ...wanted, source: 'id', traceId: ID, datasourceUid: 'loki' })).toMatchObject({
    kind: 'nothing',
    title: 'No store to ask',
  });
});

test('nothing says what to do', () => {
  expect(chooseFeed(dataOf(), wanted)).toMatchObject({ kind: 'nothing', title: 'No trace' });
  expect(chooseFeed(dataOf(), { ...wanted, source: 'slowest' })).toMatchObject({ title: 'No trace found' });
});
