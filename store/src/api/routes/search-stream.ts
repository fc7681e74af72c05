import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';

import type { Logger } from '../../telemetry/logger.ts';
import { cancellable } from '../cancellable-engine.ts';
import { tenantOf, type QueryServerDependencies } from '../dependencies.ts';
import { toApiError } from '../error-reply.ts';
import { Parameters } from '../parameters.ts';
import { restOf } from '../rest-of.ts';
import { answerSearch, readSearch, type PartialSearch, type SearchAnswer } from '../search-answer.ts';

const PATH = '/clew/v1/search/stream';

/**
 * GET /clew/v1/search/stream, with the parameters of /api/search: what is known of the answer whenever more of the range
 * has been looked at, as lines of JSON, each in place of the one before. The last line has `"done": true`, or is
 * `{"error": …}`; a body that ends with another one is one that was cut off.
 */
export function searchStreamRoute(server: FastifyInstance, { engine, tenants, log }: QueryServerDependencies): void {
  server.get(PATH, async (request, reply) => {
    const query = readSearch(new Parameters(request.query));
    const tenant = tenantOf(request, tenants);
    const run = (onPartial: (partial: PartialSearch) => void) =>
      answerSearch(cancellable(engine, request.signal), tenant, query, onPartial);
    const lines = searchLines(run, log);
    // What goes wrong before the first line is an answer with a status of its own.
    const first = await lines.next();
    const body = Readable.from(restOf(first, lines), { objectMode: false });
    return reply.type('application/x-ndjson; charset=utf-8').header('X-Accel-Buffering', 'no').send(body);
  });
}

/** Lines that a slow client does not read are left out. */
async function* searchLines(
  run: (onPartial: (partial: PartialSearch) => void) => Promise<SearchAnswer>,
  log: Logger
): AsyncGenerator<string> {
  const news: { latest?: PartialSearch; isOver: boolean; wake: () => void } = { isOver: false, wake: () => {} };
  const answer = run((partial) => {
    news.latest = partial;
    news.wake();
  });
  const over = () => {
    news.isOver = true;
    news.wake();
  };
  answer.then(over, over);
  let written = 0;
  for (;;) {
    await new Promise<void>((wake) => {
      news.wake = wake;
      if (news.latest || news.isOver) {
        wake();
      }
    });
    if (news.isOver) {
      break;
    }
    const partial = news.latest;
    news.latest = undefined;
    if (partial) {
      yield partialLine(partial);
      written += 1;
    }
  }
  try {
    yield line({ ...(await answer), done: true });
  } catch (error) {
    if (written === 0) {
      throw error;
    }
    const apiError = toApiError(error);
    if (apiError.status >= 500) {
      log.error({ err: apiError.cause ?? apiError, code: apiError.code, path: PATH }, 'query failed');
    }
    yield line(apiError.toJSON());
  }
}

const partialLine = ({ traces, settled, inspectedTraces, doneNs, totalNs }: PartialSearch): string =>
  line({
    traces,
    progress: {
      settledTraces: settled,
      inspectedTraces,
      doneNs: Number(doneNs),
      totalNs: totalNs === undefined ? null : Number(totalNs),
    },
  });

const line = (content: object): string => `${JSON.stringify(content)}\n`;
