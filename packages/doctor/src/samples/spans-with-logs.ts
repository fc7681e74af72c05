import { proxied } from '../grafana.ts';
import { isRecord, type Datasource } from '../inventory.ts';
import type { DoctorContext } from '../types.ts';
import { readLogsOfTraces, type LineOfSample } from './log-ids.ts';
import { SERVICE_LABELS } from './loki.ts';
import { findTrace, readStoreServices } from './store.ts';

export interface SampleSpan {
  /** 32 and 16 hexadecimal digits. */
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly service: string;
  /** Unix milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** By key: of the span, else of its resource. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A span, and the line that names its trace. */
export interface SpanWithLine {
  readonly span: SampleSpan;
  /** Undefined where no line names a trace that the store has: the span is the newest of its service. */
  readonly line: LineOfSample | undefined;
}

const TRIED_TRACES = 3;
const SPANS_OF_TRACE = 100;
/** A trace may still be coming. */
const SETTLED_MS = 15_000;

/** Recent spans that have log lines, as the lines say; where none says so, recent spans. `keys`: attributes that are wanted. Rejects with CallFailed. */
export async function spansWithLogs(
  context: DoctorContext,
  store: Datasource,
  loki: Datasource,
  keys: readonly string[]
): Promise<SpanWithLine[]> {
  const { named } = await readLogsOfTraces(context, loki, store);
  const old = named.filter(({ atMs }) => context.range.toMs - atMs > SETTLED_MS);
  const byTrace = new Map(
    (old.length > 0 ? old : named).map((line) => [line.ids.find(({ traceId }) => traceId)?.traceId ?? '', line])
  );
  const own: SpanWithLine[] = [];
  const others: SpanWithLine[] = [];
  // The oldest first: all of their traces is there.
  for (const [traceId, line] of [...byTrace].reverse().slice(0, 2 * TRIED_TRACES)) {
    if (own.length < TRIED_TRACES && (await findTrace(context, store, traceId)).found) {
      const spans = await searchSpans(context, store, `{ trace:id = "${traceId}" }`, SPANS_OF_TRACE, keys);
      const span = spanOf(line, spans);
      if (span) {
        own.push({ span, line });
      } else if (spans.length > 0) {
        others.push({ span: spans[0], line });
      }
    }
  }
  if (own.length + others.length > 0) {
    // Spans of other services need not have lines: they are tried only where services are called differently in the logs.
    return own.length > 0 ? own : others.slice(0, TRIED_TRACES);
  }
  const services = (await readStoreServices(context, store)) ?? [];
  const newest = await Promise.all(
    services
      .slice(0, TRIED_TRACES)
      .map(({ name }) => searchSpans(context, store, `{ resource.service.name = ${JSON.stringify(name)} }`, 1, keys))
  );
  return newest.flat().map((span) => ({ span, line: undefined }));
}

/** The span that the line names, else one of the line's service. */
function spanOf({ line, labels }: LineOfSample, spans: readonly SampleSpan[]): SampleSpan | undefined {
  const values = new Set(Object.values(labels).map((value) => value.toLowerCase()));
  const service = SERVICE_LABELS.map((label) => labels[label]).find((value) => value !== undefined);
  return (
    spans.find(({ spanId }) => values.has(spanId) || line.toLowerCase().includes(spanId)) ??
    spans.find((span) => span.service === service)
  );
}

/** Spans of the newest trace that matches. Rejects with CallFailed. */
async function searchSpans(
  context: DoctorContext,
  store: Datasource,
  query: string,
  spans: number,
  keys: readonly string[]
): Promise<SampleSpan[]> {
  const { fromMs, toMs } = context.range;
  const selected = keys.flatMap((key) => [`resource.${JSON.stringify(key)}`, `span.${JSON.stringify(key)}`]);
  const q = `${query} | select(${['resource.service.name', 'name', ...selected].join(', ')})`;
  // A trace that a line names may have begun before the range.
  const range = { start: Math.floor((fromMs - 3_600_000) / 1000), end: Math.ceil(toMs / 1000) };
  const response = await context.call(proxied(store.uid, 'api/search', { q, limit: 1, spss: spans, ...range }));
  const { status, data } = response;
  const traces = status === 200 && isRecord(data) && Array.isArray(data.traces) ? data.traces.filter(isRecord) : [];
  return traces.flatMap(({ traceID, spanSet }) =>
    (isRecord(spanSet) && Array.isArray(spanSet.spans) ? spanSet.spans : [])
      .filter(isRecord)
      .map((span) => spanIn(String(traceID).padStart(32, '0'), span))
  );
}

function spanIn(traceId: string, span: Record<string, unknown>): SampleSpan {
  const attributes = Object.fromEntries(
    (Array.isArray(span.attributes) ? span.attributes : [])
      .filter(isRecord)
      .map(({ key, value }) => [String(key), isRecord(value) ? String(Object.values(value)[0]) : ''])
  );
  const startMs = Number(span.startTimeUnixNano) / 1e6;
  return {
    ...{ traceId, attributes, startMs },
    spanId: String(span.spanID),
    name: String(span.name ?? ''),
    service: attributes['service.name'] ?? '',
    endMs: startMs + Number(span.durationNanos) / 1e6,
  };
}
