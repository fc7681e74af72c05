import { readTag } from '../query/form/readTag';

/** Columns of our tables whose names are Grafana's (its Tempo datasource has the same), as TraceQL has them. */
const COLUMNS: ReadonlyMap<string, string> = new Map([
  ['traceID', 'trace:id'],
  ['traceService', 'rootServiceName'],
  ['traceName', 'rootName'],
  ['spanID', 'span:id'],
  ['Span ID', 'span:id'],
  ['Name', 'name'],
]);

/** The attribute that a filter's key means: one as in TraceQL, a column of a result, or a bare name of any scope. */
export function attributeOfKey(key: string): string {
  return COLUMNS.get(key) ?? readTag(key);
}
