/**
 * The insert of one Native block, the same for both placements but for where the block is: in `file`, or, without one,
 * in the request's body. Names come from schema/, never from a request.
 */
export function insertStatement(table: string, columns: readonly string[], token: string, file?: string): string {
  const source = file === undefined ? '' : ` FROM INFILE ${quote(file)}`;
  return `INSERT INTO ${table} (${columns.join(', ')})${source} SETTINGS insert_deduplication_token = ${quote(token)} FORMAT Native`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
