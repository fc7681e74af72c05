import { CHUNK_ROWS } from '@clew/trace-model';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';

import type { TraceState } from '../query/run/trace-state.ts';
import type { Logger } from '../telemetry/logger.ts';
import { restOf } from './rest-of.ts';
import { setCacheHeaders, type TraceForm } from './trace-cache.ts';

export interface ChunkedAnswer {
  readonly form: TraceForm;
  /** Content type. */
  readonly type: string;
  readonly chunks: AsyncGenerator<Uint8Array>;
}

/**
 * What is told of each row of a trace, sent as it is made; as one piece where it is one chunk. What goes wrong before the first
 * chunk is an answer with a status; after it, it is a body that lacks its last chunk.
 */
export async function sendChunks(
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
  state: TraceState,
  { form, type, chunks }: ChunkedAnswer
): Promise<FastifyReply> {
  if (state.rows < CHUNK_ROWS) {
    const whole: Uint8Array[] = [];
    for await (const chunk of chunks) {
      whole.push(chunk);
    }
    setCacheHeaders(reply, form, state);
    return reply.type(type).send(Buffer.concat(whole));
  }
  const first = await chunks.next();
  const body = Readable.from(restOf(first, chunks), { objectMode: false });
  const path = request.routeOptions.url;
  body.once('error', (error) => {
    if (!request.signal.aborted) {
      log.error({ err: error, path }, 'query failed');
    }
  });
  setCacheHeaders(reply, form, state);
  return reply.type(type).send(body);
}
