import type { FastifyInstance } from 'fastify';

import { EXEMPLAR_STATES, isUnresolved, type ExemplarState, type SeenExemplar } from '../../pins/exemplar-book.ts';
import { tenantOf, type RouteDependencies } from '../dependencies.ts';
import { pageCursor, readPageCursor } from '../page-cursor.ts';
import { invalid, Parameters, shortened } from '../parameters.ts';

const LIMIT = { fallback: 100, min: 1, max: 1000 };

type Wanted = ExemplarState | 'unresolved';
const WANTED: readonly Wanted[] = [...EXEMPLAR_STATES, 'unresolved'];

/** GET /clew/v1/exemplars: which links from metrics lead to a trace, and why the others do not. docs/api.md has the shape. */
export function exemplarsRoute(server: FastifyInstance, { tenants, pinning }: RouteDependencies): void {
  const { watch } = pinning;
  server.get('/clew/v1/exemplars', async (request) => {
    const parameters = new Parameters(request.query);
    const metric = parameters.text('metric');
    const state = readState(parameters);
    const limit = parameters.integer('limit', LIMIT);
    // What came meanwhile is newer than what the first page began with.
    const at = readPageCursor(parameters, [Number.isSafeInteger, Number.isSafeInteger]);
    const [skipped, seenUntil] = (at as [number, number] | undefined) ?? [0, Date.now()];
    const book = watch.book(tenantOf(request, tenants));
    const found = book.list(
      (exemplar) =>
        (metric === undefined || exemplar.metric === metric) &&
        isWanted(exemplar.state, state) &&
        exemplar.seenMs <= seenUntil
    );
    const end = skipped + limit;
    return {
      prometheus: watch.prometheus,
      labels: watch.labels,
      counts: { ...book.counts(), without_id: book.withoutId },
      metrics: book.metrics(),
      exemplars: found.slice(skipped, end).map(shown),
      next: found.length > end ? pageCursor([end, seenUntil]) : null,
    };
  });
}

function shown({ metric, labels, label, id, traceId, value, timeMs, seenMs, source, state, reason }: SeenExemplar) {
  return {
    metric,
    labels,
    label,
    id,
    traceId: traceId ?? null,
    value: Number.isFinite(value) ? value : null,
    timeMs,
    seenMs,
    source,
    state,
    reason,
  };
}

const isWanted = (state: ExemplarState, wanted: Wanted | undefined): boolean =>
  wanted === undefined || wanted === state || (wanted === 'unresolved' && isUnresolved(state));

function readState(parameters: Parameters): Wanted | undefined {
  const text = parameters.text('state');
  const wanted = WANTED.find((state) => state === text);
  if (text !== undefined && wanted === undefined) {
    throw invalid('state', `is "${shortened(text)}"; there are ${WANTED.join(', ')}`);
  }
  return wanted;
}
