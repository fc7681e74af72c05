import type { OperationHistory } from '@clew/trace-model';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Engine } from '../../engine/engine.ts';
import { planSearch } from '../plan/search-plan.ts';
import { TraceLoader, type LoadedTrace } from '../run/loaded-traces.ts';
import { ANY_KEYS } from '../sql/known-keys.ts';
import { likeTracesSql, type LikeTraceRow } from './history-sql.ts';

export interface HistoryRequest {
  readonly tenant: string;
  /** Of the root of the trace in question. */
  readonly service: string;
  readonly name: string;
  /** When that trace began. What came after does not say what was usual. */
  readonly startNs: bigint;
}

const DAY_NS = 86_400_000_000_000n;
/** What went wrong lately is not what is usual: who looks at an incident looks within the hour. */
const HOUR_NS = 3_600_000_000_000n;
/** Fewer say little: then nothing is known, and findings fall back on what holds everywhere. */
const LEAST_TRACES = 50;
const MOST_TRACES = 300;
/** A trace with more says more of itself than of its operations. */
const MOST_SPANS = 20_000;

/**
 * What spans of each operation were like in traces with the same root, from a day to an hour before. Rejects with
 * EngineError.
 */
export async function readHistory(
  engine: Engine,
  { tenant, service, name, startNs }: HistoryRequest
): Promise<(service: string, name: string) => OperationHistory | undefined> {
  const query = likeTracesSql({
    ...{ tenant, service, name, limit: MOST_TRACES },
    fromNs: startNs > DAY_NS ? startNs - DAY_NS : 0n,
    toNs: startNs > HOUR_NS ? startNs - HOUR_NS : 0n,
  });
  const ids = (await engine.rows<LikeTraceRow>(query)).map(({ id }) => id).sort();
  const seen = new OperationsSeen();
  if (ids.length < LEAST_TRACES) {
    return seen.history();
  }
  for await (const trace of new TraceLoader(engine, tenant, planSearch('{ }'), ANY_KEYS).load(ids)) {
    if (trace.size <= MOST_SPANS) {
      seen.add(trace);
      await nextTurn();
    }
  }
  return seen.history();
}

interface Seen {
  readonly durations: number[];
  readonly darkShares: number[];
  readonly children: number[];
  errors: number;
}

interface Span {
  readonly start: number;
  readonly end: number;
  /** Ends of children, and the time that they leave uncovered so far. */
  covered: number;
  dark: number;
  children: number;
}

/** By service and name what spans were like. */
class OperationsSeen {
  readonly #seen = new Map<string, Seen>();

  add(trace: LoadedTrace): void {
    const first = trace.startNs(0);
    const spans = new Map<string, Span>();
    const all: Span[] = [];
    for (let index = 0; index < trace.size; index++) {
      const start = Number(trace.startNs(index) - first);
      const span = {
        start,
        end: start + Math.max(Number(trace.durationNs(index)), 0),
        covered: start,
        dark: 0,
        children: 0,
      };
      spans.set(trace.spanId(index), span);
      all.push(span);
    }
    // Spans come by start, and so do the children of each.
    for (let index = 0; index < trace.size; index++) {
      const parent = spans.get(trace.parentSpanId(index));
      if (parent && parent !== all[index]) {
        const { start, end } = all[index];
        parent.dark += Math.max(0, Math.min(start, parent.end) - parent.covered);
        parent.covered = Math.max(parent.covered, Math.min(end, parent.end));
        parent.children += 1;
      }
    }
    for (const [index, { start, end, covered, dark, children }] of all.entries()) {
      const of = this.#of(trace.service(index), trace.name(index));
      of.durations.push(end - start);
      of.darkShares.push(end > start ? (dark + end - covered) / (end - start) : 0);
      of.children.push(children);
      of.errors += trace.statusCode(index) === STATUS_ERROR ? 1 : 0;
    }
  }

  history(): (service: string, name: string) => OperationHistory | undefined {
    const known = new Map<string, OperationHistory>();
    return (service, name) => {
      const key = keyOf(service, name);
      const seen = this.#seen.get(key);
      const history = known.get(key) ?? (seen && historyOf(seen));
      if (history) {
        known.set(key, history);
      }
      return history;
    };
  }

  #of(service: string, name: string): Seen {
    const key = keyOf(service, name);
    const seen = this.#seen.get(key) ?? { durations: [], darkShares: [], children: [], errors: 0 };
    this.#seen.set(key, seen);
    return seen;
  }
}

const STATUS_ERROR = 2;

const keyOf = (service: string, name: string): string => JSON.stringify([service, name]);

function historyOf({ durations, darkShares, children, errors }: Seen): OperationHistory {
  return {
    count: durations.length,
    p50Ns: quantile(durations, 0.5),
    p95Ns: quantile(durations, 0.95),
    p99Ns: quantile(durations, 0.99),
    errorRate: errors / durations.length,
    darkShareP95: quantile(darkShares, 0.95),
    childCountP95: quantile(children, 0.95),
  };
}

function quantile(values: readonly number[], share: number): number {
  const ordered = Float64Array.from(values).sort();
  return ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * share))];
}
