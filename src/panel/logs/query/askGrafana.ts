import {
  CoreApp,
  LoadingState,
  dateTime,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataFrame,
} from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { defer } from 'rxjs';
import { asNumber, asString, isObject } from '../../../shared/narrowing';
import { abortError, throwIfAborted } from '../../trace/abort';
import { type LogsQuery } from './dialect';

/** Unix milliseconds. */
export interface LogsRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Grafana or the logs datasource refused or failed. */
export class LogsError extends Error {
  override readonly name = 'LogsError';
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

/** The last answer of a datasource to some queries. Rejects with LogsError, and with AbortError. */
export async function askGrafana(
  datasourceUid: string,
  targets: readonly LogsQuery[],
  { fromMs, toMs }: LogsRange,
  signal: AbortSignal
): Promise<DataFrame[]> {
  throwIfAborted(signal);
  const datasource = await getDataSourceSrv()
    .get(datasourceUid)
    .catch((error: unknown) => {
      throw toLogsError(error);
    });
  throwIfAborted(signal);
  const range = { from: dateTime(fromMs), to: dateTime(toMs) };
  asked += 1;
  const request: DataQueryRequest<LogsQuery> = {
    app: CoreApp.Unknown,
    requestId: `clew-logs-${asked}`,
    interval: '1s',
    intervalMs: 1000,
    range: { ...range, raw: range },
    scopedVars: {},
    targets: targets.map((target) => ({ ...target, datasource: datasource.getRef() })),
    timezone: 'utc',
    startTime: Date.now(),
  };
  const response = await lastAnswer(() => datasource.query(request), signal);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- datasources built for an older Grafana say it there
  const problem = response.errors?.[0] ?? response.error;
  if (problem !== undefined || response.state === LoadingState.Error) {
    throw toLogsError(problem);
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
      () => end(() => reject(new LogsError(`There was no answer within ${PATIENCE_MS / 1000} s.`, 504))),
      PATIENCE_MS
    );
    signal.addEventListener('abort', onAbort);
    const subscription = defer(ask).subscribe({
      next: (response) => {
        last = response;
      },
      // Not at once: what answers at once does so before there is a subscription.
      error: (error: unknown) => queueMicrotask(() => end(() => reject(toLogsError(error)))),
      complete: () => queueMicrotask(() => end(() => resolve(last))),
    });
  });
}

/** Errors of fetches, of queries, and of JavaScript have their message in different places. */
function toLogsError(error: unknown): LogsError {
  if (error instanceof LogsError) {
    return error;
  }
  const { data, message, status, statusText } =
    isObject(error) || error instanceof Error ? fieldsOf(error) : fieldsOf({});
  const inner = fieldsOf(isObject(data) ? data : {});
  const text = [inner.message, inner.error, message, statusText].map(asString).find(Boolean);
  return new LogsError(text ?? 'The query failed without a word.', asNumber(status) ?? 0);
}

const fieldsOf = (value: object): Readonly<Record<string, unknown>> => {
  const { data, message, status, statusText, error }: Record<string, unknown> = {
    message: value instanceof Error ? value.message : undefined,
    ...value,
  };
  return { data, message, status, statusText, error };
};
