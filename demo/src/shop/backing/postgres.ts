import { setTimeout as sleep } from 'node:timers/promises';
import { SpanKind, type Attributes, type Tracer } from '@opentelemetry/api';
import type { Logger } from '../telemetry/logs.ts';
import type { Random } from '../random.ts';
import { inSpan } from '../telemetry/span.ts';
import { RowLocks } from './row-locks.ts';

/** PostgreSQL's own default for `deadlock_timeout`, after which a waiting session is logged (`log_lock_waits`). */
const LOCK_WAIT_LOG_MS = 1000;

/** An error as the server reports it; `sqlState` is PostgreSQL's five-character code. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
  readonly sqlState: string;

  constructor(sqlState: string, message: string) {
    super(message);
    this.sqlState = sqlState;
  }
}

export interface Statement {
  operation: 'SELECT' | 'INSERT' | 'UPDATE' | 'BEGIN' | 'COMMIT';
  table?: string;
  text: string;
  /** `$1`, `$2`, … */
  parameters?: ReadonlyArray<string | number>;
  /** Usual duration. */
  medianMs: number;
}

type Release = () => void;

interface PostgresOptions {
  host: string;
  database: string;
  tracer: Tracer;
  random: Random;
  /** The server's own log. */
  log: Logger;
}

/** A client that looks like PostgreSQL's: spans with database attributes, statements that take time, row locks that hold. */
export class Postgres {
  private readonly options: PostgresOptions;
  private readonly locks = new RowLocks();

  constructor(options: PostgresOptions) {
    this.options = options;
  }

  /**
   * Runs one statement in a transaction of its own. `execute` makes the rows from what the service keeps in memory;
   * the `rows` are locked meanwhile.
   */
  async query<T>(statement: Statement, execute: () => T[], rows: readonly string[] = []): Promise<T[]> {
    const held: Release[] = [];
    try {
      return await this.run(statement, execute, rows, held);
    } finally {
      held.forEach((release) => release());
    }
  }

  /** `BEGIN`, the statements of `work`, `COMMIT`; rows that a statement locks stay locked until then. */
  async transaction<T>(work: (transaction: Pick<Postgres, 'query'>) => Promise<T>): Promise<T> {
    const held: Release[] = [];
    try {
      await this.run({ operation: 'BEGIN', text: 'BEGIN', medianMs: 1 }, () => [], [], held);
      const result = await work({
        query: (statement, execute, rows = []) => this.run(statement, execute, rows, held),
      });
      await this.run({ operation: 'COMMIT', text: 'COMMIT', medianMs: 3 }, () => [], [], held);
      return result;
    } finally {
      held.forEach((release) => release());
    }
  }

  isLocked(key: string): boolean {
    return this.locks.isLocked(key);
  }

  private run<T>(statement: Statement, execute: () => T[], rows: readonly string[], held: Release[]): Promise<T[]> {
    const { tracer, random } = this.options;
    return inSpan(
      tracer,
      statement.table ? `${statement.operation} ${statement.table}` : statement.operation,
      { kind: SpanKind.CLIENT, attributes: this.attributes(statement) },
      async (span) => {
        for (const row of rows) {
          held.push(await this.lock(row));
        }
        try {
          await sleep(random.latencyMs(statement.medianMs));
          const result = execute();
          span.setAttribute('db.response.returned_rows', result.length);
          return result;
        } catch (thrown) {
          if (thrown instanceof PostgresError) {
            span.setAttribute('db.response.status_code', thrown.sqlState);
          }
          throw thrown;
        }
      }
    );
  }

  private async lock(key: string): Promise<Release> {
    const waited = setTimeout(
      () => this.options.log.warn(`process still waiting for ShareLock on row ${key} after ${LOCK_WAIT_LOG_MS} ms`),
      LOCK_WAIT_LOG_MS
    );
    try {
      return await this.locks.acquire(key);
    } finally {
      clearTimeout(waited);
    }
  }

  private attributes(statement: Statement): Attributes {
    const attributes: Attributes = {
      'db.system.name': 'postgresql',
      'db.namespace': this.options.database,
      'db.operation.name': statement.operation,
      'db.query.text': statement.text,
      'server.address': this.options.host,
      'server.port': 5432,
    };
    if (statement.table) {
      attributes['db.collection.name'] = statement.table;
      attributes['db.query.summary'] = `${statement.operation} ${statement.table}`;
    }
    statement.parameters?.forEach((value, index) => {
      attributes[`db.query.parameter.${index}`] = String(value);
    });
    return attributes;
  }
}
