/**
 * Everything that the store's APIs can answer but success: code, HTTP status, message, and whether the same request may
 * succeed later. Codes are part of the API; messages are for people and may change.
 */
interface ErrorEntry {
  readonly status: number;
  readonly message: string;
  readonly retryable: boolean;
}

const entry = (status: number, message: string, retryable = false): ErrorEntry => ({ status, message, retryable });

export const ERRORS = {
  parameter_invalid: entry(400, 'A parameter has a value that cannot be used.'),
  path_invalid: entry(400, 'The path cannot be used.'),
  request_invalid: entry(400, 'The request cannot be read.'),
  trace_id_invalid: entry(400, 'A trace id is 1 to 32 hexadecimal digits.'),
  query_syntax: entry(400, 'The query cannot be read.'),
  query_type: entry(400, 'The query compares things that cannot be compared.'),
  query_unsupported: entry(400, 'The query is TraceQL, but this store does not support that part of it yet.'),
  query_regex: entry(400, 'The query has a regular expression that cannot be compiled.'),
  unauthenticated: entry(401, 'Send the query token as "Authorization: Bearer <token>".'),
  tenant_missing: entry(401, 'Name your tenant in the header X-Scope-OrgID.'),
  trace_not_found: entry(404, 'There is no such trace.'),
  route_not_found: entry(404, 'There is nothing here.'),
  client_gone: entry(499, 'The client is gone.'),
  query_too_expensive: entry(422, 'The query needs more memory than one query may take. Narrow its time range.'),
  internal: entry(500, 'The store failed. Its log says how.'),
  engine_unavailable: entry(503, 'The engine cannot be reached.', true),
  query_timeout: entry(504, 'The query took too long. Narrow its time range.', true),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** Where in a query's text the problem is, and what to do about it. Lines and columns count from 1. */
export interface ErrorDetails {
  readonly line?: number;
  readonly column?: number;
  readonly hint?: string;
}

/** An error that is meant for the client as it is. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(
    code: ErrorCode,
    message: string = ERRORS[code].message,
    details: ErrorDetails = {},
    options?: ErrorOptions
  ) {
    super(message, options);
    this.name = 'ApiError';
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }

  /** The body of every answer that is not a success. */
  toJSON(): object {
    return { error: { code: this.code, message: this.message, ...this.details } };
  }
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
