import { createClient } from '@clickhouse/client';
import { drainPending, Session } from 'chdb';
import { createChdbConnection } from 'chdb/connection';
import { mkdirSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';

import { ClientReader, DEFAULT_LIMITS, toEngineError } from './client-reader.ts';
import { insertStatement } from './insert-statement.ts';
import { withParameters } from './literal.ts';
import { EngineError, type Engine, type ReadLimits, type SqlQuery } from './engine.ts';

type Connection = NonNullable<Parameters<typeof createClient>[0]>['connection'];

export interface EmbeddedOptions {
  /** Folder of ClickHouse's data. One process at a time. */
  readonly path: string;
  /** Sessions that read side by side. Each holds a libuv thread while its query runs. */
  readonly readers: number;
  /** Bytes that queries, inserts, merges and caches may take together. Half of the machine's, or of its cgroup's. */
  readonly memoryBytes?: number;
}

/** What all queries may take together, of the engine's memory: the rest is for inserts, merges and caches. */
const READERS_SHARE = 0.6;
/** ClickHouse's own sizes, 5 GiB each, are more than a small machine has, and count as memory of the engine. */
const MARK_CACHE_SHARE = 1 / 16;
const MIN_MEMORY_BYTES = 512 * 1024 ** 2;

interface Reader {
  readonly client: ClientReader;
  /** Bytes of memory that its query may take. */
  reserved: number;
}

/** ClickHouse inside this process. One session serialises its queries, so writes have one and reads a pool. */
export class EmbeddedEngine implements Engine {
  readonly #staging: string;
  readonly #writer: Session;
  readonly #idle: Reader[];
  readonly #all: readonly Reader[];
  readonly #waiting: Array<(reader: Reader) => void> = [];
  readonly #readersMemory: number;
  #writes: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor({ path, readers, memoryBytes = defaultMemory() }: EmbeddedOptions) {
    this.#readersMemory = memoryBytes * READERS_SHARE;
    this.#staging = `${path}.staging`;
    rmSync(this.#staging, { recursive: true, force: true });
    mkdirSync(this.#staging, { recursive: true });
    // The first session of the process starts the engine, with its settings.
    this.#writer = new Session(path, { connectionArgs: engineSettings(memoryBytes) });
    this.#all = Array.from({ length: readers }, () => ({
      client: new ClientReader(
        // The connection is written against the client's own contract, published a second time under another name.
        createClient({ connection: createChdbConnection({ path }) as unknown as Connection }),
        (query) => ({ query: withParameters(query) })
      ),
      reserved: 0,
    }));
    this.#idle = [...this.#all];
  }

  rows<Row>(query: SqlQuery, limits?: ReadLimits): Promise<Row[]> {
    return this.#read(limits, (reader, bounded) => reader.rows<Row>(query, bounded));
  }

  bytes(query: SqlQuery, format: 'RowBinary' | 'Native', limits?: ReadLimits): Promise<Buffer> {
    return this.#read(limits, (reader, bounded) => reader.bytes(query, format, bounded));
  }

  command(sql: string): Promise<void> {
    return this.#write(async () => {
      await this.#writer.queryAsync(sql);
    });
  }

  /**
   * By way of a file: chdb takes a statement's data inline only as text and ends it at the first empty line, so a binary
   * block does not survive that (docs/adr/0002-engine.md). The file is not synced: the journal has the same spans.
   */
  insertNative(table: string, columns: readonly string[], block: Uint8Array, token: string): Promise<void> {
    return this.#write(async () => {
      const file = join(this.#staging, 'block.native');
      await writeFile(file, block);
      try {
        await this.#writer.queryAsync(insertStatement(table, columns, token, file));
      } finally {
        await rm(file, { force: true });
      }
    });
  }

  async close(): Promise<void> {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    await this.#writes.catch(() => undefined);
    // A session closed while its query runs aborts the engine: take each reader out of service first.
    for (let taken = 0; taken < this.#all.length; taken++) {
      const reader = await this.#take();
      await reader.client.close();
    }
    this.#writer.close();
    await drainPending();
  }

  async #read<Result>(
    limits: ReadLimits | undefined,
    work: (reader: ClientReader, limits: ReadLimits) => Promise<Result>
  ): Promise<Result> {
    if (this.#closed) {
      throw new EngineError('The engine is closed', undefined);
    }
    const reader = await this.#take();
    try {
      reader.reserved = this.#share();
      const memoryBytes = Math.min(limits?.memoryBytes ?? DEFAULT_LIMITS.memoryBytes, reader.reserved);
      return await work(reader.client, { ...limits, memoryBytes });
    } catch (error) {
      throw toEngineError(error);
    } finally {
      reader.reserved = 0;
      const next = this.#waiting.shift();
      if (next) {
        next(reader);
      } else {
        this.#idle.push(reader);
      }
    }
  }

  /**
   * Memory for one more query: half of what the running ones leave, and never less than half of an even share. So no
   * number of them takes more than the readers' memory, no query fails for another's hunger, and inserts keep theirs.
   */
  #share(): number {
    const reserved = this.#all.reduce((sum, reader) => sum + reader.reserved, 0);
    const least = this.#readersMemory / (2 * this.#all.length);
    return Math.floor(Math.max((this.#readersMemory - reserved) / 2, least));
  }

  #take(): Promise<Reader> {
    const reader = this.#idle.pop();
    return reader ? Promise.resolve(reader) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  #write(work: () => Promise<void>): Promise<void> {
    if (this.#closed) {
      return Promise.reject(new EngineError('The engine is closed', undefined));
    }
    const result = this.#writes.then(work).catch((error: unknown) => {
      throw toEngineError(error);
    });
    this.#writes = result.catch(() => undefined);
    return result;
  }
}

/** Half of the memory that this process may have. */
function defaultMemory(): number {
  // What a cgroup allows; without a limit, 0 or more than there is.
  const allowed = process.constrainedMemory();
  return Math.max(MIN_MEMORY_BYTES, Math.floor(Math.min(allowed || Infinity, totalmem()) / 2));
}

/** In the form of clickhouse-local's command line. Beyond `max_server_memory_usage` a statement fails with code 241. */
function engineSettings(memoryBytes: number): string[] {
  const markCache = Math.floor(memoryBytes * MARK_CACHE_SHARE);
  return [
    `--max_server_memory_usage=${Math.floor(memoryBytes)}`,
    `--mark_cache_size=${markCache}`,
    `--index_mark_cache_size=${markCache}`,
  ];
}
