import { FRAME_VERSION } from '@clew/trace-model';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { TraceState } from '../query/run/trace-state.ts';

/**
 * A trace counts as finished when nothing of it came for this long. SDKs send at the latest 5 s after a span's end,
 * collectors hold a trace for 30 s to sample it by its tail: a minute is past both.
 */
const FINISHED_AFTER_MS = 60_000;

/**
 * A finished trace may still grow: a queue's consumer comes hours later. So the time for which it is taken unasked is a
 * tenth of the time for which it has been quiet (the heuristic of RFC 9111 §4.2.2), and an hour at most.
 */
const QUIET_SHARE = 0.1;
const MAX_AGE_SECONDS = 3600;

/** To be raised when answers about the same rows change. */
const ANSWER_VERSION = 1;

/** Forms of a trace that share a path or might be mistaken for one another. */
export type TraceForm = 'frame' | 'protobuf' | 'json' | 'matches' | 'column' | 'keys';

/** Weak, because the bytes differ by content coding. */
export function entityTag(form: TraceForm, { rows, newestMs, lost = 0 }: TraceState): string {
  const version = form === 'frame' ? FRAME_VERSION : ANSWER_VERSION;
  return `W/"${form}${version}-${rows.toString(36)}-${newestMs.toString(36)}${lost === 0 ? '' : `-${lost.toString(36)}`}"`;
}

/** Whether an If-None-Match header (RFC 9110 §13.1.2) names the answer. */
export function isNamed(header: string, tag: string): boolean {
  const opaque = (text: string) => text.trim().replace(/^W\//, '');
  return header.split(',').some((candidate) => candidate.trim() === '*' || opaque(candidate) === opaque(tag));
}

/** `wanted`: how many spans were asked for, if not the whole trace. Where one is missing, it may still come. */
export function cacheControl(state: TraceState, nowMs: number, wanted?: number): string {
  const quietMs = nowMs - state.newestMs;
  if (quietMs <= FINISHED_AFTER_MS || (wanted !== undefined && wanted !== state.spanIds)) {
    return 'no-cache';
  }
  return `private, max-age=${Math.min(Math.floor((quietMs / 1000) * QUIET_SHARE), MAX_AGE_SECONDS)}`;
}

export function setCacheHeaders(reply: FastifyReply, form: TraceForm, state: TraceState, wanted?: number): void {
  reply
    .header('ETag', entityTag(form, state))
    .header('Cache-Control', cacheControl(state, Date.now(), wanted))
    .header('Vary', 'Accept, Accept-Encoding, Authorization, X-Scope-OrgID');
}

/**
 * Answers 304 when the client has this form already. The state has to be read before the answer is, never after: an
 * answer newer than its tag is sent once too often, an older one would stay.
 */
export function sendIfKnown(
  request: FastifyRequest,
  reply: FastifyReply,
  form: TraceForm,
  state: TraceState,
  wanted?: number
): boolean {
  const header = request.headers['if-none-match'];
  if (header === undefined || !isNamed(header, entityTag(form, state))) {
    return false;
  }
  setCacheHeaders(reply, form, state, wanted);
  reply.code(304).send();
  return true;
}

/** Who says that it has something costs a query of its own, for the state; it spares that of the answer. */
export const isRevalidation = ({ headers }: FastifyRequest): boolean => headers['if-none-match'] !== undefined;
