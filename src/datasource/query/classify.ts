import { normalizeTraceId } from '@clew/traceql';
import { type ClewQuery } from '../types';

export type Question =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'lookup'; readonly traceId: string }
  | { readonly kind: 'search'; readonly traceql: string }
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
  return { kind: 'search', traceql: text };
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);
