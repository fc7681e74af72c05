import {
  type ComparisonJson,
  type CriticalPathJson,
  type FindingJson,
  type TraceAnalysisJson,
} from './storeAnalysisTypes';
import {
  type DependenciesJson,
  type ExemplarListJson,
  type ExemplarState,
  type PinKind,
  type PinListJson,
  type SpanDifferencesJson,
  type TracePinJson,
} from './storePageTypes';
import { asArray, asString, isObject, type JsonObject } from './narrowing';
import { type ServiceMapJson } from './serviceMap/serviceMapJson';
import { SearchLines } from './searchLines';
import { StoreError, storeErrorFromRejection, storeErrorFromResponse } from './storeError';
import { type StoreRequest, type StoreResponse, type StoreStream, type StoreTransport } from './storeTransport';
import {
  type FoundTrace,
  type InstantResponse,
  type MetricsResponse,
  type SearchProgress,
  type SearchResponse,
  type ServiceSummary,
  type StoreStatus,
  type TagScope,
  type TagValue,
  type TraceJson,
  type TraceSummary,
} from './storeTypes';

/** Unix milliseconds. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface SearchOptions {
  readonly limit?: number;
  /** Spans shown per trace. */
  readonly spansPerTrace?: number;
  readonly window?: TimeWindow;
  /** The newest first where it is missing. */
  readonly sort?: 'start' | 'duration';
  readonly signal?: AbortSignal;
  /** Hears of what has been found while the search goes on, each time of all of it. */
  readonly onPartial?: (traces: readonly FoundTrace[], progress: SearchProgress) => void;
}

export interface MetricsOptions {
  /** As text, `30s`. The store's choice where it is missing; so are exemplars. */
  readonly step?: string;
  readonly exemplars?: number;
  /** The store's choice where it is missing. */
  readonly maxSeries?: number;
  readonly window?: TimeWindow;
  readonly signal?: AbortSignal;
}

export interface TagOptions {
  /** TraceQL: only what is on spans that match. */
  readonly query?: string;
  readonly limit?: number;
  readonly window?: TimeWindow;
  readonly signal?: AbortSignal;
}

export interface PinOptions {
  readonly kind?: PinKind;
  readonly limit?: number;
  /** Where a page before ended. */
  readonly cursor?: string;
  readonly signal?: AbortSignal;
}

export interface ExemplarOptions {
  readonly metric?: string;
  /** `unresolved`: all but `resolved` and `too_new`. */
  readonly state?: ExemplarState | 'unresolved';
  readonly limit?: number;
  readonly cursor?: string;
  readonly signal?: AbortSignal;
}

/** Each side is a trace id, TraceQL, or, the first one, `usual`. */
export interface CompareParams {
  readonly a: string;
  readonly b: string;
  readonly aWindow: TimeWindow;
  readonly bWindow: TimeWindow;
}

/** The store's query API. Every method rejects with a StoreError and with nothing else. */
export class StoreClient {
  readonly #transport: StoreTransport;
  /** Undefined where there is none, and once the store turned out to have no answers that come in parts. */
  #stream: StoreStream | undefined;

  constructor(transport: StoreTransport, stream?: StoreStream) {
    this.#transport = transport;
    this.#stream = stream;
  }

  async status(signal?: AbortSignal): Promise<StoreStatus> {
    const data = await this.#ask({ path: 'clew/v1/status', signal });
    return expectShape<StoreStatus>(data, typeof data.version === 'string');
  }

  async services(window?: TimeWindow, signal?: AbortSignal): Promise<readonly ServiceSummary[]> {
    const data = await this.#ask({ path: 'clew/v1/services', params: windowParams(window), signal });
    return expectShape<{ services: ServiceSummary[] }>(data, Array.isArray(data.services)).services;
  }

  /** By id alone: a link may come with a wrong time range, and a trace has one place only. */
  async trace(traceId: string, signal?: AbortSignal): Promise<TraceJson> {
    const data = await this.#ask({ path: `api/v2/traces/${encodeURIComponent(traceId)}`, signal });
    const trace = data.trace ?? data;
    if (!isObject(trace)) {
      throw notAnAnswer();
    }
    // Tempo's first API, and stores older than v2, say `batches`.
    const resourceSpans = asArray(trace.resourceSpans ?? trace.batches) as TraceJson['resourceSpans'];
    return { resourceSpans, ...messageOf(data) };
  }

  async traceSummary(traceId: string, signal?: AbortSignal): Promise<TraceSummary> {
    const data = await this.#ask({ path: `clew/v1/traces/${encodeURIComponent(traceId)}`, signal });
    return expectShape<TraceSummary>(data, typeof data.spans === 'number' && typeof data.startUnixNano === 'string');
  }

