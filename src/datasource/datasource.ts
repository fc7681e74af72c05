import {
  DataSourceApi,
  type AdHocVariableFilter,
  type AnnotationSupport,
  type CoreApp,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetTagKeysOptions,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type DataSourceWithQueryModificationSupport,
  type DataSourceWithToggleableQueryFiltersSupport,
  type MetricFindValue,
  type QueryFilterOptions,
  type QueryFixAction,
  type ScopedVars,
  type TestDataSourceResponse,
  type TimeRange,
  type ToggleFilterAction,
} from '@grafana/data';
import { getTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { type Observable } from 'rxjs';
import { datasourceAddress } from '../shared/datasourceAddress';
import { describeStoreError, type StorePlace } from '../shared/describeStoreError';
import { grafanaStream } from '../shared/grafanaStream';
import { grafanaTransport } from '../shared/grafanaTransport';
import { StoreClient } from '../shared/storeClient';
import { StoreError } from '../shared/storeError';
import { type StoreStream, type StoreTransport } from '../shared/storeTransport';
import { AdHocFilters } from './adhoc/adHocFilters';
import { annotationSupport } from './annotations/annotationSupport';
import { testConnection } from './health/testConnection';
import { classify } from './query/classify';
import { DEFAULT_QUERY, displayText } from './query/defaults';
import { interpolateTraceql } from './query/interpolate';
import { runQueries } from './query/runQueries';
import { toWindow } from './query/timeWindow';
import { DEFAULT_TRACE_VIEW, type ClewJsonData, type ClewQuery } from './types';
import { listValues } from './variables/listValues';
import { readVariableQuery } from './variables/readVariableQuery';
import { ClewVariableSupport } from './variables/variableSupport';

/** What the datasource takes from Grafana; tests give their own. */
export interface DatasourceServices {
  readonly transport: StoreTransport;
  readonly stream: StoreStream;
  readonly templateSrv: Pick<TemplateSrv, 'replace' | 'containsTemplate' | 'getVariables'>;
  readonly address: (uid: string) => Promise<string | undefined>;
}

/** What a click on a value does, as Explore calls it. */
const FILTER_ACTIONS: Readonly<Record<string, '=' | '!='>> = { ADD_FILTER: '=', ADD_FILTER_OUT: '!=' };

export class ClewDatasource
  extends DataSourceApi<ClewQuery, ClewJsonData>
  implements DataSourceWithToggleableQueryFiltersSupport<ClewQuery>, DataSourceWithQueryModificationSupport<ClewQuery>
{
  readonly client: StoreClient;
  override annotations: AnnotationSupport<ClewQuery> = annotationSupport;
  readonly #settings: DataSourceInstanceSettings<ClewJsonData>;
  readonly #services: Pick<DatasourceServices, 'templateSrv' | 'address'>;
  readonly #filters: AdHocFilters;

  constructor(settings: DataSourceInstanceSettings<ClewJsonData>, services: Partial<DatasourceServices> = {}) {
    super(settings);
    this.#settings = settings;
    this.#services = {
      templateSrv: services.templateSrv ?? getTemplateSrv(),
      address: services.address ?? datasourceAddress,
    };
    const { url = '' } = settings;
    this.client = services.transport
      ? new StoreClient(services.transport, services.stream)
      : new StoreClient(grafanaTransport(url), grafanaStream(url));
    this.#filters = new AdHocFilters(this.client);
    this.variables = new ClewVariableSupport(this);
  }

  /** One response for all queries; before it, what searches have found so far. */
  override query(request: DataQueryRequest<ClewQuery>): Observable<DataQueryResponse> {
    const { targets, range, scopedVars, filters = [] } = request;
    const { uid, name } = this.#settings;
    const asked = targets.filter((target) => !target.hide && this.filterQuery(target));
    const prepare = async () => {
      if (asked.length > 0 && filters.length > 0) {
        await this.#filters.load(filters, range && toWindow(range));
      }
      return asked.map((target) => this.applyTemplateVariables(target, scopedVars, filters));
    };
    return runQueries(prepare, {
      client: this.client,
      target: { uid, name },
      place: () => this.place(),
      range,
      types: this.#filters.types,
      traceView: this.#settings.jsonData.traceView ?? DEFAULT_TRACE_VIEW,
    });
  }

  override filterQuery(query: ClewQuery): boolean {
    return classify(query).kind !== 'nothing';
  }

  override getDefaultQuery(_app: CoreApp): Partial<ClewQuery> {
    return DEFAULT_QUERY;
  }

  override getQueryDisplayText(query: ClewQuery): string {
    return displayText(query);
  }

  applyTemplateVariables(
    query: ClewQuery,
    scopedVars: ScopedVars,
    filters: readonly AdHocVariableFilter[] = []
  ): ClewQuery {
    const filled = { ...query, query: this.interpolate(query.query ?? '', scopedVars) };
    if (typeof query.step === 'string') {
      filled.step = this.#services.templateSrv.replace(query.step, scopedVars);
    }
    return this.#filters.narrow(filled, filters);
  }

  override interpolateVariablesInQueries(
    queries: ClewQuery[],
    scopedVars: ScopedVars,
    filters?: AdHocVariableFilter[]
  ): ClewQuery[] {
    const datasource = this.getRef();
    return queries.map((query) => ({ ...this.applyTemplateVariables(query, scopedVars, filters), datasource }));
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

  override async metricFindQuery(
    query: unknown,
    { range, scopedVars = {} }: { range?: TimeRange; scopedVars?: ScopedVars } = {}
  ): Promise<MetricFindValue[]> {
    const { templateSrv } = this.#services;
    const { service, tag, query: traceql, ...rest } = readVariableQuery(query);
    const filled = {
      ...rest,
      service: service && templateSrv.replace(service, scopedVars, 'regex'),
      tag: tag && templateSrv.replace(tag, scopedVars),
      query: traceql && this.interpolate(traceql, scopedVars),
    };
    return this.#explained(listValues(filled, this.client, range && toWindow(range)));
  }

  /** What a dashboard's filters can be on. */
  override getTagKeys(options?: DataSourceGetTagKeysOptions<ClewQuery>): Promise<MetricFindValue[]> {
    return this.#explained(this.#filters.keys(options));
  }

  override getTagValues(options: DataSourceGetTagValuesOptions<ClewQuery>): Promise<MetricFindValue[]> {
    return this.#explained(this.#filters.values(options));
  }

  toggleQueryFilter(query: ClewQuery, { type, options }: ToggleFilterAction): ClewQuery {
    const { key = '', value = '' } = options;
    return this.#filters.toggle(query, { key, value }, type === 'FILTER_FOR' ? '=' : '!=');
  }

  queryHasFilter(query: ClewQuery, { key = '', value = '' }: QueryFilterOptions): boolean {
    return this.#filters.has(query, { key, value });
  }

  override modifyQuery(query: ClewQuery, { type, options: { key = '', value = '' } = {} }: QueryFixAction): ClewQuery {
    const operator = FILTER_ACTIONS[type];
    return operator ? this.#filters.add(query, { key, value }, operator) : query;
  }

  getSupportedQueryModifications(): string[] {
    return Object.keys(FILTER_ACTIONS);
  }

  override async testDatasource(): Promise<TestDataSourceResponse> {
    return testConnection(this.client, await this.place(), this.meta.info.version, Date.now());
  }

  /** Where the store is, for messages. */
  async place(): Promise<StorePlace> {
    return { datasourceName: this.name, address: await this.#services.address(this.uid) };
  }

  /** Errors for people, where Grafana shows their messages as they are. */
  async #explained<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw error instanceof StoreError ? new Error(describeStoreError(error, await this.place())) : error;
    }
  }
}
