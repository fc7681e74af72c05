import { createClient, ClickHouseLogLevel, type ClickHouseClient } from '@clickhouse/client';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';

import { ConfigError } from '../config.ts';
import { messageOf } from '../errors.ts';
import { ClientReader, DEFAULT_LIMITS, toEngineError } from './client-reader.ts';
import { EngineError, NETWORK_ERROR, SOCKET_TIMEOUT, type Engine, type ReadLimits, type SqlQuery } from './engine.ts';
import { insertStatement } from './insert-statement.ts';

/** Silence on a connection after which a request has failed, unless the URL says `?request_timeout=`. */
const REQUEST_TIMEOUT_MS = 60_000;
/** How long the server may take beyond a read's own limit: to queue it, to stop it, and to say so. */
const READ_GRACE_MS = 10_000;
const RETRY_AFTER_MS = 50;

/** What a read may try again at once: the server had closed a kept connection just as it was used. */
const LOST_CONNECTION = new Set(['ECONNRESET', 'EPIPE']);

/**
 * A ClickHouse server or cluster by URL: `http://user:password@host:8123`, or `https://`. Nothing of the server's
 * answer is taken for success before all of it is there. Everything that keeps the server from answering is an
 * EngineError with ClickHouse's own code for it, NETWORK_ERROR or SOCKET_TIMEOUT.
 */
export class RemoteEngine implements Engine {
  /** Its own connections: an insert does not queue behind slow reads. */
  readonly #writer: ClickHouseClient;
  readonly #reader: ClientReader;

  /** Throws ConfigError for a URL that cannot be used. */
  constructor(url: string) {
    this.#writer = openClient(url);
    this.#reader = new ClientReader(openClient(url), ({ sql, params }) => ({
      query: sql,
      query_params: { ...params },
    }));
  }

  rows<Row>(query: SqlQuery, limits?: ReadLimits): Promise<Row[]> {
    return this.#read(limits, (signal) => this.#reader.rows<Row>(query, limits, signal));
  }

  bytes(query: SqlQuery, format: 'RowBinary' | 'Native', limits?: ReadLimits): Promise<Buffer> {
    return this.#read(limits, (signal) => this.#reader.bytes(query, format, limits, signal));
  }

  async command(sql: string): Promise<void> {
    try {
      await this.#writer.command({ query: sql, clickhouse_settings: { wait_end_of_query: 1 } });
    } catch (error) {
      throw unreachable(error);
    }
  }

  async insertNative(table: string, columns: readonly string[], block: Uint8Array, token: string): Promise<void> {
    try {
      const result = await this.#writer.exec({
        query: insertStatement(table, columns, token),
        values: Readable.from([block], { objectMode: false }),
        clickhouse_settings: { wait_end_of_query: 1 },
      });
      const answer = await buffer(result.stream);
      // An insert has nothing to say, so what stands behind status 200 is an error that came too late for another.
      if (answer.length > 0) {
        throw new Error(`The insert was answered with: ${answer.toString('utf8', 0, 500)}`);
      }
    } catch (error) {
      throw unreachable(error);
    }
  }

  async close(): Promise<void> {
    await this.#writer.close();
    await this.#reader.close();
  }

  async #read<Result>(limits: ReadLimits = {}, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const limitMs = (limits.seconds ?? DEFAULT_LIMITS.seconds) * 1000 + READ_GRACE_MS;
    const signal = AbortSignal.timeout(limitMs);
    for (let retried = false; ; retried = true) {
      try {
        return await work(signal);
      } catch (error) {
        if (signal.aborted) {
          throw new EngineError(`ClickHouse did not answer within ${limitMs} ms`, SOCKET_TIMEOUT, { cause: error });
        }
        if (retried || !hasCode(error, LOST_CONNECTION)) {
          throw unreachable(error);
        }
        await pause(RETRY_AFTER_MS);
      }
    }
  }
}

function openClient(given: string): ClickHouseClient {
  try {
    const url = new URL(given);
    if (/^https?:$/.test(url.protocol) && url.pathname !== '/') {
      throw new Error(
        `it names the database ${url.pathname.slice(1)}, and the store has a database of its own: end it after the port`
      );
    }
    return createClient({
      url,
      // What the URL says itself goes before.
      ...(url.searchParams.has('request_timeout') ? {} : { request_timeout: REQUEST_TIMEOUT_MS }),
      keep_alive: { enabled: true, eagerly_destroy_stale_sockets: true },
      use_multipart_params_auto: true,
      // Every error reaches the caller, who logs it.
      log: { level: ClickHouseLogLevel.OFF },
    });
  } catch (error) {
    // The URL itself has a password in it.
    const reason = messageOf(error);
    throw new ConfigError([`CLEW_CLICKHOUSE_URL cannot be used: ${reason}`]);
  }
}

/** An error of the way to the server gets ClickHouse's code for it; an answer of the server keeps its own. */
function unreachable(error: unknown): EngineError {
  const known = toEngineError(error);
  if (known.clickhouseCode !== undefined) {
    return known;
  }
  const code = known.message === 'Timeout error.' ? SOCKET_TIMEOUT : NETWORK_ERROR;
  return new EngineError(`ClickHouse cannot be reached: ${describe(error)}`, code, { cause: error });
}

/** `localhost` has two addresses, and the error of both has no message of its own. */
function describe(error: unknown): string {
  if (!isNativeError(error)) {
    return String(error);
  }
  return error.message === '' && 'errors' in error && Array.isArray(error.errors)
    ? error.errors.map(describe).join('; ')
    : error.message.slice(0, 500);
}

function hasCode(error: unknown, codes: ReadonlySet<string>): boolean {
  return isNativeError(error) && 'code' in error && typeof error.code === 'string' && codes.has(error.code);
}
