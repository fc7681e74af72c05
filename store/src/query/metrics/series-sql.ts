import type { SqlQuery } from '../../engine/engine.ts';
import type { Operand } from '../plan/plan.ts';
import type { KnownKeys } from '../sql/known-keys.ts';
import { SqlParameters } from '../sql/sql-text.ts';
import type { Encoding } from './cell.ts';
import { BUCKETS, bucketSql } from './point-sql.ts';
import { SpanSource, type SpanSourceRequest } from './span-source.ts';

/** What is made of the spans of a group in a point: their number, something of what they measure, or their buckets. */
export type Measurement =
  | { readonly kind: 'count' }
  | { readonly kind: 'min' | 'max' | 'sum' | 'avg' | 'buckets'; readonly operand: Operand }
  | { readonly kind: 'quantiles'; readonly operand: Operand; readonly quantiles: readonly number[] };

export interface SeriesRequest extends SpanSourceRequest {
  readonly measurement: Measurement;
  readonly by: readonly Operand[];
  /** Groups in the answer: those with the most spans. */
  readonly maxGroups: number;
}

/** A group. `l0`, `l1`… are its labels. */
export interface SeriesRow {
  /** Points that have a value, in any order; with buckets `point * BUCKETS + exponent`. */
  readonly cells: readonly number[];
  /** A number per cell; for `quantiles` a list per cell. */
  readonly results: readonly unknown[];
  readonly [label: `l${number}`]: unknown;
}

export interface SeriesStatement {
  readonly query: SqlQuery;
  /** How labels are written, in the order of `by`; undefined for one that no span has. */
  readonly encodings: ReadonlyArray<Encoding | undefined>;
  /** Durations are measured in nanoseconds. */
  readonly unit: 'ns' | 'one';
}

/** An array of so many cells per group is quick to fill, and takes half a megabyte. */
const MAX_DENSE_CELLS = 65_536;

/** Whether a statement may keep all cells of each group: faster, unless there are so many groups that memory ends. */
export function canBeDense(request: SeriesRequest): boolean {
  return request.measurement.kind !== 'quantiles' && cellCount(request) <= MAX_DENSE_CELLS;
}

const cellCount = ({ measurement, points }: SeriesRequest): number =>
  points.size * (measurement.kind === 'buckets' ? BUCKETS : 1);

/**
 * The statement that answers with a SeriesRow per group; undefined where what is measured is a number on no span. A span
 * that is stored twice, which takes a retry of its client across a crash of the store, counts twice: Tempo counts such
 * spans as it finds them too.
 */
export function seriesSql(request: SeriesRequest, keys: KnownKeys, isDense: boolean): SeriesStatement | undefined {
  const { measurement, by, maxGroups } = request;
  const params = new SqlParameters();
  const source = new SpanSource(request, params, keys);
  if ('operand' in measurement && !source.measure(measurement.operand, measurement.kind === 'buckets')) {
    return undefined;
  }
  const labels = by.map((operand, index) => source.group(index, operand));
  const rows = source.rows();
  const groups =
    isDense && !source.isJoined && canBeDense(request)
      ? denseGroups(source, rows, measurement, cellCount(request))
      : sparseGroups(source, rows, aggregateOf(measurement));
  const order = ['spanCount DESC', ...source.labels.map(({ name }) => name)].join(', ');
  return {
    query: params.query(`${groups}\nORDER BY ${order}\nLIMIT ${params.value('UInt32', maxGroups)}`),
    encodings: labels.map((label) => label?.encoding),
    unit: source.measured?.unit ?? 'one',
  };
}

/** How rows become groups, in one step or in two. All expressions are over the names of `partial`. */
interface AggregateSql {
  readonly cell: string;
  /** Aggregate functions over rows, and over their results in a table `spans`. */
  readonly partial: Readonly<Record<string, string>>;
  readonly merged: Readonly<Record<string, string>>;
  readonly result: string;
}

/** Functions of `partial` in the form that takes the cell as another argument, and yields an array of all cells. */
interface DenseSql {
  readonly arrays: Readonly<Record<string, string>>;
  readonly result: string;
}

const COUNT = { n: 'count()' } as const;
const MERGED_COUNT = { n: 'sum(spans.n)' } as const;

