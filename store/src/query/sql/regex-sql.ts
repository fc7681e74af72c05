import type { SqlQuery } from '../../engine/engine.ts';
import { SqlParameters } from './sql-text.ts';

/** Compiles each pattern: fails with CANNOT_COMPILE_REGEXP if one of them is no RE2. */
export function regexCheckSql(patterns: readonly string[]): SqlQuery {
  const params = new SqlParameters();
  return params.query(
    `SELECT ${patterns.map((pattern) => `match('', ${params.value('String', pattern)})`).join(', ')}`
  );
}
