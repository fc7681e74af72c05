import { LoadingState, type DataQueryResponse } from '@grafana/data';
import { Observable } from 'rxjs';
import { type ClewQuery } from '../types';
import { runQuery, type Answer, type QueryContext } from './runQuery';

/** Drawing a table takes longer than a store takes for the next part of its answer. */
const SHOWN_EVERY_MS = 300;

/**
 * All queries in one response: of several, Grafana keeps the errors of the last alone. Before it, what has been found so
 * far, where there is something to show. `prepare` gives the queries as they are asked. Unsubscribing ends the requests.
 */
export function runQueries(
  prepare: () => Promise<readonly ClewQuery[]>,
  context: Omit<QueryContext, 'signal' | 'onPartial'>
): Observable<DataQueryResponse> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    const { signal } = abort;
    const run = async () => {
      const queries = await prepare();
      if (signal.aborted) {
        return;
      }
      const latest: Answer[] = queries.map(() => ({ data: [] }));
      let shownAt = -Infinity;
      const show = (index: number, answer: Answer) => {
        latest[index] = answer;
        if (signal.aborted || performance.now() - shownAt < SHOWN_EVERY_MS) {
          return;
        }
        const data = latest.flatMap(({ data }) => data);
        if (data.length > 0) {
          shownAt = performance.now();
          subscriber.next({ data, state: LoadingState.Loading });
        }
      };
      const answers = await Promise.all(
        queries.map(async (query, index) => {
          const onPartial = (answer: Answer) => show(index, answer);
          latest[index] = await runQuery(query, { ...context, signal, onPartial });
          return latest[index];
        })
      );
      const errors = answers.flatMap((answer) => answer.errors ?? []);
      subscriber.next({
        data: answers.flatMap(({ data }) => data),
        ...(errors.length > 0 ? { errors, state: LoadingState.Error } : {}),
      });
      subscriber.complete();
    };
    run().catch((error: unknown) => subscriber.error(error));
    return () => abort.abort();
  });
}
