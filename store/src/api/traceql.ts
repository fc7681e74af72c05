import { TraceqlError } from '@clew/traceql';

import { EngineError, type Engine } from '../engine/engine.ts';
import { ApiError, type ErrorCode } from '../errors.ts';
import { comparisonsOf, type Condition } from '../query/plan/plan.ts';
import { planSearch, type SearchPlan } from '../query/plan/search-plan.ts';
import { regexCheckSql } from '../query/sql/regex-sql.ts';

const CODES: Readonly<Record<TraceqlError['kind'], ErrorCode>> = {
  syntax: 'query_syntax',
  invalid: 'query_type',
  unsupported: 'query_unsupported',
};

/** ClickHouse's ErrorCodes.cpp. */
const CANNOT_COMPILE_REGEXP = 427;

/** The plan for a search's text. Throws ApiError with the place of the problem. */
export function readTraceql(text: string): SearchPlan {
  return refusing(() => planSearch(text));
}

/** What `read` gives; a TraceqlError of it as ApiError. */
export function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof TraceqlError ? queryError(error) : error;
  }
}

/** With the place of the problem. */
export function queryError(error: TraceqlError): ApiError {
  const { line, column, hint } = error;
  return new ApiError(CODES[error.kind], error.message, { line, column, hint }, { cause: error });
}

/** Has the engine compile the query's patterns, each by itself, before they become part of a bigger one. */
export async function checkPatterns(engine: Engine, conditions: readonly Condition[]): Promise<void> {
  const patterns = conditions
    .flatMap((condition) => [...comparisonsOf(condition)])
    .flatMap(({ comparison, literal }) =>
      (comparison === '=~' || comparison === '!~') && literal.type === 'string' ? [literal.value] : []
    );
  if (patterns.length === 0) {
    return;
  }
  try {
    await engine.rows(regexCheckSql(patterns));
  } catch (error) {
    if (error instanceof EngineError && error.clickhouseCode === CANNOT_COMPILE_REGEXP) {
      const reason = /cannot compile re2: (.*?)\. Look at/s.exec(error.message)?.[1] ?? 'it is not valid RE2';
      throw new ApiError('query_regex', `A regular expression cannot be compiled: ${reason}.`, {}, { cause: error });
    }
    throw error;
  }
}
