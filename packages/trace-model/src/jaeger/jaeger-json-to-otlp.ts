import { OtlpBuilder, stringField, writeTags, type ResourceHandle, type Tags } from '../files/otlp-builder.ts';
import { readHexId, requireHexId, sameBytes } from '../files/read-ids.ts';
import type { Translation } from '../files/translation.ts';
import { expectArray, expectMicros, expectObject, JsonMemberError, within, type Members } from '../json/members.ts';
import type { Problems } from '../json/problems.ts';
import { EVENT, LINK, SPAN, STATUS } from '../otlp/fields.ts';
import type { ProtobufWriter } from '../protobuf/writer.ts';
import { takeJaegerStatus } from './jaeger-status.ts';
import { readJaegerTags } from './jaeger-tags.ts';
import { EXPORTER_VERSION, KIND_NAMES, NO_SERVICE_NAME, REF_TYPE, WARNINGS } from './names.ts';

/**
 * Jaeger's JSON as its query API gives it and its viewer takes it, as OTLP: `{data: [trace, …]}`, one trace
 * `{traceID, spans, processes}`, an array of either, or an array of spans that have their `process` within. By the
 * rules of the OpenTelemetry Collector's translator: `span.kind`, `error`, `otel.status_code`, `otel.scope.name`,
 * `w3c.tracestate` take their places in the span, references become the parent and links, logs events (named by `event`),
 * processes resources.
 *
 * A span that cannot be read is a problem. Throws JsonMemberError where there are no spans.
 */
export function jaegerJsonToOtlp(document: unknown, problems: Problems): Translation {
  const translator = new Translator(problems);
  translator.document(document, '');
  return { otlp: translator.builder.finish(), spans: translator.builder.spans };
}

interface Reference {
  readonly isChildOf: boolean;
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
}

class Translator {
  readonly builder = new OtlpBuilder();
  readonly #problems: Problems;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  document(value: unknown, path: string): void {
    if (!Array.isArray(value)) {
      this.#object(expectObject(value, path), path);
      return;
    }
    const spans: unknown[] = [];
    for (const [index, element] of value.entries()) {
      if (isMembers(element) && (element.data !== undefined || element.spans !== undefined)) {
        this.#object(element, `${path}[${index}]`);
      } else {
        spans.push(element);
      }
    }
    if (spans.length > 0) {
      this.#spans(spans, undefined, path);
    }
  }

  #object(members: Members, path: string): void {
    const before = path === '' ? '' : `${path}.`;
    if (members.data !== undefined && members.data !== null) {
      this.document(members.data, `${before}data`);
      return;
    }
    this.#spans(expectArray(members.spans, `${before}spans`), members.processes, `${before}spans`);
  }

  #spans(spans: readonly unknown[], processes: unknown, path: string): void {
    const resources = new Map<string, ResourceHandle>();
    for (const [index, span] of spans.entries()) {
      try {
        this.#span(expectObject(span, ''), processes, resources);
      } catch (error) {
        if (!(error instanceof JsonMemberError)) {
          throw error;
        }
        this.#problems.refuse(error.within(`${path}[${index}]`).message);
      }
    }
  }

  #span(members: Members, processes: unknown, resources: Map<string, ResourceHandle>): void {
    const traceId = requireHexId(members.traceID, 16, 'traceID');
    const spanId = requireHexId(members.spanID, 8, 'spanID');
    const startNs = expectMicros(members.startTime, 'startTime');
    const durationNs = expectMicros(members.duration ?? 0, 'duration');
    const references = readReferences(members.references);
    const parentId = parentOf(references, traceId) ?? readHexId(members.parentSpanID, 8, 'parentSpanID');
    const tags = readJaegerTags(members.tags, 'tags');
    const warnings = readWarnings(members.warnings);

    const kindTag = tags.get('span.kind');
    const kind = Math.max(0, KIND_NAMES.indexOf(String(kindTag ?? '')));
    if (kind > 0) {
      tags.delete('span.kind');
    }
    const status = takeJaegerStatus(tags, kind);
    const scopeName = takeText(tags, 'otel.scope.name') || takeText(tags, 'otel.library.name');
    const scopeVersion = takeText(tags, 'otel.scope.version') || takeText(tags, 'otel.library.version');
    const traceState = takeText(tags, 'w3c.tracestate');
    const dropped = (what: string) => Number(takeText(tags, `otel.dropped_${what}_count`)) >>> 0;
    const droppedAttributes = dropped('attributes');
    const droppedEvents = dropped('events');
    const droppedLinks = dropped('links');
    if (warnings.length > 0) {
      tags.set(WARNINGS, warnings);
    }

    const out = this.builder.newSpan();
    out.bytesField(SPAN.traceId, traceId);
    out.bytesField(SPAN.spanId, spanId);
    stringField(out, SPAN.traceState, traceState);
    if (parentId) {
      out.bytesField(SPAN.parentSpanId, parentId);
    }
    stringField(out, SPAN.name, textOf(members.operationName, 'operationName'));
    out.int32(SPAN.kind, kind);
    out.fixed64(SPAN.startTimeUnixNano, startNs);
    out.fixed64(SPAN.endTimeUnixNano, startNs + durationNs);
    writeTags(out, SPAN.attributes, tags);
    writeCount(out, SPAN.droppedAttributesCount, droppedAttributes);
    writeLogs(out, members.logs);
    writeCount(out, SPAN.droppedEventsCount, droppedEvents);
    writeLinks(out, references, parentId);
    writeCount(out, SPAN.droppedLinksCount, droppedLinks);
    if (status.code > 0 || status.message !== '') {
      out.open(SPAN.status);
      stringField(out, STATUS.message, status.message);
      out.int32(STATUS.code, status.code);
      out.close();
    }
    this.builder.add(out, this.#resource(members, processes, resources), scopeName, scopeVersion);
  }

  #resource(members: Members, processes: unknown, known: Map<string, ResourceHandle>): ResourceHandle {
    const { process, processID } = members;
    if (process !== undefined && process !== null) {
      return this.builder.resource(readProcess(process, 'process'));
    }
    const id = textOf(processID, 'processID');
    let handle = known.get(id);
    if (!handle) {
      const found = isMembers(processes) && Object.hasOwn(processes, id) ? processes[id] : undefined;
      handle = this.builder.resource(found === undefined ? new Map() : readProcess(found, `processes.${id}`));
      known.set(id, handle);
    }
    return handle;
  }
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function textOf(value: unknown, path: string): string {
  if (value === undefined || value === null) {
    return '';
  }
  if (typeof value !== 'string') {
    throw new JsonMemberError(path, 'a string', value);
  }
  return value;
}

