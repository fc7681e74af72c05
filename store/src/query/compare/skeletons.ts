import { buildTree, emptyColumns, runSliced, type AnalysisInput, type Steps, type Texts } from '@clew/trace-model';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Engine } from '../../engine/engine.ts';
import { readNativeBlocks } from '../run/native-reader.ts';
import { SpanColumns } from '../run/span-columns.ts';
import { ANY_KEYS } from '../sql/known-keys.ts';
import { traceColumnsSql } from '../sql/trace-columns-sql.ts';
import { traceRowsSql, type TraceRowsRow } from './skeletons-sql.ts';

/** A trace with more says more of itself than of what is usual, and takes the time of all the others. */
const MOST_SPANS = 100_000;
/** Of all traces of a side together: some seconds of work. */
const MOST_SPANS_IN_ALL = 2_000_000;
/** Rows in one statement. */
const BATCH_ROWS = 100_000;
/** Milliseconds of work before others get a turn. */
const BUDGET_MS = 5;

export const inTurns = <Result>(steps: Steps<Result>, signal?: AbortSignal): Promise<Result> =>
  runSliced(steps, { budgetMs: BUDGET_MS, pause: nextTurn, now: () => performance.now(), signal });

export interface ChosenTraces {
  /** In groups that are read together. */
  readonly batches: ReadonlyArray<{ readonly traceIds: readonly string[]; readonly rows: number }>;
  /** Left out because they have too many spans, by themselves or together with those before them. */
  readonly skipped: number;
}

/** Those of the traces that can be read within bounds, the first ones first. Rejects with EngineError. */
export async function chooseTraces(engine: Engine, tenant: string, traceIds: readonly string[]): Promise<ChosenTraces> {
  if (traceIds.length === 0) {
    return { batches: [], skipped: 0 };
  }
  const rows = await engine.rows<TraceRowsRow>(traceRowsSql(tenant, traceIds));
  const sizes = new Map(rows.map(({ id, spans }) => [id, Number(spans)]));
  const batches: Array<{ traceIds: string[]; rows: number }> = [];
  let [skipped, total] = [0, 0];
  for (const id of traceIds) {
    const size = sizes.get(id) ?? 0;
    if (size > MOST_SPANS || total + size > MOST_SPANS_IN_ALL) {
      skipped += 1;
      continue;
    }
    total += size;
    const last = batches.at(-1);
    if (last && last.rows + size <= BATCH_ROWS) {
      last.traceIds.push(id);
      last.rows += size;
    } else {
      batches.push({ traceIds: [id], rows: size });
    }
  }
  return { batches, skipped };
}

/** The skeletons of traces, clocks corrected, one after the other in the order of their ids within a batch. Rejects with EngineError. */
export async function* readSkeletons(
  engine: Engine,
  tenant: string,
  { batches }: ChosenTraces,
  signal: AbortSignal
): AsyncGenerator<AnalysisInput> {
  for (const { traceIds, rows } of batches) {
    const request = { tenant, traceIds, bits: [], attributes: [], extras: [], maxRows: rows };
    const { query, types } = traceColumnsSql(request, ANY_KEYS);
    const batch = new Batch(new SpanColumns(readNativeBlocks(await engine.bytes(query, 'Native'), types)));
    for (let start = 0; start < batch.rows;) {
      const end = batch.endOfTrace(start);
      yield await inTurns(batch.trace(start, end), signal);
      start = end;
    }
  }
}

/** Texts in the order in which they came. */
class TextList implements Texts {
  readonly #texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  get length(): number {
    return this.#texts.length;
  }

  get(index: number): string {
    return this.#texts[index];
  }

  add(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) {
      return known;
    }
    this.#numbers.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }
}

/** Rows of several traces, a trace after the other, by start. */
class Batch {
  readonly rows: number;
  readonly #names = new TextList();
  readonly #services = new TextList();
  readonly #traceIds: Buffer;
  readonly #spanIds: Buffer;
  readonly #parentIds: Buffer;
  readonly #starts: BigUint64Array;
  readonly #durations: BigInt64Array;
  readonly #kinds: Buffer;
  readonly #statuses: Buffer;
  readonly #resources: BigUint64Array;
  readonly #nameTexts: readonly string[];
  readonly #serviceTexts: readonly string[];

  constructor(columns: SpanColumns) {
    this.rows = columns.rows;
    const bytes = (name: string) => (columns.rows === 0 ? Buffer.alloc(0) : columns.bytes(name));
    this.#traceIds = bytes('trace_id');
    this.#spanIds = bytes('span_id');
    this.#parentIds = bytes('parent_span_id');
    this.#starts = columns.unsigned('start_ns');
    this.#durations = columns.signed('duration_ns');
    this.#kinds = bytes('kind');
    this.#statuses = bytes('status_code');
    this.#resources = columns.unsigned('resource_id');
    this.#nameTexts = columns.texts('name');
    this.#serviceTexts = columns.texts('service');
  }

  endOfTrace(start: number): number {
    let end = start + 1;
    while (end < this.rows && this.#isSame(this.#traceIds, 16, start, end)) {
      end++;
    }
    return end;
  }

  /** A span that was delivered twice comes once. */
  *trace(start: number, end: number): Steps<AnalysisInput> {
    const rows: number[] = [];
    for (let row = start; row < end; row++) {
      if (row === start || !this.#isTwin(row)) {
        rows.push(row);
      }
    }
    const columns = emptyColumns(rows.length, 0);
    const base = this.#starts[start];
    const resources = new Map<bigint, number>();
    for (const [at, row] of rows.entries()) {
      const resource = this.#resources[row];
      const number = resources.get(resource) ?? resources.size;
      resources.set(resource, number);
      columns.spanIds.set(this.#spanIds.subarray(row * 8, row * 8 + 8), at * 8);
      columns.parentSpanIds.set(this.#parentIds.subarray(row * 8, row * 8 + 8), at * 8);
      columns.startOffsets[at] = this.#starts[row] - base;
      columns.durations[at] = this.#durations[row];
      columns.resources[at] = number;
      columns.names[at] = this.#names.add(this.#nameTexts[row]);
      columns.services[at] = this.#services.add(this.#serviceTexts[row]);
      columns.kinds[at] = this.#kinds[row];
      columns.statuses[at] = this.#statuses[row];
      if (at % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) {
        yield;
      }
    }
    const tree = yield* buildTree(columns, { correctSkew: true });
    return { tree, columns, names: this.#names, services: this.#services };
  }

  /** Whether a row is the one before it, delivered a second time. */
  #isTwin(row: number): boolean {
    return (
      this.#starts[row] === this.#starts[row - 1] &&
      this.#kinds[row] === this.#kinds[row - 1] &&
      this.#isSame(this.#spanIds, 8, row - 1, row)
    );
  }

  #isSame(ids: Buffer, width: number, row: number, other: number): boolean {
    return ids.compare(ids, other * width, (other + 1) * width, row * width, (row + 1) * width) === 0;
  }
}

const ROWS_AT_ONCE = 4096;
