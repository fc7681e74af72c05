import { TraceqlError } from '@clew/traceql';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { EngineError } from '../../engine/engine.ts';
import type { EvaluatedPage, EvaluatedParts, Evaluation } from './row-evaluation.ts';

export type EvaluationRequest = { readonly page: EvaluatedPage } | { readonly parts: EvaluatedParts };

/** What a TraceqlError says: threads exchange no classes. */
type Problem = Pick<TraceqlError, 'kind' | 'message' | 'start' | 'end' | 'line' | 'column' | 'hint'>;

export type EvaluationReply = { readonly matches: Uint8Array } | { readonly problem: Problem };

/** The heap of a trace of some million spans. */
const MAX_HEAP_MB = 2048;
/** ClickHouse's ErrorCodes.cpp. */
const MEMORY_LIMIT_EXCEEDED = 241;

/**
 * An evaluation in a thread of its own. This file is loaded when it is needed alone: who tests what stands above it has no
 * `import.meta`.
 */
export class EvaluationThread implements Evaluation {
  readonly #worker = new Worker(new URL('./evaluation-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  readonly #reply: Promise<EvaluationReply>;

  constructor() {
    this.#reply = once(this.#worker, 'message').then(([reply]) => reply as EvaluationReply);
    // `matches` reports a failure, if anybody still asks.
    this.#reply.catch(() => undefined);
  }

  addPage(page: EvaluatedPage): void {
    this.#send({ page });
  }

  /** Rejects with TraceqlError, and with EngineError where the memory does not do. */
  async matches(parts: EvaluatedParts): Promise<Uint8Array> {
    this.#send({ parts });
    const reply = await this.#reply.catch((error: unknown) => {
      const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      throw isMemory
        ? new EngineError('The trace takes more memory than its evaluation may', MEMORY_LIMIT_EXCEEDED, {
            cause: error,
          })
        : error;
    });
    if ('matches' in reply) {
      return reply.matches;
    }
    const { kind, message, start, end, line, column, hint } = reply.problem;
    throw new TraceqlError(kind, message, { start, end }, { line, column }, hint);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(request: EvaluationRequest): void {
    this.#worker.postMessage(request);
  }
}
