import {
  ANY_VALUE,
  EVENT,
  KEY_VALUE,
  LIST_ELEMENT,
  ProtobufWriter,
  RESOURCE,
  RESOURCE_SPANS,
  SCOPE,
  SCOPE_SPANS,
  SPAN,
  STATUS,
} from '@clew/trace-model';

import type { GeneratedSpan, GeneratedTrace } from './generator.ts';
import type { AttributeValue, Topology } from './topology.ts';

const ERROR = 2;
const SCOPE_NAME = '@clew/trace-gen';

interface Placed {
  readonly trace: GeneratedTrace;
  readonly startUnixNs: bigint;
  readonly span: GeneratedSpan;
}

/**
 * Collects traces and gives them out as OTLP ExportTraceServiceRequests of `batchSpans` spans, each from one instance of
 * one service, as SDKs send them.
 */
export class RequestBatcher {
  readonly #topology: Topology;
  readonly #batchSpans: number;
  readonly #waiting = new Map<number, Placed[]>();

  constructor(topology: Topology, batchSpans = 512) {
    this.#topology = topology;
    this.#batchSpans = batchSpans;
  }

  /** Adds a trace that starts at `startUnixNs`; answers the requests that became full. */
  add(trace: GeneratedTrace, startUnixNs: bigint): Uint8Array[] {
    const full: Uint8Array[] = [];
    for (const span of trace.spans) {
      const key = span.service * 64 + span.instance;
      let group = this.#waiting.get(key);
      if (!group) {
        group = [];
        this.#waiting.set(key, group);
      }
      group.push({ trace, startUnixNs, span });
      if (group.length >= this.#batchSpans) {
        full.push(encodeRequest(this.#topology, group));
        this.#waiting.delete(key);
      }
    }
    return full;
  }

  /** What is left, in requests that are not full. */
  flush(): Uint8Array[] {
    const rest = [...this.#waiting.values()].map((group) => encodeRequest(this.#topology, group));
    this.#waiting.clear();
    return rest;
  }
}

function encodeRequest(topology: Topology, group: readonly Placed[]): Uint8Array {
  const out = new ProtobufWriter(group.length * 600);
  const { service, instance } = group[0].span;
  const { name, namespace, version, instances } = topology.services[service];
  out.open(LIST_ELEMENT, 3);
  out.open(RESOURCE_SPANS.resource, 2);
  attribute(out, RESOURCE.attributes, 'service.name', name);
  attribute(out, RESOURCE.attributes, 'service.namespace', namespace);
  attribute(out, RESOURCE.attributes, 'service.version', version);
  attribute(out, RESOURCE.attributes, 'service.instance.id', instances[instance]);
  attribute(out, RESOURCE.attributes, 'host.name', `node-${instance}`);
  attribute(out, RESOURCE.attributes, 'k8s.pod.name', `${name}-${instances[instance]}`);
  attribute(out, RESOURCE.attributes, 'telemetry.sdk.language', 'nodejs');
  out.close();
  out.open(RESOURCE_SPANS.scopeSpans, 3);
  out.open(SCOPE_SPANS.scope);
  out.string(SCOPE.name, SCOPE_NAME);
  out.string(SCOPE.version, '0.1.0');
  out.close();
  for (const placed of group) {
    encodeSpan(out, placed);
  }
  out.close();
  out.close();
  return out.finish();
}

function encodeSpan(out: ProtobufWriter, { trace, startUnixNs, span }: Placed): void {
  const at = (offsetNs: number) => startUnixNs + BigInt(Math.round(offsetNs));
  out.open(SCOPE_SPANS.spans, 2);
  out.bytesField(SPAN.traceId, trace.traceId);
  out.bytesField(SPAN.spanId, span.spanId);
  if (span.parentSpanId) {
    out.bytesField(SPAN.parentSpanId, span.parentSpanId);
  }
  out.string(SPAN.name, span.name);
  out.uint32(SPAN.kind, span.kind);
  out.fixed64(SPAN.startTimeUnixNano, at(span.startNs));
  out.fixed64(SPAN.endTimeUnixNano, at(span.endNs));
  for (const [key, value] of span.attributes) {
    attribute(out, SPAN.attributes, key, value);
  }
  for (const event of span.events) {
    out.open(SPAN.events, 2);
    out.fixed64(EVENT.timeUnixNano, at(event.atNs));
    out.string(EVENT.name, event.name);
    for (const [key, value] of event.attributes) {
      attribute(out, EVENT.attributes, key, value);
    }
    out.close();
  }
  if (span.error !== undefined) {
    out.open(SPAN.status);
    out.string(STATUS.message, span.error);
    out.uint32(STATUS.code, ERROR);
    out.close();
  }
  out.fixed32(SPAN.flags, 0x101);
  out.close();
}

/** A number that is whole becomes an int, as SDKs have it; 0.5 becomes a double. */
function attribute(out: ProtobufWriter, field: number, key: string, value: AttributeValue): void {
  out.open(field);
  out.string(KEY_VALUE.key, key);
  out.open(KEY_VALUE.value);
  if (typeof value === 'string') {
    out.string(ANY_VALUE.stringValue, value);
  } else if (typeof value === 'boolean') {
    out.bool(ANY_VALUE.boolValue, value);
  } else if (typeof value === 'bigint' || Number.isInteger(value)) {
    out.int64(ANY_VALUE.intValue, BigInt(value));
  } else {
    out.double(ANY_VALUE.doubleValue, value);
  }
  out.close();
  out.close();
}
