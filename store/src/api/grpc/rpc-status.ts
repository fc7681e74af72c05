import { status } from '@grpc/grpc-js';
import { toUSVString } from 'node:util';

import type { ApiError } from '../../errors.ts';

/** Bytes of a status message: it travels in a header, and clients refuse long ones. */
const MAX_DETAILS = 4096;

const CODES: Readonly<Record<number, status>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  404: status.NOT_FOUND,
  422: status.RESOURCE_EXHAUSTED,
  429: status.RESOURCE_EXHAUSTED,
  503: status.UNAVAILABLE,
  504: status.DEADLINE_EXCEEDED,
};

/** An error as gRPC has it: the message that HTTP would give, with place and hint in one line. */
export function rpcStatusOf(error: ApiError): { code: status; details: string } {
  const { line, column, hint } = error.details;
  const place = line === undefined ? '' : `line ${line}, column ${column}: `;
  const advice = hint === undefined ? '' : `${/[.!?]$/.test(error.message) ? '' : ';'} ${hint}`;
  const details = `${place}${error.message}${advice}`;
  return {
    code: CODES[error.status] ?? status.INTERNAL,
    // The header is percent-encoded, which a lone surrogate cannot be.
    details: toUSVString(details.length > MAX_DETAILS ? `${details.slice(0, MAX_DETAILS)}…` : details),
  };
}
