import { buildTree, runNow, selfTime } from '@clew/trace-model';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { EngineError, type Engine, TIMEOUT_EXCEEDED } from '../../engine/engine.ts';
import { ManySkeletons } from '../analysis/many-skeletons.ts';
import { matchingTraces, type MatchingRequest } from '../analysis/matching-traces.ts';
import { TextNumbers } from '../analysis/skeleton-batch.ts';
import { inTurns } from '../analysis/trace-skeleton.ts';
import { MapSum } from './map-sum.ts';
import { mapAnswer, type MapAnswer } from './map-answer.ts';
import { PEER_SQL } from './peer-sql.ts';

/** Traces of fewer spans take less than a turn. */
const SMALL_ROWS = 4000;
/** Milliseconds of work before others get a turn. */
const BUDGET_MS = 5;
/** It ends after so many milliseconds, whatever it has found: each statement has a bound of its own. */
const MAX_MS = 60_000;

/** The service maps of the traces that a query finds, summed up. Rejects with EngineError and TraceqlError. */
export async function summedMap(engine: Engine, request: MatchingRequest): Promise<MapAnswer> {
  const deadline = performance.now() + MAX_MS;
  const { ids, truncated } = await matchingTraces(engine, request);
  const texts = { names: new TextNumbers(), services: new TextNumbers() };
  const peers = new TextNumbers();
  const sum = new MapSum(peers);
  let read = 0;
  let startNs: bigint | undefined;
  const extra = { sql: PEER_SQL, numbers: peers };
  const skeletons = new ManySkeletons(engine, request.tenant, texts.names, texts.services, extra);
  for await (const { batch, traces } of skeletons.read(ids)) {
    let turnStart = performance.now();
    for (let trace = 0; trace < traces; trace++) {
      const columns = batch.columns(trace);
      const isSmall = columns.kinds.length <= SMALL_ROWS;
      const treeSteps = buildTree(columns, { correctSkew: true });
      const input = { ...texts, columns, tree: isSmall ? runNow(treeSteps) : await inTurns(treeSteps) };
      const { selfNs } = isSmall ? runNow(selfTime(input)) : await inTurns(selfTime(input));
      sum.add(input, batch.extras(trace), selfNs);
      const traceStart = batch.startNs(trace);
      startNs = startNs === undefined || traceStart < startNs ? traceStart : startNs;
      if (performance.now() - turnStart >= BUDGET_MS) {
        await nextTurn();
        turnStart = performance.now();
      }
    }
    read += traces;
    if (performance.now() > deadline) {
      throw new EngineError('Reading service maps took too long', TIMEOUT_EXCEEDED);
    }
  }
  return mapAnswer(sum, { traces: read, truncated, startNs });
}
