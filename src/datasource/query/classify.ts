import { normalizeTraceId, parse, type MetricsExpression } from '@clew/traceql';
import { type ClewQuery } from '../types';

export type Question =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'lookup'; readonly traceId: string }
  | { readonly kind: 'search'; readonly traceql: string }
  | { readonly kind: 'metrics'; readonly traceql: string; readonly metric: MetricsExpression }
  | { readonly kind: 'invalid'; readonly message: string };

/**
 * What a query asks for. Text that can be a trace id is one whatever `queryType` says: exemplars call it `traceql`,
 * Loki's derived fields give no type.
 */
export function classify({ query, queryType }: Pick<ClewQuery, 'query' | 'queryType'>): Question {
  // Correlations and hand-written dashboards can put anything here.
  const text = typeof query === 'string' ? query.trim() : '';
  if (text === '') {
    return { kind: 'nothing' };
  }
  const traceId = normalizeTraceId(text);
  if (traceId !== undefined) {
    return { kind: 'lookup', traceId };
  }
  if (queryType === 'traceId') {
    return { kind: 'invalid', message: `"${shortened(text)}" is no trace id: one has up to 32 hexadecimal digits.` };
  }
  const metric = readMetric(text);
  return metric ? { kind: 'metrics', traceql: text, metric } : { kind: 'search', traceql: text };
}

/** Undefined for a search, and for text that is no TraceQL: the store says what is wrong with it. */
function readMetric(text: string): MetricsExpression | undefined {
  try {
    const { body } = parse(text);
    return body.kind === 'pipeline' ? undefined : body;
  } catch {
    return undefined;
  }
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);
