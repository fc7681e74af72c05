import {
  CoreApp,
  LoadingState,
  dateTime,
  rangeUtil,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataFrame,
} from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { type DataQuery } from '@grafana/schema';
import { defer } from 'rxjs';
import { asNumber, asString, isObject } from '../../shared/narrowing';
import { abortError, throwIfAborted } from '../trace/abort';

/** Unix milliseconds. */
export interface LinkedRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A query as the linked datasource takes it; what is beyond Grafana's own fields is the datasource's. */
export interface LinkedQuery extends DataQuery {
  readonly [field: string]: unknown;
}

/** Grafana or the linked datasource refused or failed. */
export class LinkedError extends Error {
  override readonly name = 'LinkedError';
  constructor(
    message: string,
    /** HTTP's, 0 if there was none. */
    readonly status: number
  ) {
    super(message);
  }
}

/** Milliseconds. Loki itself gives up after a minute. */
const PATIENCE_MS = 75_000;
let asked = 0;

/**
 * The last answer of a datasource to some queries, asked with the rights of the user. `points` per series at most, for those that
 * have points. Rejects with LinkedError, and with AbortError.
 */
export async function askGrafana(
  datasourceUid: string,
  targets: readonly LinkedQuery[],
  { fromMs, toMs }: LinkedRange,
  signal: AbortSignal,
  points?: number
): Promise<DataFrame[]> {
  throwIfAborted(signal);
  const datasource = await getDataSourceSrv()
    .get(datasourceUid)
    .catch((error: unknown) => {
      throw toLinkedError(error);
    });
  throwIfAborted(signal);
  const times = { from: dateTime(fromMs), to: dateTime(toMs) };
  const range = { ...times, raw: times };
  const interval =
    points === undefined ? { interval: '1s', intervalMs: 1000 } : rangeUtil.calculateInterval(range, points);
  asked += 1;
  const request: DataQueryRequest<LinkedQuery> = {
    app: CoreApp.Unknown,
    requestId: `clew-linked-${asked}`,
    ...interval,
    maxDataPoints: points,
    range,
    scopedVars: {},
    targets: targets.map((target) => ({ ...target, datasource: datasource.getRef() })),
    timezone: 'utc',
    startTime: Date.now(),
  };
  const response = await lastAnswer(() => datasource.query(request), signal);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- datasources built for an older Grafana say it there
  const problem = response.errors?.[0] ?? response.error;
  if (problem !== undefined || response.state === LoadingState.Error) {
    throw toLinkedError(problem);
  }
  return response.data.filter(isFrame);
}

const isFrame = (data: unknown): data is DataFrame => isObject(data) && Array.isArray(data.fields);

type Answers = ReturnType<Awaited<ReturnType<ReturnType<typeof getDataSourceSrv>['get']>>['query']>;

/** Unsubscribing ends the request. */
function lastAnswer(ask: () => Answers, signal: AbortSignal): Promise<DataQueryResponse> {
  return new Promise((resolve, reject) => {
    let last: DataQueryResponse = { data: [] };
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      subscription.unsubscribe();
      settle();
    };
    const onAbort = () => end(() => reject(abortError()));
    const timer = setTimeout(
      () => end(() => reject(new LinkedError(`There was no answer within ${PATIENCE_MS / 1000} s.`, 504))),
      PATIENCE_MS
    );
    signal.addEventListener('abort', onAbort);
    const subscription = defer(ask).subscribe({
      next: (response) => {
        last = response;
      },
      // Not at once: what answers at once does so before there is a subscription.
      error: (error: unknown) => queueMicrotask(() => end(() => reject(toLinkedError(error)))),
      complete: () => queueMicrotask(() => end(() => resolve(last))),
    });
  });
}

/** Errors of fetches, of queries, and of JavaScript have their message in different places. */
function toLinkedError(error: unknown): LinkedError {
  if (error instanceof LinkedError) {
    return error;
  }
  const { data, message, status, statusText } =
    isObject(error) || error instanceof Error ? fieldsOf(error) : fieldsOf({});
  const inner = fieldsOf(isObject(data) ? data : {});
  const text = [inner.message, inner.error, message, statusText].map(asString).find(Boolean);
  return new LinkedError(text ?? 'The query failed without a word.', asNumber(status) ?? 0);
}

const fieldsOf = (value: object): Readonly<Record<string, unknown>> => {
  const { data, message, status, statusText, error }: Record<string, unknown> = {
    message: value instanceof Error ? value.message : undefined,
    ...value,
  };
  return { data, message, status, statusText, error };
};
