import { EngineError, type Engine } from '../../engine/engine.ts';
import type { SpanTimeRange } from '../plan/plan.ts';
import type { SearchPlan } from '../plan/search-plan.ts';
import { candidateIdsSql, CANDIDATE_ID_COLUMNS } from '../sql/search-sql.ts';
import { TraceLoader, type LoadedTrace } from './loaded-traces.ts';
import { readNativeBlocks } from './native-reader.ts';
import { readPlanKeys } from './read-known-keys.ts';
import { SpanColumns } from './span-columns.ts';

/** A query that would have to look at more is refused: each has to be read whole. */
const MAX_TRACES = 1_000_000;
/** ClickHouse's ErrorCodes.cpp. */
const TOO_MANY_ROWS = 158;

/**
 * Every trace of the range that a plan's query may yield spans of, whole, in the order of ids: neighbours are read
 * together, so that each granule is read once. Rejects with EngineError.
 */
export async function* candidateTraces(
  engine: Engine,
  tenant: string,
  plan: SearchPlan,
  range: SpanTimeRange
): AsyncGenerator<LoadedTrace> {
  const keys = await readPlanKeys(engine, tenant, plan);
  const query = candidateIdsSql(plan.candidates, { tenant, range }, keys, MAX_TRACES + 1);
  const columns = new SpanColumns(readNativeBlocks(await engine.bytes(query, 'Native'), CANDIDATE_ID_COLUMNS));
  if (columns.rows > MAX_TRACES) {
    throw new EngineError(`More than ${MAX_TRACES} traces would have to be read`, TOO_MANY_ROWS);
  }
  const ids = columns.rows === 0 ? Buffer.alloc(0) : columns.bytes('trace_id');
  const loader = new TraceLoader(engine, tenant, plan, keys);
  for (let row = 0; row < columns.rows; row += CHUNK) {
    const chunk = Array.from({ length: Math.min(CHUNK, columns.rows - row) }, (_, index) =>
      ids.toString('hex', (row + index) * 16, (row + index + 1) * 16)
    );
    yield* loader.load(chunk);
  }
}

/** Ids that are made texts at a time. */
const CHUNK = 2000;
