import { quote } from './literal.ts';

/**
 * The insert of one Native block, the same for both placements but for where the block is: in `file`, or, without one,
 * in the request's body. Names come from schema/, never from a request.
 *
 * `async_insert` is on by default since ClickHouse 26, and an asynchronous insert ignores the token unless another
 * setting says otherwise; a profile may also have switched deduplication off. Either would store a retried block twice.
 */
export function insertStatement(table: string, columns: readonly string[], token: string, file?: string): string {
  const source = file === undefined ? '' : ` FROM INFILE ${quote(file)}`;
  const settings = `insert_deduplication_token = ${quote(token)}, insert_deduplicate = 1, async_insert = 0`;
  return `INSERT INTO ${table} (${columns.join(', ')})${source} SETTINGS ${settings} FORMAT Native`;
}
