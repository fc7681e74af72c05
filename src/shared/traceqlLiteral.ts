import { quoteString } from '@clew/traceql';

/**
 * A string of TraceQL with any text in it, for queries that Grafana fills variables into: `$` and `[[` are written as escapes, so
 * that a name like `${ds}` stays what it is.
 */
export function literal(text: string): string {
  return quoteString(text).replaceAll('$', '\\u0024').replaceAll('[[', '\\u005b[');
}
