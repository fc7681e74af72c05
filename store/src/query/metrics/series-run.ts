import type { Value } from '@clew/traceql';

import { EngineError, type Engine } from '../../engine/engine.ts';
import type { KnownKeys } from '../sql/known-keys.ts';
import { readCell, readNumber, type Encoding } from './cell.ts';
import { BUCKETS } from './point-sql.ts';
import { canBeDense, seriesSql, type SeriesRequest, type SeriesRow } from './series-sql.ts';

/** What the spans of one group come to. `points`, `values`, `buckets` and `lists` run side by side. */
export interface SeriesGroup {
  /** The same for each of its exemplars. */
  readonly key: string;
  /** In the order of the request's `by`; undefined is nil. */
  readonly labels: readonly Value[];
  readonly points: readonly number[];
  /** Numbers of spans, or what is measured, durations in seconds. */
  readonly values: readonly number[];
  /** Exponents of the powers of two that buckets end at; for `buckets` alone. */
  readonly buckets: readonly number[] | undefined;
  /** A value for each of the quantiles; for `quantiles` alone. */
  readonly lists: ReadonlyArray<readonly number[]> | undefined;
  readonly unit: 'ns' | 'one';
}

/** ClickHouse's ErrorCodes.cpp. */
const MEMORY_LIMIT_EXCEEDED = 241;

/** Memory for a statement that keeps all cells of each group, after which one is tried that does not. */
const DENSE_MEMORY_BYTES = 512 * 1024 ** 2;

const NS_PER_SECOND = 1e9;

/** The groups with the most spans. Rejects with EngineError. */
export async function readSeries(engine: Engine, request: SeriesRequest, keys: KnownKeys): Promise<SeriesGroup[]> {
  const dense = canBeDense(request) ? seriesSql(request, keys, true) : undefined;
  const statement = dense ?? seriesSql(request, keys, false);
  if (!statement) {
    return [];
  }
  let rows: SeriesRow[];
  try {
    rows = await engine.rows<SeriesRow>(statement.query, dense && { memoryBytes: DENSE_MEMORY_BYTES });
  } catch (error) {
    const sparse = dense && isOutOfMemory(error) ? seriesSql(request, keys, false) : undefined;
    if (!sparse) {
      throw error;
    }
    rows = await engine.rows<SeriesRow>(sparse.query);
  }
  const { encodings, unit } = statement;
  return rows.filter(({ cells }) => cells.length > 0).map((row) => readGroup(row, request, encodings, unit));
}

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof EngineError && error.clickhouseCode === MEMORY_LIMIT_EXCEEDED;

function readGroup(
  row: SeriesRow,
  { measurement: { kind } }: SeriesRequest,
  encodings: ReadonlyArray<Encoding | undefined>,
  unit: 'ns' | 'one'
): SeriesGroup {
  const { cells, results } = row;
  const scale = unit === 'ns' && kind !== 'count' && kind !== 'buckets' ? NS_PER_SECOND : 1;
  const number = (cell: unknown): number => readNumber(cell) / scale;
  return {
    ...readLabels(row, encodings),
    points: kind === 'buckets' ? cells.map((cell) => Math.floor(cell / BUCKETS)) : cells,
    values: kind === 'quantiles' ? [] : results.map(number),
    buckets: kind === 'buckets' ? cells.map((cell) => cell % BUCKETS) : undefined,
    lists: kind === 'quantiles' ? results.map((list) => (list as unknown[]).map(number)) : undefined,
    unit,
  };
}

/** Labels of a row, from its columns `l0`, `l1`…, and what is equal for equal labels. */
export function readLabels(
  row: { readonly [label: `l${number}`]: unknown },
  encodings: ReadonlyArray<Encoding | undefined>
): { readonly key: string; readonly labels: readonly Value[] } {
  const cells = encodings.map((encoding, index) => (encoding ? row[`l${index}`] : null));
  return {
    key: JSON.stringify(cells),
    labels: encodings.map((encoding, index) => encoding && readCell(encoding, cells[index])),
  };
}
