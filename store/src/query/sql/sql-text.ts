import type { SqlQuery, SqlValue } from '../../engine/engine.ts';

/** ClickHouse's `max_query_size` is 256 KiB, and the engine adds its settings to the text. */
const MAX_STATEMENT_LENGTH = 250_000;

/** Thrown for a condition that becomes more text than ClickHouse reads. */
export class StatementTooLong extends Error {
  constructor() {
    super('The query has too many conditions for one statement');
    this.name = 'StatementTooLong';
  }
}

/**
 * Collects the values of one statement. SQL text comes from code alone; whatever a user typed becomes `{pN:Type}`
 * through `value()`.
 */
export class SqlParameters {
  readonly #values: Record<string, SqlValue> = {};
  #count = 0;

  /** A placeholder for `value`. The same value a second time gets a second placeholder: texts stay predictable. */
  value(type: string, value: SqlValue): string {
    const name = `p${this.#count++}`;
    this.#values[name] = value;
    return `{${name}:${type}}`;
  }

  /** Throws StatementTooLong. */
  query(sql: string): SqlQuery {
    if (sql.length > MAX_STATEMENT_LENGTH) {
      throw new StatementTooLong();
    }
    return { sql, params: { ...this.#values } };
  }
}

/** ClickHouse's Float64 as text: the drivers refuse what JavaScript can say and JSON cannot. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) {
    return 'nan';
  }
  return Number.isFinite(value) ? String(value) : value > 0 ? 'inf' : '-inf';
}
