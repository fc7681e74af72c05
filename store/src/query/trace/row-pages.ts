import { CHUNK_ROWS, spanIdText, wordsOf } from '@clew/trace-model';

import type { Engine } from '../../engine/engine.ts';
import { readNativeBlocks, type FixedColumn, type NativeBlock, type NativeColumn } from '../run/native-reader.ts';
import { rowPageSql, type RowCursor, type RowSource } from '../sql/trace-frame-sql.ts';

/** The first page is small, so that something can be drawn; each page after it costs a seek, so they grow. */
const FIRST_PAGE_ROWS = CHUNK_ROWS;
const MAX_PAGE_ROWS = CHUNK_ROWS * 4;

export interface RowBlock {
  /** Rows to take: those behind them are the next page's. */
  readonly rows: number;
  readonly columns: NativeBlock['columns'];
  /** Halves of each row's start and span id. */
  readonly starts: Uint32Array;
  readonly spanIds: Uint32Array;
}

export interface RowPageBlocks {
  readonly blocks: readonly RowBlock[];
  /** What they were read from, in Native format. Blocks behind them are to be read with a later page. */
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

/**
 * A trace's rows in the frame's order, page by page with one page ahead: what is held is two pages, whatever the trace's
 * size. A span that was delivered twice comes once; spans of one id that differ all come. Whoever asks for whatever columns
 * gets the same rows, as long as nothing is added to the trace. Rejects with EngineError.
 */
export async function* rowPages(engine: Engine, source: RowSource): AsyncGenerator<RowPageBlocks> {
  const pages = new PageReader(engine, source);
  let upcoming: Promise<Page> | undefined = pages.read(undefined);
  while (upcoming) {
    const page: Page = await upcoming;
    upcoming = page.next && pages.read(page.next);
    // Awaited in the next round, if there is one: whoever stops reading does not wait for it.
    upcoming?.catch(() => undefined);
    yield { blocks: page.blocks, bytes: page.bytes, isLast: !upcoming };
  }
}

interface Page {
  readonly blocks: readonly RowBlock[];
  readonly bytes: Buffer;
  /** Absent after the last page. */
  readonly next: RowCursor | undefined;
}

/** Reads pages that end between two span ids, so that rows of one start and id are never apart. */
class PageReader {
  readonly #engine: Engine;
  readonly #source: RowSource;
  #limit = FIRST_PAGE_ROWS;
  #distinct = false;

  constructor(engine: Engine, source: RowSource) {
    this.#engine = engine;
    this.#source = source;
  }

  async read(from: RowCursor | undefined): Promise<Page> {
    const { columns } = this.#source;
    for (let limit = this.#limit; ;) {
      const query = rowPageSql(this.#source, { from, limit, distinct: this.#distinct });
      const bytes = await this.#engine.bytes(query, 'Native');
      const blocks = readNativeBlocks(bytes, columns).map(toRowBlock);
      if (!this.#distinct && hasTwins(blocks)) {
        // What was read of twins says nothing about the rest of them: ask again, and have ClickHouse compare all of it.
        this.#distinct = true;
        continue;
      }
      const page = cut(blocks, limit);
      if (page) {
        this.#limit = Math.min(this.#limit * 4, MAX_PAGE_ROWS);
        return { ...page, bytes };
      }
      limit *= 4;
    }
  }
}

/** The first rows of a block. */
export function firstRows({ rows: read, columns }: NativeBlock, rows: number): NativeBlock {
  const parts = Object.entries(columns).map(([name, column]) => [name, first(column, rows, read)]);
  return rows === read ? { rows, columns } : { rows, columns: Object.fromEntries(parts) };
}

function first(column: NativeColumn, rows: number, read: number): NativeColumn {
  switch (column.kind) {
    case 'fixed':
      return { ...column, bytes: column.bytes.subarray(0, (column.bytes.length / read) * rows) };
    case 'dictionary':
      return { ...column, indexes: column.indexes.subarray(0, rows) };
    case 'text':
      return { ...column, rows: column.rows.filter((row) => row < rows) };
  }
}

const fixed = (columns: NativeBlock['columns'], name: string): Uint8Array => (columns[name] as FixedColumn).bytes;

/** An aligned copy. */
const words = (bytes: Uint8Array): Uint32Array => wordsOf(new Uint8Array(bytes));

function toRowBlock({ rows, columns }: NativeBlock): RowBlock {
  return { rows, columns, starts: words(fixed(columns, 'start_ns')), spanIds: words(fixed(columns, 'span_id')) };
}

const same = (a: RowBlock, row: number, b: RowBlock, other: number): boolean =>
  a.starts[row * 2] === b.starts[other * 2] &&
  a.starts[row * 2 + 1] === b.starts[other * 2 + 1] &&
  a.spanIds[row * 2] === b.spanIds[other * 2] &&
  a.spanIds[row * 2 + 1] === b.spanIds[other * 2 + 1];

function hasTwins(blocks: readonly RowBlock[]): boolean {
  let before: RowBlock | undefined;
  for (const block of blocks) {
    if (before && same(before, before.rows - 1, block, 0)) {
      return true;
    }
    for (let row = 1; row < block.rows; row++) {
      if (same(block, row - 1, block, row)) {
        return true;
      }
    }
    before = block;
  }
  return false;
}

/**
 * A page that reached its limit may end in the middle of rows of one start and span id: those begin the next page.
 * Undefined when that leaves nothing.
 */
function cut(blocks: readonly RowBlock[], limit: number): Omit<Page, 'bytes'> | undefined {
  if (blocks.reduce((sum, { rows }) => sum + rows, 0) < limit) {
    return { blocks, next: undefined };
  }
  const last = blocks[blocks.length - 1];
  const next = {
    startNs: (BigInt(last.starts[last.rows * 2 - 1]) << 32n) | BigInt(last.starts[last.rows * 2 - 2]),
    spanId: spanIdText(fixed(last.columns, 'span_id'), last.rows - 1),
  };
  const kept = [...blocks];
  for (let block = kept.pop(); block; block = kept.pop()) {
    let { rows } = block;
    while (rows > 0 && same(block, rows - 1, last, last.rows - 1)) {
      rows -= 1;
    }
    if (rows > 0) {
      return { blocks: [...kept, { ...block, rows }], next };
    }
  }
  return undefined;
}
