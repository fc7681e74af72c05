import { type StoreClient, type TimeWindow } from '../../shared/storeClient';
import { StoreError } from '../../shared/storeError';
import { type FoundTrace } from '../../shared/storeTypes';

/** Traces to begin with. */
export interface Examples {
  readonly slowest: readonly FoundTrace[];
  readonly failed: readonly FoundTrace[];
  /** When the store answered: ages are counted from here. */
  readonly atMs: number;
}

const LIMIT = 5;

/** Examples are an offer: where the store fails, which the rest of the page says, there are none. */
export async function loadExamples(client: StoreClient, window: TimeWindow, signal: AbortSignal): Promise<Examples> {
  const find = async (query: string, sort: 'start' | 'duration') => {
    try {
      return (await client.search(query, { limit: LIMIT, spansPerTrace: 1, sort, window, signal })).traces;
    } catch (error) {
      if (error instanceof StoreError) {
        return [];
      }
      throw error;
    }
  };
  const [slowest, failed] = await Promise.all([find('{ }', 'duration'), find('{ status = error }', 'start')]);
  return { slowest, failed, atMs: Date.now() };
}
