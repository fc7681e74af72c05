import type { FastifyInstance } from 'fastify';

import { PIN_KINDS, type PinKind } from '../../pins/pin-store.ts';
import { NOT_STORED, storedTraces } from '../../pins/stored-traces.ts';
import { keptSize } from '../../retention/kept-space.ts';
import { tenantOf, type RouteDependencies } from '../dependencies.ts';
import { pageCursor, readPageCursor } from '../page-cursor.ts';
import { invalid, Parameters, shortened } from '../parameters.ts';

const LIMIT = { fallback: 50, min: 1, max: 500 };

/** GET /clew/v1/pins: what is pinned, newest first, and how much of it has outlived its day. docs/api.md has the shape. */
export function pinsRoute(server: FastifyInstance, { engine, tenants, pinning }: RouteDependencies): void {
  const { pins, kept, limits } = pinning;
  server.get('/clew/v1/pins', async (request) => {
    const parameters = new Parameters(request.query);
    const kind = readKind(parameters);
    const limit = parameters.integer('limit', LIMIT);
    const at = readPageCursor(parameters, [Number.isSafeInteger, isTraceId, isKind]);
    const cursor = at && { pinnedMs: at[0] as number, traceId: at[1] as string, kind: at[2] as PinKind };
    const tenant = tenantOf(request, tenants);
    const found = await pins.list(tenant, limit + 1, kind, cursor);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    const [stored, counts, size] = await Promise.all([
      storedTraces(engine, tenant, [...new Set(page.map(({ traceId }) => traceId))]),
      pins.counts(tenant),
      keptSize(engine, tenant),
    ]);
    return {
      pins: page.map((pin) => ({ ...pin, ...(stored.get(pin.traceId) ?? NOT_STORED) })),
      next: last ? pageCursor([last.pinnedMs, last.traceId, last.kind]) : null,
      counts,
      maxAutomatic: limits.maxPins,
      kept: {
        traces: kept.countOf(tenant),
        spans: size.spans,
        bytes: size.bytes,
        maxBytes: limits.keptBytes,
        days: size.days,
        oldestDay: size.oldestDay ?? null,
      },
    };
  });
}

const isKind = (value: unknown): value is PinKind => PIN_KINDS.some((kind) => kind === value);
const isTraceId = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value);

function readKind(parameters: Parameters): PinKind | undefined {
  const text = parameters.text('kind');
  if (text === undefined || isKind(text)) {
    return text;
  }
  throw invalid('kind', `is "${shortened(text)}"; there are ${PIN_KINDS.join(', ')}`);
}
