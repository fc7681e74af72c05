import {
  buildTree,
  comparePaths,
  criticalPath,
  decodeTraceFrame,
  joinChunks,
  PathIndex,
  PathSet,
  selfTime,
  type AnalysisInput,
  type Comparison,
  type Steps,
} from '@clew/trace-model';

import type { Engine } from '../../engine/engine.ts';
import { traceFrame } from '../run/trace-frame.ts';
import { chooseTraces, inTurns, readSkeletons } from './skeletons.ts';

/** One trace, whole, or some that are read as far as they are within bounds, the first ones first. */
export type ComparedTraces =
  { readonly traceId: string; readonly rows: number } | { readonly traceIds: readonly string[] };

export interface CompareRequest {
  readonly tenant: string;
  readonly a: ComparedTraces;
  readonly b: ComparedTraces;
  readonly signal: AbortSignal;
}

export interface ComparedTracesAnswer {
  readonly comparison: Comparison;
  /** Traces of each side that were left out for their size. */
  readonly skipped: { readonly a: number; readonly b: number };
}

/** Reads two sides and compares them by path. Rejects with EngineError, and with the signal's reason. */
export async function compareTraces(
  engine: Engine,
  { tenant, a, b, signal }: CompareRequest
): Promise<ComparedTracesAnswer> {
  const paths = new PathIndex();
  const reader = new SideReader(engine, tenant, signal);
  const [setA, setB] = [new PathSet(paths), new PathSet(paths)];
  // One after the other: each holds a batch of traces, or a large one.
  const skippedA = await reader.read(a, setA);
  const skippedB = await reader.read(b, setB);
  return { comparison: await inTurns(comparePaths(setA, setB), signal), skipped: { a: skippedA, b: skippedB } };
}

class SideReader {
  readonly #engine: Engine;
  readonly #tenant: string;
  readonly #signal: AbortSignal;

  constructor(engine: Engine, tenant: string, signal: AbortSignal) {
    this.#engine = engine;
    this.#tenant = tenant;
    this.#signal = signal;
  }

  /** Fills a set; returns how many traces were left out. */
  async read(side: ComparedTraces, set: PathSet): Promise<number> {
    if ('traceId' in side) {
      await inTurns(added(set, await this.#whole(side.traceId, side.rows)), this.#signal);
      return 0;
    }
    const chosen = await chooseTraces(this.#engine, this.#tenant, side.traceIds);
    let refused = 0;
    for await (const input of readSkeletons(this.#engine, this.#tenant, chosen, this.#signal)) {
      refused += (await inTurns(added(set, input), this.#signal)) ? 0 : 1;
    }
    return chosen.skipped + refused;
  }

  /** As the viewer reads it. */
  async #whole(traceId: string, rows: number): Promise<AnalysisInput> {
    const bytes: Uint8Array[] = [];
    for await (const chunk of traceFrame(this.#engine, this.#tenant, traceId, rows)) {
      bytes.push(chunk);
    }
    const { frame, chunks } = decodeTraceFrame(Buffer.concat(bytes));
    const columns = joinChunks(chunks);
    const tree = await inTurns(buildTree(columns, { correctSkew: true }), this.#signal);
    return { tree, columns, names: frame.names, services: frame.services };
  }
}

function* added(set: PathSet, input: AnalysisInput): Steps<boolean> {
  return yield* set.add(input, yield* selfTime(input), yield* criticalPath(input));
}
