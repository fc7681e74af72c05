import {
  buildTree,
  joinChunks,
  runSliced,
  spanIdText,
  TraceFrameDecoder,
  type AnalysisInput,
  type FrameChunk,
  type Steps,
  type Texts,
} from '@clew/trace-model';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Engine } from '../../engine/engine.ts';
import { traceFrame } from '../run/trace-frame.ts';

/** One trace, ready to be analysed: its spans by start, and their tree, corrected for clock skew. */
export interface TraceSkeleton extends AnalysisInput {
  readonly messages: Texts;
  /** Unix nanoseconds that the times of `tree` and `columns` count from. */
  readonly baseNs: bigint;
}

/** A span as answers name it. A parent that nobody sent has an id alone. */
export interface NamedSpan {
  readonly spanId: string;
  readonly service?: string;
  readonly name?: string;
}

/** Milliseconds of work before others get a turn. */
const BUDGET_MS = 5;

/** `rows`: of the trace, at most. Rejects with EngineError. */
export async function readSkeleton(
  engine: Engine,
  tenant: string,
  traceId: string,
  rows: number
): Promise<TraceSkeleton> {
  const decoder = new TraceFrameDecoder();
  const chunks: FrameChunk[] = [];
  for await (const bytes of traceFrame(engine, tenant, traceId, rows)) {
    chunks.push(...decoder.push(bytes));
  }
  decoder.end();
  const columns = joinChunks(chunks);
  await nextTurn();
  const tree = await inTurns(buildTree(columns, { correctSkew: true }));
  const { names, services, messages, baseNs } = decoder.frame;
  return { tree, columns, names, services, messages, baseNs };
}

/** Step by step, with turns for others. */
export const inTurns = <Result>(steps: Steps<Result>): Promise<Result> =>
  runSliced(steps, { budgetMs: BUDGET_MS, pause: nextTurn, now: () => performance.now() });

/** The span of a node. */
export function namedSpan({ tree, columns, names, services }: AnalysisInput, node: number): NamedSpan {
  return node < tree.rows
    ? {
        spanId: spanIdText(columns.spanIds, node),
        service: services.get(columns.services[node]),
        name: names.get(columns.names[node]),
      }
    : { spanId: spanIdText(tree.phantomIds, node - tree.rows) };
}
