import type { SqlQuery } from '../../engine/engine.ts';
import type { Operand } from '../plan/plan.ts';
import type { KnownKeys } from '../sql/known-keys.ts';
import { SqlParameters } from '../sql/sql-text.ts';
import type { Encoding } from './cell.ts';
import { belowShare, SpanSource, type SpanSourceRequest } from './span-source.ts';

export interface ExemplarRequest extends SpanSourceRequest {
  readonly by: readonly Operand[];
  readonly measured: Operand | undefined;
  /** Only spans that have a bucket. */
  readonly hasBuckets: boolean;
  /** Exemplars in the answer, at most. */
  readonly limit: number;
}

/** A span. `l0`, `l1`… are the labels of its group. */
export interface ExemplarRow {
  readonly traceId: string;
  readonly spanId: string;
  /** Nanoseconds, as text. */
  readonly startNs: string;
  readonly measured: unknown;
  readonly [label: `l${number}`]: unknown;
}

export interface ExemplarStatement {
  readonly query: SqlQuery;
  readonly encodings: ReadonlyArray<Encoding | undefined>;
  readonly unit: 'ns' | 'one';
}

/** As with Tempo. */
export const EXEMPLARS_PER_SLOT = 2;

/** Shares of all traces that are looked at for exemplars, one after the other until there are enough. */
export const SHARES: readonly number[] = [1 / 64, 1 / 4, 1];

/** Parts of the range that exemplars are spread over. */
export function slotCount(limit: number, points: number): number {
  return Math.max(1, Math.min(points, Math.floor(limit / EXEMPLARS_PER_SLOT)));
}

/** The statement for one span of each of some traces, spread over the range; undefined where nothing can be measured. */
export function exemplarSql(request: ExemplarRequest, keys: KnownKeys, share: number): ExemplarStatement | undefined {
  const { by, measured, hasBuckets, limit, points } = request;
  const params = new SqlParameters();
  const below = share < 1 ? belowShare(share) : undefined;
  const source = new SpanSource(request, params, keys, below);
  if (measured && !source.measure(measured, hasBuckets)) {
    return undefined;
  }
  const labels = by.map((operand, index) => source.group(index, operand));
  const slot = `intDiv(point * ${slotCount(limit, points.size)}, ${points.size}) AS slot`;
  const rows = source.rows(['trace_id AS exemplarTrace', 'span_id AS exemplarSpan', 'start_ns AS exemplarStart']);
  // Ids of spans are random, so that the first of them is any span of its trace.
  const order = 'slot, exemplarTrace, exemplarSpan, exemplarStart';
  const traces = `SELECT *, ${slot} FROM (${rows}) ORDER BY ${order} LIMIT 1 BY exemplarTrace`;
  const chosen = `SELECT * FROM (${traces}) ORDER BY ${order} LIMIT ${EXEMPLARS_PER_SLOT} BY slot LIMIT ${params.value('UInt32', limit)}`;
  const isMeasuredJoined = source.measured?.side === 'joined';
  const columns = [
    'lower(hex(exemplarTrace)) AS traceId',
    'lower(hex(exemplarSpan)) AS spanId',
    'exemplarStart AS startNs',
    `${source.measured ? 'toFloat64(measured)' : 'NULL'} AS measured`,
    ...source.labels.map(({ name, sql }) => `${sql} AS ${name}`),
  ];
  const from = source.isJoined && !isMeasuredJoined ? source.joined(chosen) : `(${chosen})`;
  return {
    query: params.query(`SELECT ${columns.join(', ')}\nFROM ${from}`),
    encodings: labels.map((label) => label?.encoding),
    unit: source.measured?.unit ?? 'one',
  };
}
