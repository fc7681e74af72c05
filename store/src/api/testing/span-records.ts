import type { SpanRecord } from '@clew/traceql';

import { encodeOtlp, type Message } from './otlp.ts';

type Attributes = SpanRecord['attributes'];
type Content = Attributes extends ReadonlyMap<string, infer T> ? T : never;

/**
 * An OTLP request with each span in a ResourceSpans of its own. Dotted keys of spans whose value is true or false, and with
 * `nestsInEvents` those of events too, are sent as lists in lists, which the store flattens again.
 */
export function recordsRequest(spans: readonly SpanRecord[], nestsInEvents = false): Uint8Array {
  return encodeOtlp('TracesData', {
    resourceSpans: spans.map((span) => ({
      resource: { attributes: attributes(span.resource) },
      scopeSpans: [
        {
          scope: { name: span.scopeName, version: span.scopeVersion, attributes: attributes(span.scopeAttributes) },
          spans: [spanMessage(span, nestsInEvents)],
        },
      ],
    })),
  });
}

function spanMessage(span: SpanRecord, nestsInEvents: boolean): Message {
  return {
    traceId: idBytes(span.traceId),
    spanId: idBytes(span.spanId),
    parentSpanId: idBytes(span.parentSpanId),
    name: span.name,
    kind: span.kindCode,
    status: { code: span.statusCode, message: span.statusMessage },
    startTimeUnixNano: String(span.startNs),
    endTimeUnixNano: String(span.startNs + span.durationNs),
    attributes: attributes(span.attributes, true),
    events: span.events.map((event) => ({
      name: event.name,
      timeUnixNano: String(event.timeNs),
      attributes: attributes(event.attributes, nestsInEvents),
    })),
    links: span.links.map((link) => ({
      traceId: idBytes(link.traceId),
      spanId: idBytes(link.spanId),
      attributes: attributes(link.attributes),
    })),
  };
}

const idBytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

function attributes(content: Attributes, nests = false): Message[] {
  return Array.from(content, ([key, value]) => {
    const dot = nests && typeof value === 'boolean' ? key.indexOf('.') : -1;
    return dot === -1
      ? { key, value: anyValue(value) }
      : {
          key: key.slice(0, dot),
          value: { kvlistValue: { values: [{ key: key.slice(dot + 1), value: anyValue(value) }] } },
        };
  });
}

function anyValue(value: Content): Message {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'bigint':
      return { intValue: String(value) };
    case 'number':
      return { doubleValue: value };
    default:
      return { arrayValue: { values: value.map(anyValue) } };
  }
}
