import { messageOf } from '../errors.ts';

/** What became of a request. */
export type Outcome =
  | { readonly kind: 'taken' }
  /** The same request may be taken later. */
  | {
      readonly kind: 'failed';
      readonly reason: 'unreachable' | 'timeout' | 'too_many' | 'server_error';
      readonly problem: string;
      /** Milliseconds that the receiver asks to wait. */
      readonly retryAfterMs: number | undefined;
      /** Whether it is certain that nothing of it was stored. */
      readonly isUntouched: boolean;
    }
  /** The same request will never be taken. */
  | { readonly kind: 'refused'; readonly problem: string };

const PROBLEM_LETTERS = 300;
/** A receiver that asks for more has lost its clock. */
const MAX_RETRY_AFTER_MS = 3_600_000;
/** What fails before anything of a request is sent. */
const UNTOUCHED_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Sends one request. Statuses are judged as remote write has it: 5xx and 429 may be tried again, any other but 2xx never
 * (https://prometheus.io/docs/specs/prw/remote_write_spec/#retries--backoff). Never rejects.
 */
export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array<ArrayBuffer>,
  timeoutMs: number,
  abandon?: AbortSignal
): Promise<Outcome> {
  try {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = abandon ? AbortSignal.any([timeout, abandon]) : timeout;
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    const text = await response.text();
    if (response.ok) {
      return { kind: 'taken' };
    }
    const problem = `${response.status} ${text.trim().slice(0, PROBLEM_LETTERS)}`.trim();
    if (response.status !== 429 && response.status < 500) {
      return { kind: 'refused', problem };
    }
    const isTooMany = response.status === 429;
    const retryAfterMs = retryAfterOf(response.headers.get('retry-after'), Date.now());
    const reason = isTooMany ? 'too_many' : 'server_error';
    return { kind: 'failed', reason, problem, retryAfterMs, isUntouched: isTooMany };
  } catch (error) {
    const isTimeout = propertyOf(error, 'name') === 'TimeoutError';
    return {
      kind: 'failed',
      reason: isTimeout ? 'timeout' : 'unreachable',
      problem: isTimeout ? `no answer in ${timeoutMs} ms` : causeOf(error),
      retryAfterMs: undefined,
      isUntouched: UNTOUCHED_CODES.has(codeOf(error)),
    };
  }
}

/** Seconds, or a date. Undefined for neither. */
export function retryAfterOf(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === '') {
    return undefined;
  }
  const waitMs = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS);
}

/** fetch says "fetch failed", and why in the cause. */
function causeOf(error: unknown): string {
  const message = propertyOf(propertyOf(error, 'cause'), 'message');
  const code = codeOf(error);
  const text = typeof message === 'string' && message !== '' ? message : messageOf(error);
  return text.includes(code) ? text : `${code} ${text}`;
}

function codeOf(error: unknown): string {
  const code = propertyOf(propertyOf(error, 'cause'), 'code');
  return typeof code === 'string' ? code : '';
}

function propertyOf(value: unknown, name: 'name' | 'cause' | 'message' | 'code'): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
