import { SearchEvaluator } from '@clew/traceql';

import { traceOf, type TraceParts } from '../run/loaded-traces.ts';
import { readNativeBlocks } from '../run/native-reader.ts';
import type { RowColumns } from '../sql/trace-frame-sql.ts';
import { firstRows } from './row-pages.ts';

/** Rows of a trace as `rowPages` read them. */
export interface EvaluatedPage {
  readonly bytes: Buffer;
  /** How many rows to take of each of the first blocks; the others are a later page's. */
  readonly rows: readonly number[];
}

export interface EvaluatedParts extends TraceParts {
  readonly columns: RowColumns;
}

/** Finds out which rows of a trace a query yields: all pages first, then the answer. */
export interface Evaluation {
  addPage(page: EvaluatedPage): void;
  /** A byte for each row, 1 where the query yields it. Throws TraceqlError for what only the data brings to light. */
  matches(parts: EvaluatedParts): Uint8Array | Promise<Uint8Array>;
}

/** In the thread that asks. */
export class RowEvaluation implements Evaluation {
  readonly #pages: EvaluatedPage[] = [];

  addPage(page: EvaluatedPage): void {
    this.#pages.push(page);
  }

  matches(parts: EvaluatedParts): Uint8Array<ArrayBuffer> {
    const blocks = this.#pages.flatMap(({ bytes, rows }) =>
      readNativeBlocks(bytes, parts.columns)
        .slice(0, rows.length)
        .map((block, index) => firstRows(block, rows[index]))
    );
    const trace = traceOf(blocks, parts);
    const matches = new Uint8Array(trace.size);
    if (trace.size > 0) {
      for (const { spans } of new SearchEvaluator(parts.plan.query).evaluate(trace)) {
        for (const span of spans) {
          matches[span] = 1;
        }
      }
    }
    return matches;
  }
}
