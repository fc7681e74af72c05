import { AggregatedPath, buildTree, criticalPath, runNow, type AggregatedPathRow } from '@clew/trace-model';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { EngineError, type Engine, TIMEOUT_EXCEEDED } from '../../engine/engine.ts';
import { ManySkeletons } from './many-skeletons.ts';
import { matchingTraces, type MatchingRequest } from './matching-traces.ts';
import { TextNumbers } from './skeleton-batch.ts';
import { inTurns } from './trace-skeleton.ts';

export interface SummedPathRequest extends MatchingRequest {
  /** Paths go on to the last end of each trace. */
  readonly wholeTrace: boolean;
}

/** Times in nanoseconds. */
export interface PathTotals {
  readonly traces: number;
  /** More traces match. */
  readonly truncated: boolean;
  readonly totalNs: number;
  /** `totalNs` of a trace. */
  readonly avgNs: number;
  readonly missingNs: number;
  readonly waitNs: number;
}

export interface PathShare {
  readonly onPathNs: number;
  readonly share: number;
  /** `onPathNs` divided by all traces that were looked at. */
  readonly avgNs: number;
}

export interface PathRow extends AggregatedPathRow, PathShare {
  readonly baseline?: PathShare;
  /** `avgNs` now less that of the baseline. */
  readonly changeNs?: number;
}

/** As JSON has it: docs/api.md. */
export interface SummedPathAnswer extends PathTotals {
  readonly baseline?: PathTotals;
  readonly rows: readonly PathRow[];
  /** Of which `rows` are the first. */
  readonly rowCount: number;
}

/** Names of spans may be many. */
const MOST_ROWS = 1000;
/** Traces of fewer spans take less than a turn. */
const SMALL_ROWS = 4000;
/** Milliseconds of work before others get a turn. */
const BUDGET_MS = 5;
/** It ends after so many milliseconds, whatever it has found: each statement has a bound of its own. */
const MAX_MS = 60_000;

/**
 * Where the critical paths of the traces that a query finds spend their time, by service and name; with `before`, beside that of
 * other traces, those with the largest change first. Rejects with EngineError and TraceqlError.
 */
export async function summedPath(
  engine: Engine,
  request: SummedPathRequest,
  before?: SummedPathRequest
): Promise<SummedPathAnswer> {
  const deadline = performance.now() + MAX_MS;
  const now = await sumOf(engine, request, deadline);
  const rows = now.path.result().map((row) => ({ ...row, ...shareOf(row, now) }));
  if (before === undefined) {
    return { ...totalsOf(now), rows: rows.slice(0, MOST_ROWS), rowCount: rows.length };
  }
  const baseline = await sumOf(engine, before, deadline);
  const joined = joinedRows(rows, baseline);
  return {
    ...totalsOf(now),
    baseline: totalsOf(baseline),
    rows: joined.slice(0, MOST_ROWS),
    rowCount: joined.length,
  };
}

interface Sum {
  readonly path: AggregatedPath;
  readonly truncated: boolean;
}

async function sumOf(engine: Engine, request: SummedPathRequest, deadline: number): Promise<Sum> {
  const { ids, truncated } = await matchingTraces(engine, request);
  const path = new AggregatedPath();
  const texts = { names: new TextNumbers(), services: new TextNumbers() };
  const skeletons = new ManySkeletons(engine, request.tenant, texts.names, texts.services);
  for await (const { batch, traces } of skeletons.read(ids)) {
    let turnStart = performance.now();
    for (let trace = 0; trace < traces; trace++) {
      const columns = batch.columns(trace);
      const isSmall = columns.kinds.length <= SMALL_ROWS;
      const treeSteps = buildTree(columns, { correctSkew: true });
      const input = { ...texts, columns, tree: isSmall ? runNow(treeSteps) : await inTurns(treeSteps) };
      const pathSteps = criticalPath(input, { wholeTrace: request.wholeTrace });
      path.add(input, isSmall ? runNow(pathSteps) : await inTurns(pathSteps));
      if (performance.now() - turnStart >= BUDGET_MS) {
        await nextTurn();
        turnStart = performance.now();
      }
    }
    if (performance.now() > deadline) {
      throw new EngineError('Reading critical paths took too long', TIMEOUT_EXCEEDED);
    }
  }
  return { path, truncated };
}

const perTrace = (ns: number, { path }: Sum): number => (path.traces === 0 ? 0 : ns / path.traces);

function totalsOf(sum: Sum): PathTotals {
  const { traces, totalNs, missingNs, waitNs } = sum.path;
  return { traces, truncated: sum.truncated, totalNs, avgNs: perTrace(totalNs, sum), missingNs, waitNs };
}

const shareOf = ({ onPathNs, share }: AggregatedPathRow, sum: Sum): PathShare => ({
  onPathNs,
  share,
  avgNs: perTrace(onPathNs, sum),
});

const NOTHING: PathShare = { onPathNs: 0, share: 0, avgNs: 0 };

/** Rows of either side; the largest change first, then as they stand. */
function joinedRows(rows: ReadonlyArray<AggregatedPathRow & PathShare>, baseline: Sum): PathRow[] {
  const earlier = new Map(baseline.path.result().map((row) => [keyOf(row), row]));
  const joined = rows.map((row) => {
    const before = earlier.get(keyOf(row));
    earlier.delete(keyOf(row));
    const share = before === undefined ? NOTHING : shareOf(before, baseline);
    return { ...row, baseline: share, changeNs: row.avgNs - share.avgNs };
  });
  for (const before of earlier.values()) {
    const { service, name } = before;
    const share = shareOf(before, baseline);
    const none = { ...NOTHING, traces: 0, spans: 0, errors: 0 };
    joined.push({ service, name, ...none, baseline: share, changeNs: -share.avgNs });
  }
  return joined.sort((a, b) => Math.abs(b.changeNs) - Math.abs(a.changeNs));
}

const keyOf = ({ service, name }: AggregatedPathRow): string => JSON.stringify([service, name]);
