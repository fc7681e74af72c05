import type { Engine } from '../engine/engine.ts';
import type { Logger } from '../telemetry/logger.ts';

/** What only the running process knows. */
export interface LiveStatus {
  readonly ready: boolean;
  readonly uptimeSeconds: number;
  /** Since the start. */
  readonly receivedSpans: number;
  /** Since the start, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** `host:port` of the listeners that spans go to. */
  readonly otlp: { readonly grpc: string; readonly http: string };
}

export interface QueryServerDependencies {
  readonly engine: Engine;
  readonly version: string;
  readonly status: () => LiveStatus;
  /** If given, everything but `/api/echo` demands it as a bearer token. */
  readonly token?: string;
  readonly log: Logger;
}

/** The tenant of every query, until there are more. */
export const TENANT = '';
