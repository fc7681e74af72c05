import { emptyColumns, sliceColumns, wordsOf, type FrameColumns, type Texts } from '@clew/trace-model';

import type { DictionaryColumn, FixedColumn, NativeBlock } from '../run/native-reader.ts';
import type { EXTRA_COLUMN, SKELETON_COLUMNS } from './many-skeletons-sql.ts';

type ColumnName = keyof typeof SKELETON_COLUMNS | keyof typeof EXTRA_COLUMN;

/** Texts by number, for all that one question reads: equal texts are one. */
export class TextNumbers implements Texts {
  readonly #texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  get length(): number {
    return this.#texts.length;
  }

  get(index: number): string {
    return this.#texts[index];
  }

  /** Writes a number a row. Each text of the block's own dictionary is looked up once, if it is used. */
  number({ source, starts, ends, indexes }: DictionaryColumn, target: Uint32Array, at: number): void {
    const numbers = new Int32Array(starts.length).fill(-1);
    for (let row = 0; row < indexes.length; row++) {
      const index = indexes[row];
      if (numbers[index] < 0) {
        numbers[index] = this.#numberOf(source.toString('utf8', starts[index], ends[index]));
      }
      target[at + row] = numbers[index];
    }
  }

  #numberOf(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#texts.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }
}

/** Traces that were read together: their rows stand one trace after the other, by start, a span that was delivered twice once. */
export class SkeletonBatch {
  readonly rows: number;
  /** Four words a row. */
  readonly #traceIds: Uint32Array;
  readonly #columns: FrameColumns;
  readonly #extras: Uint32Array;
  /** By trace, Unix nanoseconds of its first row. */
  readonly #firstStarts: bigint[] = [];
  /** Where each trace begins, and where the last one ends. */
  readonly #bounds: number[] = [];

  /** Texts are numbered in `names`, `services` and, where the extra column was read, `extras`. Throws what `readNativeBlocks` promises not to be there. */
  constructor(blocks: readonly NativeBlock[], names: TextNumbers, services: TextNumbers, extras?: TextNumbers) {
    const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
    const traceIds = new Uint8Array(rows * 16);
    const resourceIds = new BigUint64Array(rows);
    const columns = emptyColumns(rows, 0);
    this.#extras = new Uint32Array(extras ? rows : 0);
    let at = 0;
    for (const block of blocks) {
      const copy = (target: Uint8Array, name: ColumnName, width: number) =>
        target.set((block.columns[name] as FixedColumn).bytes, at * width);
      copy(traceIds, 'trace_id', 16);
      copy(columns.spanIds, 'span_id', 8);
      copy(columns.parentSpanIds, 'parent_span_id', 8);
      copy(bytesOf(columns.startOffsets), 'start_ns', 8);
      copy(bytesOf(columns.durations), 'duration_ns', 8);
      copy(bytesOf(resourceIds), 'resource_id', 8);
      copy(columns.kinds, 'kind', 1);
      copy(columns.statuses, 'status_code', 1);
      names.number(block.columns.name as DictionaryColumn, columns.names, at);
      services.number(block.columns.service as DictionaryColumn, columns.services, at);
      extras?.number(block.columns.extra as DictionaryColumn, this.#extras, at);
      at += block.rows;
    }
    this.#traceIds = wordsOf(traceIds);
    this.#columns = columns;
    this.rows = this.#withoutTwins(rows, resourceIds);
    this.#numberResources(resourceIds);
    this.#divide();
  }

  get traces(): number {
    return this.#bounds.length - 1;
  }

  /** 32 lower-case hex digits. */
  traceId(trace: number): string {
    const { buffer, byteOffset } = this.#traceIds;
    return Buffer.from(buffer, byteOffset + this.#bounds[trace] * 16, 16).toString('hex');
  }

  /** Views of a trace's rows. Starts count from its first one. */
  columns(trace: number): FrameColumns {
    return sliceColumns(this.#columns, this.#bounds[trace], this.#bounds[trace + 1], 0, 0);
  }

  /** Numbers of the extra column's texts, by row of the trace. */
  extras(trace: number): Uint32Array {
    return this.#extras.subarray(this.#bounds[trace], this.#bounds[trace + 1]);
  }

  /** When the first span of a trace began, in Unix nanoseconds. */
  startNs(trace: number): bigint {
    return this.#firstStarts[trace];
  }

  #isSameTrace(row: number, other: number): boolean {
    const words = this.#traceIds;
    return (
      words[row * 4] === words[other * 4] &&
      words[row * 4 + 1] === words[other * 4 + 1] &&
      words[row * 4 + 2] === words[other * 4 + 2] &&
      words[row * 4 + 3] === words[other * 4 + 3]
    );
  }

  /** Moves rows up over those that are the one before them, delivered a second time; answers how many there are. */
  #withoutTwins(rows: number, resourceIds: BigUint64Array): number {
    const { spanIds, parentSpanIds, startOffsets, durations, kinds, statuses, names, services } = this.#columns;
    const ids = wordsOf(spanIds);
    const parents = wordsOf(parentSpanIds);
    const starts = wordsOf(startOffsets);
    const pairs = [ids, parents, starts, wordsOf(durations), wordsOf(resourceIds)];
    const single = [kinds, statuses, names, services, this.#extras];
    let kept = Math.min(rows, 1);
    for (let row = 1; row < rows; row++) {
      const before = kept - 1;
      const isTwin =
        starts[row * 2] === starts[before * 2] &&
        starts[row * 2 + 1] === starts[before * 2 + 1] &&
        ids[row * 2] === ids[before * 2] &&
        ids[row * 2 + 1] === ids[before * 2 + 1] &&
        kinds[row] === kinds[before] &&
        this.#isSameTrace(row, before);
      if (isTwin) {
        continue;
      }
      if (kept !== row) {
        for (const column of pairs) {
          column[kept * 2] = column[row * 2];
          column[kept * 2 + 1] = column[row * 2 + 1];
        }
        for (const column of single) {
          column[kept] = column[row];
        }
        this.#traceIds.copyWithin(kept * 4, row * 4, row * 4 + 4);
      }
      kept += 1;
    }
    return kept;
  }

  #numberResources(resourceIds: BigUint64Array): void {
    const { resources } = this.#columns;
    const numbers = new Map<bigint, number>();
    for (let row = 0; row < this.rows; row++) {
      const id = resourceIds[row];
      let number = numbers.get(id);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(id, number);
      }
      resources[row] = number;
    }
  }

  /** Finds where traces begin, and counts the starts of each from its first one, on halves. */
  #divide(): void {
    const starts = wordsOf(this.#columns.startOffsets);
    let [low, high] = [0, 0];
    for (let row = 0; row < this.rows; row++) {
      if (row === 0 || !this.#isSameTrace(row, row - 1)) {
        this.#bounds.push(row);
        [low, high] = [starts[row * 2], starts[row * 2 + 1]];
        this.#firstStarts.push(this.#columns.startOffsets[row]);
      }
      const lower = starts[row * 2];
      starts[row * 2] = lower - low;
      starts[row * 2 + 1] = starts[row * 2 + 1] - high - (lower < low ? 1 : 0);
    }
    this.#bounds.push(this.rows);
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
