import {
  EVENT,
  LINK,
  OtlpBuilder,
  SPAN,
  STATUS,
  stringField,
  writeTags,
  type ProtobufWriter,
  type ResourceHandle,
  type Tags,
  type TagValue,
} from '@clew/trace-model';
import { type DataFrame } from '@grafana/data';
import { asArray, asNumber, asString, isObject } from '../../shared/narrowing';
import { idBytes } from './idBytes';

/** Rows between two looks at the clock. */
const STRIDE = 200;

export interface FrameTrace {
  /** OTLP TracesData. */
  readonly otlp: Uint8Array;
  /** What was left out, in sentences. */
  readonly losses: readonly string[];
}

/**
 * A frame of Grafana's trace view (TraceSpanRow of @grafana/data: one field a member, times in milliseconds) as OTLP. Milliseconds
 * are doubles there, which hold today's time to 0.24 µs; nanoseconds are what is nearest. Rows without ids are left out and counted.
 */
export function* frameToOtlp(frame: DataFrame): Generator<void, FrameTrace> {
  const builder = new OtlpBuilder();
  const row = rowReader(frame);
  // Rows of one service share their list of tags in most frames.
  const resources = new Map<unknown, Map<string, ResourceHandle>>();
  let left = 0;
  for (let at = 0; at < frame.length; at++) {
    const read = row(at);
    const traceId = idBytes(asString(read('traceID')) ?? '', 16);
    const spanId = idBytes(asString(read('spanID')) ?? '', 8);
    if (!traceId || !spanId) {
      left += 1;
      continue;
    }
    const out = builder.newSpan();
    out.bytesField(SPAN.traceId, traceId);
    out.bytesField(SPAN.spanId, spanId);
    writeSpan(out, read);
    const tags = read('serviceTags');
    const service = asString(read('serviceName')) ?? '';
    const byService = resources.get(tags) ?? new Map<string, ResourceHandle>();
    resources.set(tags, byService);
    const resource = byService.get(service) ?? builder.resource(resourceTags(tags, service));
    byService.set(service, resource);
    builder.add(
      out,
      resource,
      asString(read('instrumentationLibraryName')) ?? '',
      asString(read('instrumentationLibraryVersion')) ?? ''
    );
    if (at % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  const losses =
    left > 0 ? [`${left} rows of the query's answer have no trace id or no span id and are not shown.`] : [];
  return { otlp: builder.finish(), losses };
}

type ReadField = (name: string) => unknown;

function rowReader(frame: DataFrame): (row: number) => ReadField {
  const fields = new Map(frame.fields.map(({ name, values }) => [name, values]));
  return (row) => (name) => fields.get(name)?.[row];
}

function writeSpan(out: ProtobufWriter, read: ReadField): void {
  const startMs = asNumber(read('startTime')) ?? 0;
  const startNs = nanoseconds(startMs);
  const durationNs = nanoseconds(asNumber(read('duration')) ?? 0);
  stringField(out, SPAN.traceState, asString(read('traceState')) ?? '');
  const parentId = idBytes(asString(read('parentSpanID')) ?? '', 8);
  if (parentId) {
    out.bytesField(SPAN.parentSpanId, parentId);
  }
  stringField(out, SPAN.name, asString(read('operationName')) ?? '');
  const kind = kindNumber(read('kind'));
  if (kind > 0) {
    out.uint32(SPAN.kind, kind);
  }
  out.fixed64(SPAN.startTimeUnixNano, startNs);
  out.fixed64(SPAN.endTimeUnixNano, startNs + durationNs);
  const tags = readTags(read('tags'));
  for (const warning of asArray(read('warnings'))) {
    const text = asString(warning);
    if (text) {
      tags.set('warning', text);
    }
  }
  writeTags(out, SPAN.attributes, tags);
  for (const log of asArray(read('logs'))) {
    if (isObject(log)) {
      writeEvent(out, log.timestamp, asString(log.name), readTags(log.fields));
    }
  }
  for (const reference of asArray(read('references'))) {
    if (isObject(reference)) {
      writeLink(out, asString(reference.traceID) ?? '', asString(reference.spanID) ?? '', readTags(reference.tags));
    }
  }
  writeStatus(out, read, tags);
}

function writeEvent(out: ProtobufWriter, timestampMs: unknown, name: string | undefined, fields: Tags): void {
  // Zipkin's annotations and older logs name themselves in a field.
  const own = fields.get('event') ?? fields.get('annotation') ?? fields.get('message');
  out.open(SPAN.events, 2);
  out.fixed64(EVENT.timeUnixNano, nanoseconds(asNumber(timestampMs) ?? 0));
  stringField(out, EVENT.name, name || (typeof own === 'string' ? own : ''));
  writeTags(out, EVENT.attributes, fields);
  out.close();
}

function writeLink(out: ProtobufWriter, traceIdText: string, spanIdText: string, tags: Tags): void {
  const traceId = idBytes(traceIdText, 16);
  const spanId = idBytes(spanIdText, 8);
  if (!traceId || !spanId) {
    return;
  }
  out.open(SPAN.links);
  out.bytesField(LINK.traceId, traceId);
  out.bytesField(LINK.spanId, spanId);
  writeTags(out, LINK.attributes, tags);
  out.close();
}

/** By the frame's own field, else by the tags that Grafana's trace view takes for an error. */
function writeStatus(out: ProtobufWriter, read: ReadField, tags: Tags): void {
  const error = tags.get('error');
  const code = asNumber(read('statusCode')) ?? 0;
  const status = code === 1 || code === 2 ? code : error === true || error === 'true' ? 2 : 0;
  const message = asString(read('statusMessage')) ?? '';
  if (status === 0 && message === '') {
    return;
  }
  out.open(SPAN.status);
  stringField(out, STATUS.message, message);
  if (status > 0) {
    out.uint32(STATUS.code, status);
  }
  out.close();
}

function resourceTags(value: unknown, service: string): Tags {
  const tags = readTags(value);
  // What the frame calls the service is what is shown.
  return service === '' ? tags : new Map<string, TagValue>([...tags, ['service.name', service]]);
}

/** `[{ key, value }]`. */
function readTags(value: unknown): Tags {
  const tags: Tags = new Map();
  for (const tag of asArray(value)) {
    const key = isObject(tag) ? asString(tag.key) : undefined;
    if (isObject(tag) && key) {
      tags.set(key, tagValue(tag.value));
    }
  }
  return tags;
}

function tagValue(value: unknown): TagValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return value;
    case 'number':
      return Number.isSafeInteger(value) ? BigInt(value) : value;
    default:
      if (Array.isArray(value) && value.every((element): element is string => typeof element === 'string')) {
        return value;
      }
      return value === undefined || value === null ? '' : JSON.stringify(value);
  }
}

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

const kindNumber = (kind: unknown): number => Math.max(0, KINDS.indexOf(asString(kind)?.toLowerCase() ?? ''));

/** Milliseconds with a fraction. Nothing before the epoch. */
export function nanoseconds(ms: number): bigint {
  if (!(ms > 0) || !Number.isFinite(ms)) {
    return 0n;
  }
  const whole = Math.floor(ms);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6));
}
