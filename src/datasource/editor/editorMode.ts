import { classify } from '../query/classify';
import { fromTraceql } from '../query/form/fromTraceql';
import { type ClewQuery, type EditorMode } from '../types';

/**
 * The form that shows a query. What was chosen counts where it can show the text; links bring text alone, and get the
 * simplest form that can.
 */
export function modeOf(query: ClewQuery): EditorMode {
  const { editorMode } = query;
  const { kind } = classify(query);
  if (kind === 'lookup') {
    return editorMode === 'traceql' ? 'traceql' : 'traceId';
  }
  if (editorMode === 'traceql' || editorMode === 'traceId') {
    return editorMode;
  }
  if (kind === 'invalid') {
    return 'traceId';
  }
  return canShowAsForm(query) ? 'search' : 'traceql';
}

export function canShowAsForm({ query }: Pick<ClewQuery, 'query'>): boolean {
  return fromTraceql(query ?? '') !== undefined;
}
