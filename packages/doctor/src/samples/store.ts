import { proxied, type GrafanaResponse } from '../grafana.ts';
import { isRecord, type Datasource } from '../inventory.ts';
import type { DoctorContext } from '../types.ts';

/** `/clew/v1/status`, as docs/api.md describes it. Stores before 0.2 tell neither their time nor when they last refused. */
export interface StoreStatus {
  readonly version: string;
  readonly ready: boolean;
  readonly uptimeSeconds: number;
  readonly spansStored: number;
  /** Unix milliseconds; undefined where there is no span. */
  readonly oldestMs: number | undefined;
  readonly newestMs: number | undefined;
  readonly receivedSpans: number;
  /** Since the start, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** When it happened last, by reason: Unix milliseconds. */
  readonly lastRefusedMs: Readonly<Record<string, number>>;
  /** `host:port` of the listeners, as the store knows them. */
  readonly otlp: { readonly grpc: string; readonly http: string };
  /** The store's clock; undefined where it does not tell. */
  readonly nowMs: number | undefined;
}

export interface StatusAnswer {
  readonly response: GrafanaResponse;
  /** Undefined where the answer is not a Clew store's. */
  readonly status: StoreStatus | undefined;
  /** When it was asked and when it answered, by the clock of whoever asks: Unix milliseconds. */
  readonly askedMs: number;
  readonly answeredMs: number;
}

/** What the store says of itself. Rejects with CallFailed. */
export function readStoreStatus(context: DoctorContext, store: Datasource): Promise<StatusAnswer> {
  return context.once(`store-status ${store.uid}`, async () => {
    const askedMs = Date.now();
    const response = await context.call(proxied(store.uid, 'clew/v1/status'));
    const answeredMs = Date.now();
    return {
      ...{ response, askedMs, answeredMs },
      status: response.status === 200 ? statusIn(response.data) : undefined,
    };
  });
}

export interface StoreService {
  readonly name: string;
  readonly spans: number;
  /** Unix milliseconds of its newest span's start. */
  readonly lastSeenMs: number;
}

/** Services that sent spans in the range, those with most spans first; undefined where the store does not tell. Rejects with CallFailed. */
export function readStoreServices(
  context: DoctorContext,
  store: Datasource
): Promise<readonly StoreService[] | undefined> {
  return context.once(`store-services ${store.uid}`, async () => {
    const { fromMs, toMs } = context.range;
    // An hour more: a service whose clock is ahead is there too.
    const params = { start: Math.floor(fromMs / 1000), end: Math.ceil(toMs / 1000) + 3600 };
    const { status, data } = await context.call(proxied(store.uid, 'clew/v1/services', params));
    if (status !== 200 || !isRecord(data) || !Array.isArray(data.services)) {
      return undefined;
    }
    return data.services
      .filter(isRecord)
      .map(({ service, spans, lastSeenUnixNano }) => ({
        name: text(service),
        spans: number(spans) ?? 0,
        lastSeenMs: milliseconds(lastSeenUnixNano) ?? 0,
      }))
      .sort((a, b) => b.spans - a.spans);
  });
}

/** What the store has of an id. */
export type TraceLookup =
  | { readonly found: true; readonly traceId: string; readonly spans: number; readonly root: string }
  | { readonly found: false; readonly traceId: string; readonly why: 'malformed' | 'missing' }
  | { readonly found: undefined; readonly traceId: string; readonly status: number };

/** 1 to 32 hexadecimal digits, not all zero: https://www.w3.org/TR/trace-context/#trace-id */
export const isTraceId = (id: string): boolean => /^(?!0+$)[0-9a-f]{1,32}$/i.test(id);

