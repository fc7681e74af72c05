import { RowBitsEncoder } from '@clew/trace-model';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { EngineError, type Engine } from '../../engine/engine.ts';
import type { Condition } from '../plan/plan.ts';
import type { SearchPlan } from '../plan/search-plan.ts';
import { TraceLoader } from '../run/loaded-traces.ts';
import type { FixedColumn } from '../run/native-reader.ts';
import { attributeNames, readKnownKeys, readPlanKeys } from '../run/read-known-keys.ts';
import { SpanColumns } from '../run/span-columns.ts';
import { ConditionSql } from '../sql/condition-sql.ts';
import { SqlParameters } from '../sql/sql-text.ts';
import { ROW_COLUMNS } from '../sql/trace-frame-sql.ts';
import type { MatchPlan } from './match-plan.ts';
import { RowEvaluation, type Evaluation } from './row-evaluation.ts';
import { firstRows, rowPages } from './row-pages.ts';

/** Rows of a trace that is evaluated: its columns take some hundred bytes each. */
const MAX_EVALUATED_ROWS = 4_000_000;
/** More are evaluated in a thread of their own: a million take seconds, in which nothing else would be answered. */
const MAX_ROWS_HERE = 20_000;
/** ClickHouse's ErrorCodes.cpp: what is read is too much. */
const TOO_MANY_ROWS = 158;

export interface MatchRequest {
  readonly tenant: string;
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  readonly plan: MatchPlan;
  /** How many rows the trace has, at most. */
  readonly rows: number;
}

/**
 * A bit for each row of the trace's frame: whether the query yields that span; as chunks of row bits. Rejects with
 * EngineError, and before the first chunk with TraceqlError for what only the data brings to light.
 */
export function traceMatches(engine: Engine, request: MatchRequest): AsyncGenerator<Uint8Array> {
  const { plan } = request;
  return plan.kind === 'condition'
    ? conditionBits(engine, request, plan.condition)
    : evaluatedBits(engine, request, plan.search);
}

async function* conditionBits(
  engine: Engine,
  { tenant, traceId, rows }: MatchRequest,
  condition: Condition
): AsyncGenerator<Uint8Array> {
  const keys = await readKnownKeys(engine, tenant, attributeNames(condition));
  const params = new SqlParameters();
  const test = new ConditionSql(params, scopeOf(tenant, traceId), keys).test(condition);
  const columns = { ...ROW_COLUMNS, matches: { type: 'UInt8', sql: `CAST(${test} AS UInt8)` } };
  const encoder = new RowBitsEncoder(Buffer.from(traceId, 'hex'));
  const source = { tenant, traceId, columns, params: params.query(test).params };
  for await (const { blocks, isLast } of rowPages(engine, source)) {
    for (const block of blocks) {
      encoder.add((block.columns.matches as FixedColumn).bytes.subarray(0, block.rows));
    }
    const chunk = isLast ? encoder.lastChunk() : encoder.chunk(rows);
    if (chunk) {
      yield chunk;
      await nextTurn();
    }
  }
}

async function* evaluatedBits(
  engine: Engine,
  { tenant, traceId, rows }: MatchRequest,
  search: SearchPlan
): AsyncGenerator<Uint8Array> {
  if (rows > MAX_EVALUATED_ROWS) {
    throw new EngineError(`The trace has more than ${MAX_EVALUATED_ROWS} spans`, TOO_MANY_ROWS);
  }
  const loader = new TraceLoader(engine, tenant, search, await readPlanKeys(engine, tenant, search));
  const source = { tenant, traceId, ...loader.columnsOf(traceId) };
  const evaluate = async (evaluation: Evaluation): Promise<Uint8Array> => {
    for await (const { blocks, bytes } of rowPages(engine, source)) {
      await loader.readEmitters(
        new SpanColumns(
          blocks.map(({ columns, rows: taken, starts }) => firstRows({ rows: starts.length / 2, columns }, taken))
        )
      );
      evaluation.addPage({ bytes, rows: blocks.map((block) => block.rows) });
      await nextTurn();
    }
    return evaluation.matches({ ...loader.parts, columns: source.columns });
  };
  const encoder = new RowBitsEncoder(Buffer.from(traceId, 'hex'));
  encoder.add(rows > MAX_ROWS_HERE ? await inOtherThread(evaluate) : await evaluate(new RowEvaluation()));
  yield encoder.lastChunk();
}

/** The last evaluation in another thread, or the one that runs: they take turns, since each takes much memory. */
let turn: Promise<unknown> = Promise.resolve();

function inOtherThread<Result>(work: (evaluation: Evaluation) => Promise<Result>): Promise<Result> {
  const result = turn.then(async () => {
    const { EvaluationThread } = await import('./evaluation-thread.ts');
    const thread = new EvaluationThread();
    try {
      return await work(thread);
    } finally {
      await thread.end();
    }
  });
  turn = result.catch(() => undefined);
  return result;
}

/** Conditions on whole traces are asked of this one. */
const scopeOf = (tenant: string, traceId: string) => ({
  tenant,
  range: { startNs: undefined, endNs: undefined },
  traceIds: [traceId],
});
