import { normalizeTraceId } from '@clew/traceql';
import { searchPath, tracePath } from '../shared/appAddress';
import { asString, isObject } from '../shared/narrowing';
import { DATASOURCE_TYPE } from '../shared/pluginIds';
import { type UrlRange } from './ranges';
import { searchPart } from './searchPart';
import { type StoreChoice } from './stores';
import { tempoFilters } from './tempoFilters';

/** Where in the app a query of a dashboard or of Explore is answered. */
export type Destination =
  { readonly kind: 'trace'; readonly traceId: string } | { readonly kind: 'search'; readonly query: string };

/** Types of queries of Grafana's Tempo datasource that are TraceQL or an id; others draw service graphs or read files. */
const TEXTS = new Set([undefined, '', 'traceql', 'traceId']);

/** Undefined for a query that asks for no traces. */
export function destinationOf(query: unknown, datasourceType: string): Destination | undefined {
  if (!isObject(query)) {
    return undefined;
  }
  const queryType = asString(query.queryType);
  if (datasourceType !== DATASOURCE_TYPE) {
    if (queryType === 'traceqlSearch') {
      return { kind: 'search', query: tempoFilters(query.filters) };
    }
    if (!TEXTS.has(queryType)) {
      return undefined;
    }
  }
  const text = asString(query.query)?.trim();
  if (!text) {
    return undefined;
  }
  const traceId = normalizeTraceId(text);
  return traceId === undefined ? { kind: 'search', query: searchPart(text) } : { kind: 'trace', traceId };
}

export function pathOf(destination: Destination, store: StoreChoice, range: UrlRange): string {
  return destination.kind === 'trace'
    ? tracePath(destination.traceId, store)
    : searchPath(destination.query, { ...store, range });
}
