import { asArray, isObject } from './narrowing';
import { StoreError, storeErrorFromRejection, storeErrorFromResponse } from './storeError';
import { type StoreRequest, type StoreTransport } from './storeTransport';
import {
  type SearchResponse,
  type ServiceSummary,
  type StoreStatus,
  type TagScope,
  type TagValue,
  type TraceJson,
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
  readonly signal?: AbortSignal;
}

export interface TagOptions {
  /** TraceQL: only values on spans that match. */
  readonly query?: string;
  readonly limit?: number;
  readonly window?: TimeWindow;
  readonly signal?: AbortSignal;
}

/** The store's query API. Every method rejects with a StoreError and with nothing else. */
export class StoreClient {
  readonly #transport: StoreTransport;

  constructor(transport: StoreTransport) {
    this.#transport = transport;
  }

  async status(signal?: AbortSignal): Promise<StoreStatus> {
    const data = await this.#get({ path: 'clew/v1/status', signal });
    return expectShape<StoreStatus>(data, isObject(data) && typeof data.version === 'string');
  }

  async services(window?: TimeWindow, signal?: AbortSignal): Promise<readonly ServiceSummary[]> {
    const data = await this.#get({ path: 'clew/v1/services', params: windowParams(window), signal });
    return expectShape<{ services: ServiceSummary[] }>(data, isObject(data) && Array.isArray(data.services)).services;
  }

  /** By id alone: a link may come with a wrong time range, and a trace has one place only. */
  async trace(traceId: string, signal?: AbortSignal): Promise<TraceJson> {
    const data = await this.#get({ path: `api/v2/traces/${encodeURIComponent(traceId)}`, signal });
    const trace = isObject(data) ? (data.trace ?? data) : undefined;
    if (!isObject(trace)) {
      throw notAnAnswer();
    }
    // Tempo's first API, and stores older than v2, say `batches`.
    const resourceSpans = asArray(trace.resourceSpans ?? trace.batches) as TraceJson['resourceSpans'];
    const message =
      isObject(data) && typeof data.message === 'string' && data.message !== '' ? data.message : undefined;
    return message === undefined ? { resourceSpans } : { resourceSpans, message };
  }

  async search(query: string, { limit, spansPerTrace, window, signal }: SearchOptions = {}): Promise<SearchResponse> {
    const params = { q: query, limit, spss: spansPerTrace, ...windowParams(window) };
    const data = await this.#get({ path: 'api/search', params, signal });
    // proto3 JSON leaves an empty list out.
    return { traces: isObject(data) ? (asArray(data.traces) as SearchResponse['traces']) : [] };
  }

  async tagScopes({ window, limit, signal }: TagOptions = {}): Promise<readonly TagScope[]> {
    const data = await this.#get({ path: 'api/v2/search/tags', params: { limit, ...windowParams(window) }, signal });
    return isObject(data) ? (asArray(data.scopes) as readonly TagScope[]) : [];
  }

  /** `tag` as written in TraceQL: `resource.service.name`, `name`. */
  async tagValues(tag: string, { query, limit, window, signal }: TagOptions = {}): Promise<readonly TagValue[]> {
    const path = `api/v2/search/tag/${encodeURIComponent(tag)}/values`;
    const data = await this.#get({ path, params: { q: query, limit, ...windowParams(window) }, signal });
    return isObject(data) ? (asArray(data.tagValues) as readonly TagValue[]) : [];
  }

  async #get(request: StoreRequest): Promise<unknown> {
    let response;
    try {
      response = await this.#transport(request);
    } catch (error) {
      throw storeErrorFromRejection(error);
    }
    if (response.status < 200 || response.status > 299) {
      throw storeErrorFromResponse(response);
    }
    if (!isObject(response.data)) {
      throw notAnAnswer(response.status);
    }
    return response.data;
  }
}

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
