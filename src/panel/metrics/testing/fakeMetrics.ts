import {
  FieldType,
  LoadingState,
  createDataFrame,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type MetricFindValue,
} from '@grafana/data';
import { setDataSourceSrv, type DataSourceSrv } from '@grafana/runtime';
import { of, throwError, NEVER, Observable } from 'rxjs';
import { type LinkedQuery } from '../../linked/askGrafana';

export interface FakeMetrics {
  /** Every question that was asked, with the datasource that it was asked of. */
  readonly asked: Array<{ readonly uid: string; readonly request: DataQueryRequest<LinkedQuery> }>;
  /** Questions that were given up. */
  dropped: number;
  /** How datasources answer; changed at will. */
  answer: (uid: string, query: LinkedQuery) => Observable<Partial<DataQueryResponse>>;
  /** Labels that there are, with their values. */
  labels: Readonly<Record<string, readonly string[]>>;
}

export const LINKED = {
  datasourceUid: 'prometheus',
  spanStartTimeShift: '-5m',
  spanEndTimeShift: '5m',
  tags: [{ key: 'service.name', value: 'service' }],
  queries: [
    { name: 'Latency, p95', query: 'histogram_quantile(0.95, sum by (le) (rate(h_seconds_bucket{$__tags}[1m])))' },
    { name: 'Requests', query: 'sum(rate(h_seconds_count{$__tags}[1m]))' },
  ],
};

/** Grafana's list of datasources with Clew (`clew`), linked as `options` say, and Prometheus (`prometheus`): neither is real. */
export function fakeMetrics(options: unknown): FakeMetrics {
  const fake: FakeMetrics = { asked: [], dropped: 0, answer: () => of({ data: [] }), labels: {} };
  const settings: Readonly<Record<string, unknown>> = {
    clew: { uid: 'clew', name: 'Clew', type: 'clew-traces-datasource', jsonData: { tracesToMetrics: options } },
    prometheus: { uid: 'prometheus', name: 'Prometheus', type: 'prometheus', jsonData: {} },
  };
  const texts = (values: readonly string[]): MetricFindValue[] => values.map((text) => ({ text }));
  const service = {
    getInstanceSettings: (uid: string) => settings[uid],
    getList: () => [],
    reload: () => undefined,
    registerRuntimeDataSource: () => undefined,
    get: async (uid: string) => ({
      getRef: () => ({ uid }),
      getTagKeys: async () => texts(Object.keys(fake.labels)),
      getTagValues: async ({ key }: { key: string }) => texts(fake.labels[key] ?? []),
      query: (request: DataQueryRequest<LinkedQuery>) => {
        fake.asked.push({ uid, request });
        return new Observable((observer) => {
          let isOver = false;
          const inner = fake.answer(uid, request.targets[0]).subscribe({
            next: (value) => observer.next(value),
            error: (error: unknown) => {
              isOver = true;
              observer.error(error);
            },
            complete: () => {
              isOver = true;
              observer.complete();
            },
          });
          return () => {
            inner.unsubscribe();
            fake.dropped += isOver ? 0 : 1;
          };
        });
      },
    }),
  };
  setDataSourceSrv(service as unknown as DataSourceSrv);
  return fake;
}

export const answered = (...data: DataFrame[]) => of({ data, state: LoadingState.Done });
export const refused = (status: number, message: string) => throwError(() => ({ status, data: { message } }));
export const never = () => NEVER;

export const seriesOf = (timeMs: number, values: number[], name?: string): DataFrame =>
  createDataFrame({
    name,
    fields: [
      { name: 'Time', type: FieldType.time, values: values.map((_, index) => timeMs + index * 1000) },
      { name: 'Value', type: FieldType.number, values },
    ],
  });
