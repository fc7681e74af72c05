import { type DataQuery } from '@grafana/schema';
import { format, parse } from '@clew/traceql';
import { type SceneObjectUrlValues } from '@grafana/scenes';

/** What the datasource's editor writes, as far as this page keeps it. */
export interface SearchQuery extends DataQuery {
  readonly query?: string;
  readonly tableType?: string;
  readonly sort?: string;
  readonly limit?: number;
}

export const EVERYTHING: SearchQuery = { refId: 'A', query: '{ }' };

export const URL_KEYS = ['q', 'rows', 'sort', 'limit'] as const;

export function toUrl({ query, tableType, sort, limit }: SearchQuery): SceneObjectUrlValues {
  return { q: query, rows: tableType, sort, limit: limit === undefined ? undefined : String(limit) };
}

/** What the URL says in place of what was there. */
export function fromUrl(last: SearchQuery, values: SceneObjectUrlValues): SearchQuery {
  const text = (key: (typeof URL_KEYS)[number], before: string | undefined): string | undefined => {
    const value = key in values ? values[key] : before;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const limit = Number(text('limit', last.limit === undefined ? undefined : String(last.limit)));
  return {
    ...last,
    query: text('q', last.query) ?? EVERYTHING.query,
    tableType: text('rows', last.tableType),
    sort: text('sort', last.sort),
    limit: Number.isInteger(limit) && limit > 0 ? limit : undefined,
  };
}

/** `metric`: the answer is series, not traces. `broken`: no TraceQL, or a trace id. */
export type SearchKind = 'search' | 'metric' | 'broken';

export function kindOf(text: string): SearchKind {
  try {
    return parse(text).body.kind === 'pipeline' ? 'search' : 'metric';
  } catch {
    return 'broken';
  }
}

/** When there were matches, by status. Undefined for what is no search. */
export function histogramOf(text: string): string | undefined {
  return kindOf(text) === 'search' ? `${format(parse(text))} | count_over_time() by (status)` : undefined;
}