  /** What is wrong with a trace, the worst first. */
  async findings(traceId: string, signal?: AbortSignal): Promise<readonly FindingJson[]> {
    const data = await this.#ask({ path: `clew/v1/traces/${encodeURIComponent(traceId)}/findings`, signal });
    return expectShape<{ findings: FindingJson[] }>(data, Array.isArray(data.findings)).findings;
  }

  async analysis(traceId: string, signal?: AbortSignal): Promise<TraceAnalysisJson> {
    const data = await this.#ask({ path: `clew/v1/traces/${encodeURIComponent(traceId)}/analysis`, signal });
    return expectShape<TraceAnalysisJson>(data, Array.isArray(data.statistics) && isObject(data.criticalPath));
  }

  /** Where the critical paths of the traces that TraceQL finds spend their time, the most first. */
  async criticalPath(
    query: string,
    { limit, window, signal }: Pick<SearchOptions, 'limit' | 'window' | 'signal'> = {}
  ): Promise<CriticalPathJson> {
    const params = { q: query, limit, ...windowParams(window) };
    const data = await this.#ask({ path: 'clew/v1/critical-path', params, signal });
    return expectShape<CriticalPathJson>(data, Array.isArray(data.rows) && typeof data.traces === 'number');
  }

  /** Who calls whom in the traces that TraceQL finds. */
  async serviceMap(
    query: string,
    { limit, window, signal }: Pick<SearchOptions, 'limit' | 'window' | 'signal'> = {}
  ): Promise<ServiceMapJson> {
    const params = { q: query, limit, ...windowParams(window) };
    const data = await this.#ask({ path: 'clew/v1/service-map', params, signal });
    return expectShape<ServiceMapJson>(data, Array.isArray(data.nodes) && Array.isArray(data.edges));
  }

  /** Two sides, path by path. */
  async compare({ a, b, aWindow, bWindow }: CompareParams, signal?: AbortSignal): Promise<ComparisonJson> {
    const [of, and] = [windowParams(aWindow), windowParams(bWindow)];
    const params = { a, b, aStart: of.start, aEnd: of.end, bStart: and.start, bEnd: and.end };
    const data = await this.#ask({ path: 'clew/v1/compare', params, signal });
    return expectShape<ComparisonJson>(data, Array.isArray(data.paths) && typeof data.summary === 'string');
  }

