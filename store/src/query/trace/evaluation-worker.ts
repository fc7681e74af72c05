import { TraceqlError } from '@clew/traceql';
import { parentPort } from 'node:worker_threads';

import { RowEvaluation } from './row-evaluation.ts';
import type { EvaluationReply, EvaluationRequest } from './evaluation-thread.ts';

/** The thread that evaluation-thread.ts starts: takes pages, then what to make of them, and answers once. */
const evaluation = new RowEvaluation();

parentPort?.on('message', (request: EvaluationRequest) => {
  if ('page' in request) {
    const { bytes, rows } = request.page;
    evaluation.addPage({ bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), rows });
    return;
  }
  let reply: EvaluationReply;
  try {
    reply = { matches: evaluation.matches(request.parts) };
  } catch (error) {
    if (!(error instanceof TraceqlError)) {
      throw error;
    }
    const { kind, message, start, end, line, column, hint } = error;
    reply = { problem: { kind, message, start, end, line, column, hint } };
  }
  parentPort?.postMessage(reply);
});
