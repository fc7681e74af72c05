import { createClient } from '@clickhouse/client';
import { drainPending, Session } from 'chdb';
import { createChdbConnection } from 'chdb/connection';
import { mkdirSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ClientReader, toEngineError } from './client-reader.ts';
import { insertStatement } from './insert-statement.ts';
import { EngineError, type Engine, type ReadLimits, type SqlQuery } from './engine.ts';

type Connection = NonNullable<Parameters<typeof createClient>[0]>['connection'];

export interface EmbeddedOptions {
  /** Folder of ClickHouse's data. One process at a time. */
  readonly path: string;
  /** Sessions that read side by side. Each holds a libuv thread while its query runs. */
  readonly readers: number;
}

/** ClickHouse inside this process. One session serialises its queries, so writes have one and reads a pool. */
export class EmbeddedEngine implements Engine {
  readonly #staging: string;
  readonly #writer: Session;
  readonly #idle: ClientReader[];
  readonly #all: readonly ClientReader[];
  readonly #waiting: Array<(reader: ClientReader) => void> = [];
  #writes: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor({ path, readers }: EmbeddedOptions) {
    this.#staging = `${path}.staging`;
    rmSync(this.#staging, { recursive: true, force: true });
    mkdirSync(this.#staging, { recursive: true });
    this.#writer = new Session(path);
    this.#all = Array.from(
      { length: readers },
      // The connection is written against the client's own contract, published a second time under another name.
      () => new ClientReader(createClient({ connection: createChdbConnection({ path }) as unknown as Connection }))
    );
    this.#idle = [...this.#all];
  }

  rows<Row>(query: SqlQuery, limits?: ReadLimits): Promise<Row[]> {
    return this.#read((reader) => reader.rows<Row>(query, limits));
  }

  bytes(query: SqlQuery, format: 'RowBinary' | 'Native', limits?: ReadLimits): Promise<Buffer> {
    return this.#read((reader) => reader.bytes(query, format, limits));
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
      await reader.close();
    }
    this.#writer.close();
    await drainPending();
  }

  async #read<Result>(work: (reader: ClientReader) => Promise<Result>): Promise<Result> {
    if (this.#closed) {
      throw new EngineError('The engine is closed', undefined);
    }
    const reader = await this.#take();
    try {
      return await work(reader);
    } finally {
      const next = this.#waiting.shift();
      if (next) {
        next(reader);
      } else {
        this.#idle.push(reader);
      }
    }
  }

  #take(): Promise<ClientReader> {
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
