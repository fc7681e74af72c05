import {
  DEFAULT_LIMIT,
  DEFAULT_SPANS_PER_TRACE,
  DEFAULT_PATH_TRACES,
  MAX_EXEMPLARS,
  MAX_LIMIT,
  MAX_SPANS_PER_TRACE,
  METRICS_QUERY_TYPES,
  SEARCH_ORDERS,
  TABLE_TYPES,
  TRACE_CONTENTS,
  type ClewQuery,
  type MetricsQueryType,
  type SearchOrder,
  type TableType,
  type TraceContent,
} from '../types';
import { classify } from './classify';

export const DEFAULT_QUERY: Partial<ClewQuery> = { query: '{ }', queryType: 'traceql', limit: DEFAULT_LIMIT };

export const limitOf = ({ limit }: ClewQuery): number => within(limit, DEFAULT_LIMIT, MAX_LIMIT);
export const spansPerTraceOf = ({ spss }: ClewQuery): number =>
  within(spss, DEFAULT_SPANS_PER_TRACE, MAX_SPANS_PER_TRACE);

export const tableTypeOf = ({ tableType }: ClewQuery): TableType =>
  TABLE_TYPES.find((known) => known === tableType) ?? 'traces';
export const traceContentOf = ({ traceContent }: ClewQuery): TraceContent =>
  TRACE_CONTENTS.find((known) => known === traceContent) ?? 'trace';
export const pathTracesOf = ({ pathTraces }: ClewQuery): number => within(pathTraces, DEFAULT_PATH_TRACES, MAX_LIMIT);
export const orderOf = ({ sort }: ClewQuery): SearchOrder => SEARCH_ORDERS.find((known) => known === sort) ?? 'start';
export const metricsQueryTypeOf = ({ metricsQueryType }: ClewQuery): MetricsQueryType =>
  METRICS_QUERY_TYPES.find((known) => known === metricsQueryType) ?? 'range';

/** Undefined leaves it to the store. */
export const stepOf = ({ step }: ClewQuery): string | undefined =>
  typeof step === 'string' && step.trim() !== '' ? step.trim() : undefined;
export function exemplarsOf({ exemplars }: ClewQuery): number | undefined {
  return typeof exemplars === 'number' && exemplars >= 0 ? Math.min(Math.round(exemplars), MAX_EXEMPLARS) : undefined;
}

/** Old dashboards and links can hold anything: what is no number in the range gives the nearest, or the fallback. */
function within(value: unknown, fallback: number, max: number): number {
  const number = Number(value);
  return Number.isFinite(number) && number >= 1 ? Math.min(Math.round(number), max) : fallback;
}

/** For Explore's history and collapsed query rows. */
export function displayText(query: ClewQuery): string {
  const question = classify(query);
  switch (question.kind) {
    case 'lookup':
      return `Trace ${question.traceId}`;
    case 'search':
    case 'metrics':
      return question.traceql;
    case 'invalid':
      return query.query ?? '';
    case 'nothing':
      return '';
  }
}
