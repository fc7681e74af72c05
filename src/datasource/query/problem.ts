import { TraceqlError, check, parse } from '@clew/traceql';
import { classify } from './classify';
import { type ClewQuery } from '../types';

/** What is wrong with a text, for the person who types it. Line and column count from 1. */
export interface QueryProblem {
  readonly message: string;
  readonly hint?: string;
  readonly line?: number;
  readonly column?: number;
  /** UTF-16 offsets of the text at fault. */
  readonly start?: number;
  readonly end?: number;
}

/** Undefined where there is nothing to complain about; an empty text is no problem. */
export function queryProblem(query: Pick<ClewQuery, 'query' | 'queryType'>): QueryProblem | undefined {
  const question = classify(query);
  if (question.kind === 'invalid') {
    return { message: question.message };
  }
  if (question.kind !== 'search' && question.kind !== 'metrics') {
    return undefined;
  }
  // Not the trimmed text: positions are the editor's.
  return traceqlProblem(query.query ?? '');
}

export function traceqlProblem(text: string): QueryProblem | undefined {
  try {
    check(parse(text));
    return undefined;
  } catch (error) {
    if (error instanceof TraceqlError) {
      const { message, hint, line, column, start, end } = error;
      return { message, hint, line, column, start, end };
    }
    throw error;
  }
}
