import type { Members } from '../json/members.ts';

/** What a JSON document is, and where in it its spans are. */
export type JsonFormat =
  /** Requests of OTLP. */
  | { readonly format: 'otlp'; readonly content: readonly unknown[] }
  | { readonly format: 'jaeger' | 'zipkin'; readonly content: unknown };

const MAX_NAMED_MEMBERS = 6;

/** Answers what is wrong with a document that is of no format. */
export function sniffJson(document: unknown): JsonFormat | string {
  if (Array.isArray(document)) {
    return sniffArray(document);
  }
  if (!isMembers(document)) {
    return 'The file has JSON that is no object and no array';
  }
  if (isRequest(document)) {
    return { format: 'otlp', content: [document] };
  }
  // Tempo's API puts a trace into `trace`, Jaeger's v3 API into `result`.
  for (const inner of [document.trace, document.result]) {
    if (isRequest(inner)) {
      return { format: 'otlp', content: [inner] };
    }
  }
  if (document.scopeSpans !== undefined) {
    return { format: 'otlp', content: [{ resourceSpans: [document] }] };
  }
  if (Array.isArray(document.data) || isMembers(document.data)) {
    return sniffData(document);
  }
  if (isJaegerTrace(document)) {
    return { format: 'jaeger', content: document };
  }
  if (isZipkinSpan(document) || isJaegerSpan(document)) {
    return sniffArray([document]);
  }
  const names = Object.keys(document);
  const shown = names.slice(0, MAX_NAMED_MEMBERS).join(', ') + (names.length > MAX_NAMED_MEMBERS ? ', …' : '');
  return names.length === 0
    ? 'The file has an empty JSON object'
    : `The file has JSON with ${shown}, which is of no trace format: OTLP has resourceSpans or batches, Jaeger data, Zipkin an array of spans`;
}

function sniffArray(array: readonly unknown[]): JsonFormat | string {
  const first = array.find((element) => !Array.isArray(element) || element.length > 0);
  if (first === undefined) {
    return 'There is no span in the file';
  }
  const sample: unknown = Array.isArray(first) ? first[0] : first;
  // One bad element at the start does not make it another format.
  const looks = (is: (value: Members) => boolean): boolean =>
    (isMembers(sample) && is(sample)) || array.some((element) => isMembers(element) && is(element));
  if (looks((value) => isRequest(value))) {
    return { format: 'otlp', content: array };
  }
  if (looks((value) => value.scopeSpans !== undefined)) {
    return { format: 'otlp', content: [{ resourceSpans: array }] };
  }
  if (looks((value) => isJaegerTrace(value) || isJaegerSpan(value) || value.data !== undefined)) {
    return { format: 'jaeger', content: array };
  }
  if (looks((value) => value.binaryAnnotations !== undefined)) {
    return 'The file has Zipkin v1 spans: ask Zipkin for its v2 format (/api/v2/trace/…)';
  }
  if (looks(isZipkinSpan)) {
    return { format: 'zipkin', content: array };
  }
  return 'The file has a JSON array whose elements are no spans: Zipkin’s have traceId and id, Jaeger’s traceID and spanID';
}

/** `data` is Jaeger's envelope, and what is in it Jaeger's traces, or errors. */
function sniffData(document: Members): JsonFormat | string {
  const { data } = document;
  if (isRequest(data)) {
    return { format: 'otlp', content: [data] };
  }
  return Array.isArray(data) && data.length === 0
    ? 'There is no trace in the file'
    : { format: 'jaeger', content: document };
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isRequest = (value: unknown): boolean =>
  isMembers(value) && [value.resourceSpans, value.resource_spans, value.batches].some(Array.isArray);

const isJaegerTrace = ({ spans, processes, traceID }: Members): boolean =>
  Array.isArray(spans) && (processes !== undefined || traceID !== undefined);

const isJaegerSpan = ({ traceID, spanID }: Members): boolean => traceID !== undefined && spanID !== undefined;

const isZipkinSpan = ({ traceId, id }: Members): boolean => traceId !== undefined && id !== undefined;
