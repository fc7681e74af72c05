import type { FastifyRequest } from 'fastify';

import type { Engine } from '../engine/engine.ts';
import { ApiError } from '../errors.ts';
import type { EmitterCache } from '../query/run/emitter-cache.ts';
import type { Pinning } from '../pins/pinning.ts';
import type { LossReader } from '../query/run/losses.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ObserveQuery } from '../telemetry/query-metrics.ts';
import { NoTenant, type Tenants } from '../tenants.ts';

/** What only the running process knows. */
export interface LiveStatus {
  readonly ready: boolean;
  readonly uptimeSeconds: number;
  /** Since the start. */
  readonly receivedSpans: number;
  /** Since the start, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** When it happened last, by reason: Unix milliseconds. */
  readonly lastRefusedMs: Readonly<Record<string, number>>;
  /** `host:port` of the listeners that spans go to. */
  readonly otlp: { readonly grpc: string; readonly http: string };
}

export interface QueryServerDependencies {
  readonly engine: Engine;
  readonly version: string;
  readonly tenants: Tenants;
  readonly observe?: ObserveQuery;
  readonly pinning: Pinning;
  readonly status: () => LiveStatus;
  /** If given, everything but `/api/echo` demands it as a bearer token. */
  readonly token?: string;
  readonly log: Logger;
}

/** What a route gets. */
export interface RouteDependencies extends QueryServerDependencies {
  readonly emitters: EmitterCache;
  readonly losses: LossReader;
}

/** Whose spans a request may see. Throws ApiError where a tenant has to be named. */
export function tenantOf({ headers }: FastifyRequest, tenants: Tenants): string {
  const header = headers['x-scope-orgid'];
  return tenantFrom(Array.isArray(header) ? header.join(',') : header, tenants);
}

/** The same by the value of `X-Scope-OrgID`. */
export function tenantFrom(header: string | undefined, tenants: Tenants): string {
  try {
    return tenants.fromHeader(header);
  } catch (error) {
    if (error instanceof NoTenant) {
      throw new ApiError('tenant_missing', error.message);
    }
    throw error;
  }
}
