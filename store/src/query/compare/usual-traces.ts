import type { Engine } from '../../engine/engine.ts';
import { likeTracesSql, type LikeTraceRow } from '../findings/history-sql.ts';

export interface UsualRequest {
  readonly tenant: string;
  /** The trace whose like is wanted: it is none of them. */
  readonly traceId: string;
  /** Of its root. */
  readonly service: string;
  readonly name: string;
  readonly startNs: bigint;
  readonly limit: number;
}

export interface UsualTraces {
  readonly traceIds: readonly string[];
  /** They began after the first and before the second: Unix nanoseconds. */
  readonly fromNs: bigint;
  readonly toNs: bigint;
}

const HOUR_NS = 3_600_000_000_000n;
const DAY_NS = 24n * HOUR_NS;
const MINUTE_NS = 60_000_000_000n;
/** What goes wrong now began within the hour, and is not usual; in a store that is younger, all but the last minutes have to do. */
const MARGINS_NS = [HOUR_NS, 15n * MINUTE_NS, 5n * MINUTE_NS, MINUTE_NS, 0n, -HOUR_NS];
/** With fewer, nothing that a trace is placed among says what is unusual. */
const LEAST_TRACES = 20;

/**
 * Traces with the same root, from a day to an hour before. Where these are fewer than 20, to 15 minutes before, then 5, then one, then all of
 * the day before; where these are fewer, too, those of the hour after as well. Chosen at random where there are more than asked for,
 * always the same ones. Rejects with EngineError.
 */
export async function readUsual(engine: Engine, request: UsualRequest): Promise<UsualTraces> {
  const { tenant, traceId, service, name, startNs, limit } = request;
  const fromNs = startNs > DAY_NS ? startNs - DAY_NS : 0n;
  let usual: UsualTraces = { traceIds: [], fromNs, toNs: startNs };
  for (const marginNs of MARGINS_NS) {
    const toNs = startNs > marginNs ? startNs - marginNs : 0n;
    const query = likeTracesSql({ tenant, service, name, fromNs, toNs, limit: limit + 1 });
    const ids = (await engine.rows<LikeTraceRow>(query)).map(({ id }) => id).filter((id) => id !== traceId);
    usual = { traceIds: ids.slice(0, limit), fromNs, toNs };
    if (usual.traceIds.length >= Math.min(LEAST_TRACES, limit)) {
      break;
    }
  }
  return usual;
}
