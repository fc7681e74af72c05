import { type AnnotationSupport } from '@grafana/data';
import { classify } from '../query/classify';
import { type ClewQuery } from '../types';

/** Traces to begin with that are worth marking. */
const DEFAULT_ANNOTATION: Partial<ClewQuery> = {
  query: '{ nestedSetParent < 0 && status = error }',
  queryType: 'traceql',
  limit: 100,
};

/**
 * A search whose traces, or spans, are events; the answer has the fields that Grafana maps to those of an annotation.
 * The editor is that of every query.
 */
export const annotationSupport: AnnotationSupport<ClewQuery> = {
  getDefaultQuery: () => DEFAULT_ANNOTATION,
  prepareQuery: ({ target }) =>
    target && classify(target).kind !== 'nothing' ? { ...target, asEvents: true } : undefined,
};