function aggregateOf(measurement: Measurement): AggregateSql {
  const count = { cell: 'point', partial: COUNT, merged: MERGED_COUNT };
  switch (measurement.kind) {
    case 'count':
      return { ...count, result: 'toFloat64(n)' };
    case 'buckets':
      return { ...count, cell: `toUInt32(point * ${BUCKETS} + ${bucketSql('measured')})`, result: 'toFloat64(n)' };
    case 'min':
    case 'max': {
      const { kind } = measurement;
      return {
        ...count,
        partial: { ...COUNT, edge: `${kind}(measured)` },
        merged: { ...MERGED_COUNT, edge: `${kind}(spans.edge)` },
        result: 'toFloat64(edge)',
      };
    }
    case 'sum':
    case 'avg':
      return {
        ...count,
        partial: { ...COUNT, total: 'sum(toFloat64(measured))' },
        merged: { ...MERGED_COUNT, total: 'sum(spans.total)' },
        result: measurement.kind === 'sum' ? 'total' : 'total / n',
      };
    case 'quantiles': {
      const levels = measurement.quantiles.join(', ');
      return {
        ...count,
        partial: { ...COUNT, state: `quantilesExactState(${levels})(toFloat64(measured))` },
        merged: { ...MERGED_COUNT, state: `quantilesExactMergeState(${levels})(spans.state)` },
        result: 'finalizeAggregation(state)',
      };
    }
  }
}

function denseOf(measurement: Measurement, cells: number): DenseSql {
  const bounds = `(0, ${cells}, 1)`;
  const counts = `countResample${bounds}(cell)`;
  switch (measurement.kind) {
    case 'min':
    case 'max':
      return {
        arrays: { counts, edges: `${measurement.kind}Resample${bounds}(measured, cell)` },
        result: kept('toFloat64(v)', 'edges'),
      };
    case 'sum':
    case 'avg': {
      const totals = `sumResample${bounds}(toFloat64(measured), cell)`;
      return { arrays: { counts, totals }, result: kept(measurement.kind === 'sum' ? 'v' : 'v / n', 'totals') };
    }
    default:
      return { arrays: { counts }, result: kept('toFloat64(v)', 'counts') };
  }
}

/** `result` over an array's values `v` and the numbers of spans `n`, in cells that have spans. */
const kept = (result: string, array: string): string =>
  `arrayMap((v, n) -> ${result}, arrayFilter((v, n) -> n > 0, ${array}, counts), arrayFilter(n -> n > 0, counts))`;

function denseGroups(source: SpanSource, rows: string, measurement: Measurement, cells: number): string {
  const { arrays, result } = denseOf(measurement, cells);
  const labels = source.labels.map(({ name, sql }) => `${sql} AS ${name}`);
  const names = source.labels.map(({ name }) => name);
  const inner = `SELECT ${[...labels, `${aggregateOf(measurement).cell} AS cell`, ...(source.measured ? ['measured'] : [])].join(', ')} FROM (${rows})`;
  const columns = [...names, ...Object.entries(arrays).map(([name, sql]) => `${sql} AS ${name}`)];
  const group = `SELECT ${columns.join(', ')} FROM (${inner})${groupBy(names)}`;
  const results = [
    `arrayFilter((c, n) -> n > 0, range(${cells}), counts) AS cells`,
    `${result} AS results`,
    'arraySum(counts) AS spanCount',
  ];
  return `SELECT ${[...names, ...results].join(', ')} FROM (${group})`;
}

function sparseGroups(source: SpanSource, rows: string, { cell, partial, merged, result }: AggregateSql): string {
  const named = (sql: Readonly<Record<string, string>>) => Object.entries(sql).map(([name, fn]) => `${fn} AS ${name}`);
  const labels = source.labels.map(({ name, sql }) => `${sql} AS ${name}`);
  const names = source.labels.map(({ name }) => name);
  const isMeasuredJoined = source.measured?.side === 'joined';
  let cells: string;
  if (source.isJoined && !isMeasuredJoined) {
    const keys = source.ownKeys;
    const own = `SELECT ${[...keys, `${cell} AS cell`, ...named(partial)].join(', ')} FROM (${rows})${groupBy([...keys, 'cell'])}`;
    cells = `SELECT ${[...labels, 'cell', ...named(merged)].join(', ')} FROM ${source.joined(own)}${groupBy([...names, 'cell'])}`;
  } else {
    cells = `SELECT ${[...labels, `${cell} AS cell`, ...named(partial)].join(', ')} FROM (${rows})${groupBy([...names, 'cell'])}`;
  }
  const columns = [...names, 'groupArray(cell) AS cells', `groupArray(${result}) AS results`, 'sum(n) AS spanCount'];
  return `SELECT ${columns.join(', ')} FROM (${cells})${groupBy(names)}`;
}

const groupBy = (names: readonly string[]): string => (names.length === 0 ? '' : ` GROUP BY ${names.join(', ')}`);