/** Asks the store for a trace by its id. Rejects with CallFailed. */
export function findTrace(context: DoctorContext, store: Datasource, traceId: string): Promise<TraceLookup> {
  return context.once(`store-trace ${store.uid} ${traceId}`, async (): Promise<TraceLookup> => {
    if (!isTraceId(traceId)) {
      return { found: false, traceId, why: 'malformed' };
    }
    const { status, data } = await context.call(proxied(store.uid, `clew/v1/traces/${traceId}`));
    if (status === 200 && isRecord(data)) {
      const root = [text(data.rootService), text(data.rootName)].filter(Boolean).join(' ');
      return { found: true, traceId, spans: number(data.spans) ?? 0, root };
    }
    return status === 404 ? { found: false, traceId, why: 'missing' } : { found: undefined, traceId, status };
  });
}

/** A span as links from traces see it. */
export interface SpanSample {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly durationNs: number;
  /** Of the attributes asked for, those that it has, and `service.name`. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Keys that TraceQL takes without quotes. */
const PLAIN_KEY = /^[A-Za-z_][\w.-]*$/;

/** A new span of a service with some of its attributes (resource and span); undefined where there is none. Rejects with CallFailed. */
export function readSpanOf(
  context: DoctorContext,
  store: Datasource,
  service: string,
  keys: readonly string[]
): Promise<SpanSample | undefined> {
  const asked = [...new Set(['service.name', ...keys])].filter((key) => PLAIN_KEY.test(key)).sort();
  return context.once(`store-span ${store.uid} ${service} ${asked.join()}`, async () => {
    const q = `{ resource.service.name = ${JSON.stringify(service)} } | select(${asked.map((key) => `.${key}`).join(', ')})`;
    const { fromMs, toMs } = context.range;
    const params = { q, limit: 1, spss: 1, start: Math.floor(fromMs / 1000), end: Math.ceil(toMs / 1000) };
    const { data } = await context.call(proxied(store.uid, 'api/search', params));
    const [trace] = rowsIn(isRecord(data) ? data.traces : undefined);
    const [span] = rowsIn(isRecord(trace?.spanSet) ? trace.spanSet.spans : undefined);
    return span && { service, traceId: text(trace.traceID), ...spanIn(span) };
  });
}

function spanIn(span: Record<string, unknown>): Omit<SpanSample, 'service' | 'traceId'> {
  const tags = rowsIn(span.attributes).flatMap(({ key, value }) => {
    const [of] = isRecord(value) ? Object.values(value) : [];
    return ['string', 'number', 'boolean'].includes(typeof of) ? [[text(key), String(of)]] : [];
  });
  return {
    spanId: text(span.spanID),
    name: text(span.name),
    durationNs: Number(span.durationNanos) || 0,
    tags: Object.fromEntries(tags),
  };
}

const rowsIn = (value: unknown): Array<Record<string, unknown>> => (Array.isArray(value) ? value.filter(isRecord) : []);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** Nanoseconds as text to milliseconds. */
function milliseconds(nanoseconds: unknown): number | undefined {
  return typeof nanoseconds === 'string' && /^\d+$/.test(nanoseconds) ? Number(nanoseconds) / 1e6 : undefined;
}

const numbersIn = (value: unknown): Record<string, number> =>
  Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number'
    )
  );

function statusIn(data: unknown): StoreStatus | undefined {
  if (!isRecord(data) || typeof data.ready !== 'boolean' || typeof data.spansStored !== 'number') {
    return undefined;
  }
  const otlp = isRecord(data.otlp) ? data.otlp : {};
  return {
    version: text(data.version),
    ready: data.ready,
    uptimeSeconds: number(data.uptimeSeconds) ?? 0,
    spansStored: data.spansStored,
    oldestMs: milliseconds(data.oldestUnixNano),
    newestMs: milliseconds(data.newestUnixNano),
    receivedSpans: number(isRecord(data.received) ? data.received.spans : undefined) ?? 0,
    refused: numbersIn(data.refused),
    lastRefusedMs: numbersIn(data.lastRefusedMs),
    otlp: { grpc: text(otlp.grpc), http: text(otlp.http) },
    nowMs: number(data.nowMs),
  };
}
