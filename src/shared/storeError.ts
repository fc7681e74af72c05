import { asNumber, asString, isObject, type JsonObject } from './narrowing';
import { type StoreResponse } from './storeTransport';

/**
 * - `query`: the store refuses the request; the message is for the person who wrote it.
 * - `trace-not-found`, `failed` (the store had an error of its own), `busy` (try again): said by the store.
 * - `unreachable`, `timeout`: Grafana got no answer from the address in the datasource's settings.
 * - `auth`: the store wants another token. `forbidden`: Grafana does not let this user through.
 * - `not-a-store`: something answers at the address, but not Clew's query port.
 * - `network`: the browser does not reach Grafana.
 * - `cancelled`: nobody waits for the answer any more.
 */
export type StoreErrorKind =
  | 'query'
  | 'trace-not-found'
  | 'failed'
  | 'busy'
  | 'unreachable'
  | 'timeout'
  | 'auth'
  | 'forbidden'
  | 'no-datasource'
  | 'not-a-store'
  | 'network'
  | 'cancelled';

export interface StoreErrorDetails {
  /** 0 where no answer came. */
  readonly status: number;
  /** The store's own error code. */
  readonly code?: string;
  /** Position in the query's text, from 1. */
  readonly line?: number;
  readonly column?: number;
  readonly hint?: string;
}

export class StoreError extends Error {
  readonly kind: StoreErrorKind;
  readonly details: StoreErrorDetails;

  constructor(kind: StoreErrorKind, message: string, details: StoreErrorDetails, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.kind = kind;
    this.details = details;
  }
}

/** What an answer that is no success means. Shapes of Grafana's own answers: pkg/util/proxyutil, pkg/api/pluginproxy. */
export function storeErrorFromResponse(response: StoreResponse): StoreError {
  const { status, data } = response;
  const own = isObject(data) && isObject(data.error) && typeof data.error.code === 'string' ? data.error : undefined;
  return own ? fromStore(status, own) : fromGrafana(status, response.statusText, data);
}

export function storeErrorFromRejection(error: unknown): StoreError {
  if (error instanceof StoreError) {
    return error;
  }
  if ((isObject(error) && error.cancelled === true) || (error instanceof Error && error.name === 'AbortError')) {
    return new StoreError('cancelled', 'The request was cancelled.', { status: 0 }, { cause: error });
  }
  const cause = error instanceof Error ? error.message : isObject(error) ? asString(error.statusText) : undefined;
  const message = cause ? `Grafana did not answer: ${cause}` : 'Grafana did not answer.';
  return new StoreError('network', message, { status: 0 }, { cause: error });
}

function fromStore(status: number, error: JsonObject): StoreError {
  const code = asString(error.code) ?? '';
  const message = asString(error.message) ?? `The store answered ${status}.`;
  const details: StoreErrorDetails = {
    status,
    code,
    line: asNumber(error.line),
    column: asNumber(error.column),
    hint: asString(error.hint),
  };
  return new StoreError(kindOfStoreError(status, code), message, details);
}

function kindOfStoreError(status: number, code: string): StoreErrorKind {
  if (code === 'trace_not_found') {
    return 'trace-not-found';
  }
  if (code === 'route_not_found') {
    return 'not-a-store';
  }
  if (code === 'unauthenticated' || status === 401) {
    return 'auth';
  }
  if (status === 429 || status === 503 || status === 504) {
    return 'busy';
  }
  return status >= 500 ? 'failed' : 'query';
}

function fromGrafana(status: number, statusText: string, data: unknown): StoreError {
  const message = isObject(data) ? (asString(data.message) ?? '') : '';
  const details = { status };
  switch (status) {
    case 502:
      return new StoreError('unreachable', 'Grafana cannot connect to the store (502 Bad Gateway).', details);
    case 504:
      return new StoreError('timeout', 'The store did not answer in time (504 Gateway Timeout).', details);
    case 401:
      return new StoreError('forbidden', message || 'Grafana wants you to sign in again (401).', details);
    case 403:
      return new StoreError('forbidden', message || 'Grafana refuses the request (403).', details);
  }
  // The proxy turns the store's 401 into this, so that the browser does not take it for the end of its session.
  if (status === 400 && /authentication to data source failed/i.test(message)) {
    return new StoreError('auth', 'The store refuses the token (401 Unauthorized).', details);
  }
  if (status === 404 && /data ?source not found/i.test(message)) {
    return new StoreError('no-datasource', 'Grafana does not know this datasource (404).', details);
  }
  const answer = [status, statusText].filter(Boolean).join(' ');
  return new StoreError('not-a-store', `Something that is not Clew\'s query port answers (${answer}).`, details);
}
