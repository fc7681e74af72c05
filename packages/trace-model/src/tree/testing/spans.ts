import { emptyColumns, type FrameColumns } from '../../wire-frame/columns.ts';

/** A span of a test. Times in nanoseconds, ids below 2^53. */
export interface Span {
  readonly id: number;
  /** 0 for none. */
  readonly parent?: number;
  readonly start?: number | bigint;
  readonly duration?: number | bigint;
  readonly kind?: number;
  readonly resource?: number;
  readonly name?: number;
  readonly service?: number;
  readonly status?: number;
}

/** Rows in the order of `spans`. */
export function columnsOf(spans: readonly Span[]): FrameColumns {
  const columns = emptyColumns(spans.length, 0);
  const ids = new DataView(columns.spanIds.buffer);
  const parents = new DataView(columns.parentSpanIds.buffer);
  spans.forEach((span, row) => {
    ids.setBigUint64(row * 8, BigInt(span.id));
    parents.setBigUint64(row * 8, BigInt(span.parent ?? 0));
    columns.startOffsets[row] = BigInt(span.start ?? 0);
    columns.durations[row] = BigInt(span.duration ?? 0);
    columns.kinds[row] = span.kind ?? 0;
    columns.resources[row] = span.resource ?? 0;
    columns.names[row] = span.name ?? 0;
    columns.services[row] = span.service ?? 0;
    columns.statuses[row] = span.status ?? 0;
  });
  return columns;
}

/** xorshift32. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
