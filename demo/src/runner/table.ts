export interface PartRow {
  name: string;
  url: string;
  state: string;
}

/** Rows under a header, columns as wide as they need to be. */
export function formatTable(rows: readonly PartRow[]): string {
  const lines = [{ name: 'part', url: 'where', state: 'state' }, ...rows];
  const width = (column: 'name' | 'url'): number => Math.max(...lines.map((row) => row[column].length));
  const names = width('name');
  const urls = width('url');
  return lines.map((row) => `  ${row.name.padEnd(names)}  ${row.url.padEnd(urls)}  ${row.state}`).join('\n');
}
