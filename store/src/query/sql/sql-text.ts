import type { SqlQuery, SqlValue } from '../../engine/engine.ts';

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

  query(sql: string): SqlQuery {
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
