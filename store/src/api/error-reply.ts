import { TraceqlError } from '@clew/traceql';
import type { FastifyError } from 'fastify';

import { EngineError, TIMEOUT_EXCEEDED } from '../engine/engine.ts';
import { ApiError } from '../errors.ts';
import { StatementTooLong } from '../query/sql/sql-text.ts';
import { queryError } from './traceql.ts';

/** ClickHouse foresees after ten seconds that the limit of time will not do. */
const TOO_SLOW = 160;
const MEMORY_LIMIT_EXCEEDED = 241;
const TOO_MANY_ROWS = 158;
const SOCKET_TIMEOUT = 209;
const NETWORK_ERROR = 210;
const TOO_DEEP_AST = 167;
const TOO_BIG_AST = 168;
const TOO_DEEP_RECURSION = 306;

/** Codes of Node's and undici's connection errors, which the remote engine's client passes on. */
const UNREACHABLE = /\b(ECONNREFUSED|ECONNRESET|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|EPIPE|EAI_AGAIN|socket hang up)\b/;

/** Any error as one for the client. What nobody foresaw is `internal`, and its message stays in the log. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) {
    return error;
  }
  if (error instanceof EngineError) {
    return fromEngine(error);
  }
  if (error instanceof TraceqlError) {
    // What only the data brings to light, like an int divided by zero.
    return queryError(error);
  }
  if (error instanceof StatementTooLong) {
    return tooManyConditions(error);
  }
  if (isFastifyError(error) && error.statusCode !== undefined && error.statusCode < 500) {
    return new ApiError('request_invalid', error.message, {}, { cause: error });
  }
  return new ApiError('internal', undefined, {}, { cause: error });
}

function fromEngine(error: EngineError): ApiError {
  const options = { cause: error };
  switch (error.clickhouseCode) {
    case TIMEOUT_EXCEEDED:
    case TOO_SLOW:
      return new ApiError('query_timeout', undefined, {}, options);
    case MEMORY_LIMIT_EXCEEDED:
    case TOO_MANY_ROWS:
      return new ApiError('query_too_expensive', undefined, {}, options);
    case SOCKET_TIMEOUT:
    case NETWORK_ERROR:
      return new ApiError('engine_unavailable', undefined, {}, options);
    case TOO_DEEP_AST:
    case TOO_BIG_AST:
    case TOO_DEEP_RECURSION:
      return tooManyConditions(error);
    case undefined:
      if (UNREACHABLE.test(error.message)) {
        return new ApiError('engine_unavailable', undefined, {}, options);
      }
  }
  return new ApiError('internal', undefined, {}, options);
}

const tooManyConditions = (cause: Error): ApiError =>
  new ApiError(
    'query_unsupported',
    'The query has more conditions than one statement can hold.',
    { hint: 'Use a regular expression in place of many values, and scopes (span.a) in place of .a.' },
    { cause }
  );

const isFastifyError = (error: unknown): error is FastifyError => error instanceof Error && 'statusCode' in error;
