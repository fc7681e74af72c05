/**
 * What the store asks of ClickHouse. Two placements implement it: embedded.ts (chdb, in this process) and remote.ts
 * (a server by URL), with the same SQL. Nothing outside engine/ knows which one runs.
 */

/** A statement and the values for its `{name:Type}` placeholders. Values are never spliced into the text. */
export interface SqlQuery {
  readonly sql: string;
  readonly params: Readonly<Record<string, SqlValue>>;
  /** Given where whole traces are asked for by their ids: those that outlived their day are elsewhere (pins/kept-engine.ts). */
  readonly traces?: TracesById;
}

export interface TracesById {
  readonly tenant: string;
  /** 32 lower-case hex digits each; absent where what is asked for may belong to any trace of the tenant. */
  readonly ids?: readonly string[];
}

export type SqlValue = string | number | boolean | bigint | readonly SqlValue[];

export interface ReadLimits {
  /** Seconds after which ClickHouse gives up. An embedded query cannot be cancelled, so every read has this bound. */
  readonly seconds?: number;
  /** Bytes of memory that this one query may take. */
  readonly memoryBytes?: number;
}

export interface Engine {
  /** Rows as objects. 64-bit integers come as decimal strings, other numbers as numbers. */
  rows<Row>(query: SqlQuery, limits?: ReadLimits): Promise<Row[]>;

  /** The answer's bytes in a ClickHouse binary format. */
  bytes(query: SqlQuery, format: 'RowBinary' | 'Native', limits?: ReadLimits): Promise<Buffer>;

  /** A statement without an answer: DDL, partition drops. */
  command(sql: string): Promise<void>;

  /**
   * Inserts one Native block, durably. The same token a second time, with the same rows, inserts nothing.
   * Rejects with EngineError; the caller retries with the same token.
   */
  insertNative(table: string, columns: readonly string[], block: Uint8Array, token: string): Promise<void>;

  /** Waits for what runs and releases everything. Must be called on every way out of the process. */
  close(): Promise<void>;
}

/** ClickHouse's codes for a server that cannot be reached and for one that does not answer. */
export const NETWORK_ERROR = 210;
export const SOCKET_TIMEOUT = 209;
/** For a read that took longer than its limit. */
export const TIMEOUT_EXCEEDED = 159;

/** An error that ClickHouse reported, with its numeric code (https://github.com/ClickHouse: ErrorCodes.cpp). */
export class EngineError extends Error {
  readonly clickhouseCode: number | undefined;

  constructor(message: string, clickhouseCode: number | undefined, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.clickhouseCode = clickhouseCode;
  }
}
