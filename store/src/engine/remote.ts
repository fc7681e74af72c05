import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { Readable } from 'node:stream';

import { ClientReader, toEngineError } from './client-reader.ts';
import { insertStatement } from './insert-statement.ts';
import type { Engine, ReadLimits, SqlQuery } from './engine.ts';

/** A ClickHouse server or cluster by URL: `http://user:password@host:8123`. */
export class RemoteEngine implements Engine {
  readonly #client: ClickHouseClient;
  readonly #reader: ClientReader;

  constructor(url: string) {
    this.#client = createClient({ url, request_timeout: 60_000 });
    this.#reader = new ClientReader(this.#client);
  }

  rows<Row>(query: SqlQuery, limits?: ReadLimits): Promise<Row[]> {
    return this.#reader.rows<Row>(query, limits);
  }

  bytes(query: SqlQuery, format: 'RowBinary' | 'Native', limits?: ReadLimits): Promise<Buffer> {
    return this.#reader.bytes(query, format, limits);
  }

  command(sql: string): Promise<void> {
    return this.#reader.command(sql);
  }

  async insertNative(table: string, columns: readonly string[], block: Uint8Array, token: string): Promise<void> {
    try {
      const result = await this.#client.exec({
        query: insertStatement(table, columns, token),
        values: Readable.from([block], { objectMode: false }),
      });
      result.stream.resume();
    } catch (error) {
      throw toEngineError(error);
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}
