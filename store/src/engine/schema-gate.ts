import { setTimeout as pause } from 'node:timers/promises';

import { messageOf } from '../errors.ts';
import { EngineError, NETWORK_ERROR, SOCKET_TIMEOUT, type Engine, type ReadLimits, type SqlQuery } from './engine.ts';
import { migrate } from './migrate.ts';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

/**
 * Codes after which the same statement may succeed by itself: the server is not there, is starting, is stopping, is
 * overloaded, or has lost its Keeper (ClickHouse's ErrorCodes.cpp).
 */
const PASSING: ReadonlySet<number | undefined> = new Set([
  159,
  202,
  SOCKET_TIMEOUT,
  NETWORK_ERROR,
  236,
  241,
  242,
  279,
  999,
]);

/** As telemetry/logger.ts has it. */
interface Log {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * An engine that is not touched before its schema is of this version. A server that is not up yet is waited for: the
 * store takes spans into its journal meanwhile, and everything asked of the engine is NETWORK_ERROR.
 */
export class SchemaGate implements Engine {
  readonly #engine: Engine;
  readonly #log: Log;
  readonly #closed = new AbortController();
  #waiting: string | undefined = 'waiting for the engine';
  #background: Promise<void> | undefined;

  constructor(engine: Engine, log: Log) {
    this.#engine = engine;
    this.#log = log;
  }

  /** Why the engine cannot be used yet; undefined when it can. */
  get waiting(): string | undefined {
    return this.#waiting;
  }

  /** Resolves when the schema is there, or goes on trying behind it. Rejects for what trying again cannot help. */
  async open(): Promise<void> {
    try {
      await this.#migrate();
    } catch (error) {
      if (!(error instanceof EngineError) || !PASSING.has(error.clickhouseCode)) {
        throw error;
      }
      this.#background = this.#keepTrying(error);
    }
  }

  rows<Row>(query: SqlQuery, limits?: ReadLimits): Promise<Row[]> {
    return this.#pass((engine) => engine.rows<Row>(query, limits));
  }

  bytes(query: SqlQuery, format: 'RowBinary' | 'Native', limits?: ReadLimits): Promise<Buffer> {
    return this.#pass((engine) => engine.bytes(query, format, limits));
  }

  command(sql: string): Promise<void> {
    return this.#pass((engine) => engine.command(sql));
  }

  insertNative(table: string, columns: readonly string[], block: Uint8Array, token: string): Promise<void> {
    return this.#pass((engine) => engine.insertNative(table, columns, block, token));
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#background;
    await this.#engine.close();
  }

  async #migrate(): Promise<void> {
    await migrate(this.#engine);
    this.#waiting = undefined;
  }

  async #keepTrying(first: unknown): Promise<void> {
    let error = first;
    for (let delay = FIRST_RETRY_MS; ; delay = Math.min(delay * 2, LONGEST_RETRY_MS)) {
      const reason = messageOf(error);
      this.#waiting = `waiting for the engine: ${reason}`;
      this.#log.error({ error: reason, retryMs: delay }, 'the engine cannot be used yet; spans wait in the journal');
      try {
        await pause(delay, undefined, { signal: this.#closed.signal });
      } catch {
        return;
      }
      try {
        await this.#migrate();
        this.#log.info({}, 'the engine is there');
        return;
      } catch (next) {
        error = next;
      }
    }
  }

  #pass<Result>(work: (engine: Engine) => Promise<Result>): Promise<Result> {
    return this.#waiting === undefined
      ? work(this.#engine)
      : Promise.reject(new EngineError(this.#waiting, NETWORK_ERROR));
  }
}
