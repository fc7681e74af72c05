import {
  DataSourceApi,
  LoadingState,
  type CoreApp,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceInstanceSettings,
  type MetricFindValue,
  type ScopedVars,
  type TestDataSourceResponse,
  type TimeRange,
} from '@grafana/data';
import { getTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { Observable } from 'rxjs';
import { datasourceAddress } from '../shared/datasourceAddress';
import { describeStoreError, type StorePlace } from '../shared/describeStoreError';
import { grafanaTransport } from '../shared/grafanaTransport';
import { StoreClient, type TimeWindow } from '../shared/storeClient';
import { StoreError } from '../shared/storeError';
import { type StoreTransport } from '../shared/storeTransport';
import { testConnection } from './health/testConnection';
import { classify } from './query/classify';
import { DEFAULT_QUERY, displayText } from './query/defaults';
import { interpolateTraceql } from './query/interpolate';
import { runQuery } from './query/runQuery';
import { type ClewJsonData, type ClewQuery } from './types';
import { listValues } from './variables/listValues';
import { readVariableQuery } from './variables/readVariableQuery';
import { ClewVariableSupport } from './variables/variableSupport';

/** What the datasource takes from Grafana; tests give their own. */
export interface DatasourceServices {
  readonly transport: StoreTransport;
  readonly templateSrv: Pick<TemplateSrv, 'replace' | 'containsTemplate' | 'getVariables'>;
  readonly address: (uid: string) => Promise<string | undefined>;
}

export class ClewDatasource extends DataSourceApi<ClewQuery, ClewJsonData> {
  readonly client: StoreClient;
  readonly #settings: DataSourceInstanceSettings<ClewJsonData>;
  readonly #services: DatasourceServices;

  constructor(settings: DataSourceInstanceSettings<ClewJsonData>, services: Partial<DatasourceServices> = {}) {
    super(settings);
    this.#settings = settings;
    this.#services = {
      transport: services.transport ?? grafanaTransport(settings.url ?? ''),
      templateSrv: services.templateSrv ?? getTemplateSrv(),
      address: services.address ?? datasourceAddress,
    };
    this.client = new StoreClient(this.#services.transport);
    this.variables = new ClewVariableSupport(this);
  }

  query({ targets, range, scopedVars }: DataQueryRequest<ClewQuery>): Observable<DataQueryResponse> {
    const queries = targets
      .filter((target) => !target.hide && this.filterQuery(target))
      .map((target) => this.applyTemplateVariables(target, scopedVars));
    return new Observable((subscriber) => {
      const abort = new AbortController();
      this.#answer(queries, range, abort.signal).then(
        (response) => {
          subscriber.next(response);
          subscriber.complete();
        },
        (error: unknown) => subscriber.error(error)
      );
      return () => abort.abort();
    });
  }

  filterQuery(query: ClewQuery): boolean {
    return classify(query).kind !== 'nothing';
  }

  getDefaultQuery(_app: CoreApp): Partial<ClewQuery> {
    return DEFAULT_QUERY;
  }

  getQueryDisplayText(query: ClewQuery): string {
    return displayText(query);
  }

  applyTemplateVariables(query: ClewQuery, scopedVars: ScopedVars): ClewQuery {
    return { ...query, query: this.interpolate(query.query ?? '', scopedVars) };
  }

  interpolateVariablesInQueries(queries: ClewQuery[], scopedVars: ScopedVars): ClewQuery[] {
    return queries.map((query) => ({ ...this.applyTemplateVariables(query, scopedVars), datasource: this.getRef() }));
  }

  /** A TraceQL text with its variables filled in. */
  interpolate(text: string, scopedVars: ScopedVars = {}): string {
    const { templateSrv } = this.#services;
    return interpolateTraceql(text, (part, format) => templateSrv.replace(part, scopedVars, format));
  }

  hasVariables(text: string): boolean {
    return this.#services.templateSrv.containsTemplate(text);
  }

  /** `$name` of every dashboard variable. */
  variableNames(): string[] {
    return this.#services.templateSrv.getVariables().map(({ name }) => `$${name}`);
  }

  async metricFindQuery(
    query: unknown,
    { range, scopedVars = {} }: { range?: TimeRange; scopedVars?: ScopedVars } = {}
  ): Promise<MetricFindValue[]> {
    const { templateSrv } = this.#services;
    const { service, tag, ...rest } = readVariableQuery(query);
    const filled = {
      ...rest,
      service: service && templateSrv.replace(service, scopedVars, 'regex'),
      tag: tag && templateSrv.replace(tag, scopedVars),
    };
    try {
      return await listValues(filled, this.client, range && toWindow(range));
    } catch (error) {
      throw error instanceof StoreError ? new Error(describeStoreError(error, await this.place())) : error;
    }
  }

  async testDatasource(): Promise<TestDataSourceResponse> {
    return testConnection(this.client, await this.place(), this.meta.info.version, Date.now());
  }

  /** Where the store is, for messages. */
  async place(): Promise<StorePlace> {
    return { datasourceName: this.name, address: await this.#services.address(this.uid) };
  }

  /** All queries in one response: of several, Grafana keeps the errors of the last alone. */
  async #answer(queries: ClewQuery[], range: TimeRange | undefined, signal: AbortSignal): Promise<DataQueryResponse> {
    const { uid, name } = this.#settings;
    const context = { client: this.client, target: { uid, name }, place: () => this.place(), range, signal };
    const answers = await Promise.all(queries.map((query) => runQuery(query, context)));
    const errors = answers.flatMap((answer) => answer.errors ?? []);
    return {
      data: answers.flatMap(({ data }) => data),
      ...(errors.length > 0 ? { errors, state: LoadingState.Error } : {}),
    };
  }
}

const toWindow = ({ from, to }: TimeRange): TimeWindow => ({ fromMs: from.valueOf(), toMs: to.valueOf() });
