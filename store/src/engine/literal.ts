import type { SqlQuery, SqlValue } from './engine.ts';

/** ClickHouse reads no longer statement unless told to. */
const MAX_QUERY_SIZE = 262_144;
const RAISED_QUERY_SIZE = 1024 ** 3;

/** A string literal of ClickHouse's SQL. */
export function quote(text: string): string {
  return `'${text.replace(/[\\'\0]/g, (character) => (character === '\0' ? '\\0' : `\\${character}`))}'`;
}

/**
 * The statement with its values set in front of it, for one session of chdb. chdb's own way to bind values runs one
 * such query at a time in the whole process, whatever the number of sessions; parameters of a session do not.
 */
export function withParameters({ sql, params }: SqlQuery): string {
  return withRawParameters(
    sql,
    Object.entries(params).map(([name, value]) => [name, parameterText(value)])
  );
}

/** The same with values in the form in which they travel in an URL. */
export function withRawParameters(sql: string, params: ReadonlyArray<readonly [name: string, text: string]>): string {
  if (params.length === 0) {
    return sql;
  }
  const set = `SET ${params.map(([name, text]) => `param_${name} = ${quote(text)}`).join(', ')};\n`;
  // A code unit is three bytes at most.
  return set.length * 3 < MAX_QUERY_SIZE
    ? set + sql
    : `SET max_query_size = ${RAISED_QUERY_SIZE};\n${set}SET max_query_size = ${MAX_QUERY_SIZE};\n${sql}`;
}

/** A value as ClickHouse reads a parameter: escaped as in TabSeparated; strings inside of arrays are quoted. */
function parameterText(value: SqlValue): string {
  return typeof value === 'string' ? escaped(value) : elementText(value);
}

function elementText(value: SqlValue): string {
  if (typeof value === 'string') {
    return `'${escaped(value).replaceAll("'", "\\'")}'`;
  }
  return Array.isArray(value) ? `[${value.map(elementText).join(',')}]` : String(value);
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' };

const escaped = (text: string): string => text.replace(/[\\\t\n\r\0]/g, (character) => ESCAPES[character]);
