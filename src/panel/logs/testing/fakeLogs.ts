import { LoadingState, type DataQueryRequest, type DataQueryResponse, type DataFrame } from '@grafana/data';
import { setDataSourceSrv, type DataSourceSrv } from '@grafana/runtime';
import { NEVER, of, throwError, type Observable } from 'rxjs';
import { type LinkedQuery } from '../../linked/askGrafana';

export interface FakeLogs {
  /** Every question that was asked. */
  readonly requests: Array<DataQueryRequest<LinkedQuery>>;
  /** How the logs datasource answers; changed at will. */
  answer: (request: DataQueryRequest<LinkedQuery>) => Observable<Partial<DataQueryResponse>>;
}

export const LINKED = {
  datasourceUid: 'loki',
  customQuery: false,
  tags: [{ key: 'service.name', value: 'service_name' }],
  spanStartTimeShift: '-1m',
  spanEndTimeShift: '1m',
};

/** Grafana's list of datasources with Clew (`clew`), linked as `options` say, and Loki (`loki`), which is asked nothing real. */
export function fakeLogs(options: unknown, logsType = 'loki'): FakeLogs {
  const fake: FakeLogs = { requests: [], answer: () => of({ data: [] }) };
  const settings: Readonly<Record<string, unknown>> = {
    clew: { uid: 'clew', name: 'Clew', type: 'clew-traces-datasource', jsonData: { tracesToLogsV2: options } },
    loki: { uid: 'loki', name: 'Loki', type: logsType, jsonData: {} },
  };
  const service = {
    getInstanceSettings: (uid: string) => settings[uid],
    getList: () => [],
    reload: () => undefined,
    registerRuntimeDataSource: () => undefined,
    get: async () => ({
      getRef: () => ({ uid: 'loki', type: logsType }),
      query: (request: DataQueryRequest<LinkedQuery>) => {
        fake.requests.push(request);
        return fake.answer(request);
      },
    }),
  };
  setDataSourceSrv(service as unknown as DataSourceSrv);
  return fake;
}

export const answered = (data: DataFrame[]) => of({ data, state: LoadingState.Done });
export const refused = (status: number, message: string) => throwError(() => ({ status, data: { message } }));
export const never = () => NEVER;
