import { type DataFrame, type DataQueryError, type TimeRange } from '@grafana/data';
import { type StorePlace } from '../../shared/describeStoreError';
import { type StoreClient } from '../../shared/storeClient';
import { StoreError } from '../../shared/storeError';
import { searchFrame, type LinkTarget } from '../frames/searchFrame';
import { traceFrame } from '../frames/traceFrame';
import { type ClewQuery } from '../types';
import { classify } from './classify';
import { limitOf, spansPerTraceOf } from './defaults';
import { toQueryError } from './queryError';

export interface QueryContext {
  readonly client: StoreClient;
  readonly target: LinkTarget;
  /** Asked only when something failed. */
  readonly place: () => Promise<StorePlace>;
  /** A search looks here; a lookup by id does not. Links can come without one. */
  readonly range: TimeRange | undefined;
  readonly signal: AbortSignal;
}

/** Frames of what was found, or errors. */
export interface Answer {
  readonly data: DataFrame[];
  readonly errors?: DataQueryError[];
}

/** Answers one query, its variables filled in. Never rejects: errors are part of the answer. */
export async function runQuery(query: ClewQuery, context: QueryContext): Promise<Answer> {
  const { client, target, range, signal } = context;
  const { refId } = query;
  const question = classify(query);
  try {
    switch (question.kind) {
      case 'nothing':
        return { data: [] };
      case 'invalid':
        return failure({ message: question.message, refId });
      case 'lookup':
        return { data: [traceFrame(await client.trace(question.traceId, signal), refId)] };
      case 'search': {
        const { traces } = await client.search(question.traceql, {
          limit: limitOf(query),
          spansPerTrace: spansPerTraceOf(query),
          window: range && { fromMs: range.from.valueOf(), toMs: range.to.valueOf() },
          signal,
        });
        // Explore says "No data" for no frame, and "0 series" for one without rows.
        return { data: traces.length > 0 ? [searchFrame(traces, target, refId)] : [] };
      }
    }
  } catch (error) {
    if (error instanceof StoreError) {
      const traceId = question.kind === 'lookup' ? question.traceId : undefined;
      return failure(toQueryError(error, refId, await context.place(), traceId));
    }
    const message = error instanceof Error ? error.message : String(error);
    return failure({ message: `The answer of the store cannot be shown: ${message}`, refId });
  }
}

const failure = (error: DataQueryError): Answer => ({ data: [], errors: [error] });
