import { EngineError, type Engine } from '../../engine/engine.ts';
import { readNativeBlocks } from '../run/native-reader.ts';
import { EXTRA_COLUMN, manySkeletonsSql, SKELETON_COLUMNS } from './many-skeletons-sql.ts';
import { SkeletonBatch, type TextNumbers } from './skeleton-batch.ts';

/** Spans in one statement. A trace with more comes alone. */
const MAX_ROWS = 200_000;
/** Traces in one statement, and in the first one, before it is known how many spans they have. */
const MAX_TRACES = 8000;
const FIRST_TRACES = 2000;
/** Of the room that a statement has, so much is planned for: traces differ. */
const FILL = 0.8;
/** A trace with more is not read: its columns would take gigabytes. */
const MAX_TRACE_ROWS = 4_000_000;
/** ClickHouse's ErrorCodes.cpp: what is read is too much. */
const TOO_MANY_ROWS = 158;

interface Read {
  readonly batch: SkeletonBatch;
  /** Traces of the batch that are whole: the last one may be cut off. */
  readonly traces: number;
  /** The trace that is cut off. */
  readonly cutId: string | undefined;
}

/** A text of each span beside its skeleton. */
export interface ExtraTexts {
  /** Of clew.spans. */
  readonly sql: string;
  /** Where the texts are numbered. */
  readonly numbers: TextNumbers;
}

/** Reads skeletons of many traces, some thousand in one statement, one statement ahead. */
export class ManySkeletons {
  readonly #engine: Engine;
  readonly #tenant: string;
  readonly #names: TextNumbers;
  readonly #services: TextNumbers;
  readonly #extra: ExtraTexts | undefined;

  /** Texts are numbered in `names` and `services`. */
  constructor(engine: Engine, tenant: string, names: TextNumbers, services: TextNumbers, extra?: ExtraTexts) {
    this.#engine = engine;
    this.#tenant = tenant;
    this.#names = names;
    this.#services = services;
    this.#extra = extra;
  }

  /**
   * The traces of these ids that there are, in batches of which the first `traces` are whole. `traceIds`: 32 lower-case hex
   * digits each, in order. Rejects with EngineError.
   */
  async *read(traceIds: readonly string[]): AsyncGenerator<Pick<Read, 'batch' | 'traces'>> {
    let chunk = traceIds.slice(0, FIRST_TRACES);
    let at = chunk.length;
    let upcoming: Promise<Buffer> | undefined = chunk.length > 0 ? this.#ask(chunk, MAX_ROWS) : undefined;
    while (upcoming) {
      const first = this.#take(await upcoming, MAX_ROWS);
      const perTrace = first.batch.rows / Math.max(first.batch.traces, 1);
      const room = Math.floor((MAX_ROWS * FILL) / Math.max(perTrace, 1));
      const next = traceIds.slice(at, at + Math.min(Math.max(room, 1), MAX_TRACES));
      upcoming = next.length > 0 ? this.#ask(next, MAX_ROWS) : undefined;
      // Awaited in the next round, if there is one: whoever stops reading does not wait for it.
      upcoming?.catch(() => undefined);
      yield* this.#whole(chunk, first);
      chunk = next;
      at += next.length;
    }
  }

  /** What was read, and what was cut off of the traces that were asked for. */
  async *#whole(asked: readonly string[], first: Read): AsyncGenerator<Pick<Read, 'batch' | 'traces'>> {
    let rest = asked;
    for (let read = first; ;) {
      const { traces, cutId } = read;
      if (traces > 0) {
        yield read;
      }
      if (cutId === undefined) {
        return;
      }
      if (traces === 0) {
        // It is larger than a statement: alone, with as much room as it may have.
        const alone = this.#take(await this.#ask([cutId], MAX_TRACE_ROWS), MAX_TRACE_ROWS);
        if (alone.cutId !== undefined) {
          throw new EngineError(`A trace has more than ${MAX_TRACE_ROWS} spans`, TOO_MANY_ROWS);
        }
        yield alone;
      }
      rest = rest.filter((id) => id > cutId || (traces > 0 && id === cutId));
      if (rest.length === 0) {
        return;
      }
      read = this.#take(await this.#ask(rest, MAX_ROWS), MAX_ROWS);
    }
  }

  #ask(traceIds: readonly string[], maxRows: number): Promise<Buffer> {
    return this.#engine.bytes(manySkeletonsSql(this.#tenant, traceIds, maxRows, this.#extra?.sql), 'Native');
  }

  #take(bytes: Buffer, maxRows: number): Read {
    const blocks = readNativeBlocks(bytes, this.#extra ? { ...SKELETON_COLUMNS, ...EXTRA_COLUMN } : SKELETON_COLUMNS);
    const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
    const batch = new SkeletonBatch(blocks, this.#names, this.#services, this.#extra?.numbers);
    const isCut = rows === maxRows;
    return isCut
      ? { batch, traces: batch.traces - 1, cutId: batch.traceId(batch.traces - 1) }
      : { batch, traces: batch.traces, cutId: undefined };
  }
}