  async search(query: string, options: SearchOptions = {}): Promise<SearchResponse> {
    const { limit, spansPerTrace, window, sort, signal, onPartial } = options;
    const params = { q: query, limit, spss: spansPerTrace, sort, ...windowParams(window) };
    const streamed =
      onPartial && (await this.#searchInParts({ path: 'clew/v1/search/stream', params, signal }, onPartial));
    if (streamed) {
      return streamed;
    }
    const data = await this.#ask({ path: 'api/search', params, signal });
    // proto3 JSON leaves an empty list out.
    return { traces: asArray(data.traces) as SearchResponse['traces'] };
  }

  /** TraceQL that is a metric, as series of points over the window. */
  async metrics(query: string, options: MetricsOptions = {}): Promise<MetricsResponse> {
    const { step, exemplars, maxSeries, window, signal } = options;
    const params = { q: query, step, exemplars, maxSeries, ...windowParams(window) };
    const data = await this.#ask({ path: 'api/metrics/query_range', params, signal });
    return { series: asArray(data.series) as MetricsResponse['series'], ...messageOf(data) };
  }

  /** TraceQL that is a metric, as one value per series for the whole window. */
  async instantMetrics(query: string, { maxSeries, window, signal }: MetricsOptions = {}): Promise<InstantResponse> {
    const params = { q: query, maxSeries, ...windowParams(window) };
    const data = await this.#ask({ path: 'api/metrics/query', params, signal });
    return { series: asArray(data.series) as InstantResponse['series'], ...messageOf(data) };
  }

  /** `query` ends in `compare()`: what the spans of its selection have in common that the others lack. */
  async spanDifferences(query: string, window: TimeWindow, signal?: AbortSignal): Promise<SpanDifferencesJson> {
    const params = { q: query, ...windowParams(window) };
    const data = await this.#ask({ path: 'clew/v1/span-differences', params, signal });
    return expectShape<SpanDifferencesJson>(data, Array.isArray(data.differences) && isObject(data.spans));
  }

  /** Who calls a service, and whom it calls. */
  async dependencies(service: string, window: TimeWindow, signal?: AbortSignal): Promise<DependenciesJson> {
    const data = await this.#ask({
      path: 'clew/v1/dependencies',
      params: { service, ...windowParams(window) },
      signal,
    });
    return expectShape<DependenciesJson>(data, Array.isArray(data.callers) && Array.isArray(data.callees));
  }

  /** What pins a trace, also where nothing does. */
  tracePin(traceId: string, signal?: AbortSignal): Promise<TracePinJson> {
    return this.#tracePin({ path: pinPath(traceId), signal });
  }

  /** Keeps a trace beyond retention. Grafana lets editors only. */
  keepTrace(traceId: string, note: string): Promise<TracePinJson> {
    return this.#tracePin({ method: 'PUT', path: pinPath(traceId), body: { note } });
  }

  /** Takes a person's pin away; those of exemplars stay. */
  dropTrace(traceId: string): Promise<TracePinJson> {
    return this.#tracePin({ method: 'DELETE', path: pinPath(traceId) });
  }

  /** Which traces are pinned, the newest pins first. */
  async pins({ signal, ...params }: PinOptions = {}): Promise<PinListJson> {
    const data = await this.#ask({ path: 'clew/v1/pins', params, signal });
    return expectShape<PinListJson>(data, Array.isArray(data.pins) && isObject(data.counts) && isObject(data.kept));
  }

  /** Which links from metrics lead to a trace, and why the others do not. */
  async exemplars({ signal, ...params }: ExemplarOptions = {}): Promise<ExemplarListJson> {
    const data = await this.#ask({ path: 'clew/v1/exemplars', params, signal });
    return expectShape<ExemplarListJson>(data, Array.isArray(data.exemplars) && isObject(data.counts));
  }

  async tagScopes({ query, window, limit, signal }: TagOptions = {}): Promise<readonly TagScope[]> {
    const params = { q: query, limit, ...windowParams(window) };
    const data = await this.#ask({ path: 'api/v2/search/tags', params, signal });
    return asArray(data.scopes) as readonly TagScope[];
  }

  /** `tag` as written in TraceQL: `resource.service.name`, `name`. */
  async tagValues(tag: string, { query, limit, window, signal }: TagOptions = {}): Promise<readonly TagValue[]> {
    const path = `api/v2/search/tag/${encodeURIComponent(tag)}/values`;
    const data = await this.#ask({ path, params: { q: query, limit, ...windowParams(window) }, signal });
    return asArray(data.tagValues) as readonly TagValue[];
  }

  /** Undefined where the search has to be asked for all at once. */
  async #searchInParts(
    request: StoreRequest,
    onPartial: NonNullable<SearchOptions['onPartial']>
  ): Promise<SearchResponse | undefined> {
    const stream = this.#stream;
    if (!stream) {
      return undefined;
    }
    const lines = new SearchLines(onPartial);
    try {
      successful(await rejectingWell(stream(request, (text) => lines.push(text))));
    } catch (error) {
      if (error instanceof StoreError && error.kind === 'not-a-store') {
        this.#stream = undefined;
        return undefined;
      }
      // Grafana's session has to be renewed, which its requests do, but not those whose answer comes in parts.
      if (error instanceof StoreError && error.kind === 'forbidden' && error.details.status === 401) {
        return undefined;
      }
      throw error;
    }
    return { traces: lines.result() };
  }

  async #tracePin(request: StoreRequest): Promise<TracePinJson> {
    const data = await this.#ask(request);
    return expectShape<TracePinJson>(data, Array.isArray(data.pins) && typeof data.stored === 'string');
  }

  async #ask(request: StoreRequest): Promise<JsonObject> {
    const { status, data } = successful(await rejectingWell(this.#transport(request)));
    if (!isObject(data)) {
      throw notAnAnswer(status);
    }
    return data;
  }
}

async function rejectingWell(response: Promise<StoreResponse>): Promise<StoreResponse> {
  try {
    return await response;
  } catch (error) {
    throw storeErrorFromRejection(error);
  }
}

function successful(response: StoreResponse): StoreResponse {
  if (response.status < 200 || response.status > 299) {
    throw storeErrorFromResponse(response);
  }
  return response;
}

/** `status` says PARTIAL or COMPLETE, and `message` why; a message alone is worth showing too. */
function messageOf({ message }: JsonObject): { message?: string } {
  const text = asString(message);
  return text ? { message: text } : {};
}

const pinPath = (traceId: string): string => `clew/v1/traces/${encodeURIComponent(traceId)}/pin`;

/** Whole seconds that enclose the window, as Tempo's API takes them. */
function windowParams(window: TimeWindow | undefined): { start?: number; end?: number } {
  return window ? { start: Math.floor(window.fromMs / 1000), end: Math.ceil(window.toMs / 1000) } : {};
}

function expectShape<T>(data: unknown, fits: boolean): T {
  if (!fits) {
    throw notAnAnswer();
  }
  return data as T;
}

function notAnAnswer(status = 200): StoreError {
  return new StoreError('not-a-store', "Something that is not Clew's query port answers.", { status });
}