/** Removes a tag; empty if it is not there. */
function takeText(tags: Tags, key: string): string {
  const value = tags.get(key);
  if (value === undefined) {
    return '';
  }
  tags.delete(key);
  return String(value);
}

function readProcess(value: unknown, path: string): Tags {
  const resource: Tags = new Map();
  try {
    const { serviceName, tags } = expectObject(value, '');
    const service = textOf(serviceName, 'serviceName');
    if (service !== '' && service !== NO_SERVICE_NAME) {
      resource.set('service.name', service);
    }
    for (const [key, tag] of readJaegerTags(tags, 'tags')) {
      resource.set(key, tag);
    }
  } catch (error) {
    throw within(error, path);
  }
  rename(resource, 'hostname', 'host.name');
  const version = resource.get('jaeger.version');
  if (version !== undefined && !resource.has(EXPORTER_VERSION)) {
    resource.set(EXPORTER_VERSION, `Jaeger-${String(version)}`);
    resource.delete('jaeger.version');
  }
  return resource;
}

function rename(tags: Tags, from: string, to: string): void {
  const value = tags.get(from);
  if (value !== undefined && !tags.has(to)) {
    tags.set(to, value);
    tags.delete(from);
  }
}

function readReferences(value: unknown): Reference[] {
  const list = expectArray(value, 'references');
  const references: Reference[] = [];
  for (const [index, element] of list.entries()) {
    try {
      const { refType, traceID, spanID } = expectObject(element, '');
      const traceId = readHexId(traceID, 16, 'traceID');
      const spanId = readHexId(spanID, 8, 'spanID');
      if (traceId && spanId) {
        references.push({ isChildOf: refType !== 'FOLLOWS_FROM', traceId, spanId });
      }
    } catch (error) {
      throw within(error, `references[${index}]`);
    }
  }
  return references;
}

/** The first span of the same trace that this one is a child of, else the first that it follows. */
function parentOf(references: readonly Reference[], traceId: Uint8Array): Uint8Array | undefined {
  const own = references.filter((reference) => sameBytes(reference.traceId, traceId));
  return (own.find(({ isChildOf }) => isChildOf) ?? own[0])?.spanId;
}

function readWarnings(value: unknown): string[] {
  return expectArray(value, 'warnings').filter((warning) => typeof warning === 'string');
}

function writeCount(out: ProtobufWriter, field: number, count: number): void {
  if (count > 0) {
    out.uint32(field, count);
  }
}

function writeLogs(out: ProtobufWriter, value: unknown): void {
  for (const [index, log] of expectArray(value, 'logs').entries()) {
    try {
      const members = expectObject(log, '');
      const fields = readJaegerTags(members.fields, 'fields');
      out.open(SPAN.events);
      out.fixed64(EVENT.timeUnixNano, expectMicros(members.timestamp ?? 0, 'timestamp'));
      stringField(out, EVENT.name, takeText(fields, 'event'));
      const dropped = Number(takeText(fields, 'otel.dropped_attributes_count')) >>> 0;
      writeTags(out, EVENT.attributes, fields);
      writeCount(out, EVENT.droppedAttributesCount, dropped);
      out.close();
    } catch (error) {
      throw within(error, `logs[${index}]`);
    }
  }
}

/** All references but that to the parent as its child. */
function writeLinks(out: ProtobufWriter, references: readonly Reference[], parentId: Uint8Array | undefined): void {
  for (const { isChildOf, traceId, spanId } of references) {
    if (isChildOf && parentId && sameBytes(spanId, parentId)) {
      continue;
    }
    out.open(SPAN.links);
    out.bytesField(LINK.traceId, traceId);
    out.bytesField(LINK.spanId, spanId);
    writeTags(out, LINK.attributes, new Map([[REF_TYPE, isChildOf ? 'child_of' : 'follows_from']]));
    out.close();
  }
}
