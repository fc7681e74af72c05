/** What a field holds, as far as proto3 JSON tells them apart (https://protobuf.dev/programming-guides/json). */
export type FieldType =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'uint32'
  | 'uint64'
  | 'int64'
  | 'fixed32'
  | 'fixed64'
  | 'double'
  | { readonly enum: readonly string[] }
  | { readonly message: () => MessageType };

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly repeated: boolean;
}

export interface MessageType {
  /** By field number; holes are fields that nobody uses. */
  readonly fields: ReadonlyArray<Field | undefined>;
  /** All fields are members of one oneof: the last one set counts, and a default value is written. */
  readonly oneof: boolean;
}

const message = (fields: Record<number, Field>, oneof = false): MessageType => {
  const byNumber: Array<Field | undefined> = [];
  for (const [number, field] of Object.entries(fields)) {
    byNumber[Number(number)] = field;
  }
  return { fields: byNumber, oneof };
};

const one = (name: string, type: FieldType): Field => ({ name, type, repeated: false });
const many = (name: string, type: FieldType): Field => ({ name, type, repeated: true });
const nested = (name: string, type: () => MessageType): Field => one(name, { message: type });
const list = (name: string, type: () => MessageType): Field => many(name, { message: type });

const KIND_NAMES = [
  'SPAN_KIND_UNSPECIFIED',
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
];
const STATUS_NAMES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];

// OTLP (https://github.com/open-telemetry/opentelemetry-proto), names as proto3 JSON has them.

const ANY_VALUE_MESSAGE: MessageType = message(
  {
    1: one('stringValue', 'string'),
    2: one('boolValue', 'bool'),
    3: one('intValue', 'int64'),
    4: one('doubleValue', 'double'),
    5: nested('arrayValue', () => ARRAY_VALUE_MESSAGE),
    6: nested('kvlistValue', () => KEY_VALUE_LIST_MESSAGE),
    7: one('bytesValue', 'bytes'),
  },
  true
);

const KEY_VALUE_MESSAGE = message({
  1: one('key', 'string'),
  2: nested('value', () => ANY_VALUE_MESSAGE),
});

const ARRAY_VALUE_MESSAGE = message({
  1: list('values', () => ANY_VALUE_MESSAGE),
});

const KEY_VALUE_LIST_MESSAGE = message({
  1: list('values', () => KEY_VALUE_MESSAGE),
});

const attributes = list('attributes', () => KEY_VALUE_MESSAGE);
const droppedAttributes = one('droppedAttributesCount', 'uint32');

const EVENT_MESSAGE = message({
  1: one('timeUnixNano', 'fixed64'),
  2: one('name', 'string'),
  3: attributes,
  4: droppedAttributes,
});

const LINK_MESSAGE = message({
  1: one('traceId', 'bytes'),
  2: one('spanId', 'bytes'),
  3: one('traceState', 'string'),
  4: attributes,
  5: droppedAttributes,
  6: one('flags', 'fixed32'),
});

const STATUS_MESSAGE = message({
  2: one('message', 'string'),
  3: one('code', { enum: STATUS_NAMES }),
});

const SPAN_MESSAGE = message({
  1: one('traceId', 'bytes'),
  2: one('spanId', 'bytes'),
  3: one('traceState', 'string'),
  4: one('parentSpanId', 'bytes'),
  5: one('name', 'string'),
  6: one('kind', { enum: KIND_NAMES }),
  7: one('startTimeUnixNano', 'fixed64'),
  8: one('endTimeUnixNano', 'fixed64'),
  9: attributes,
  10: droppedAttributes,
  11: list('events', () => EVENT_MESSAGE),
  12: one('droppedEventsCount', 'uint32'),
  13: list('links', () => LINK_MESSAGE),
  14: one('droppedLinksCount', 'uint32'),
  15: nested('status', () => STATUS_MESSAGE),
  16: one('flags', 'fixed32'),
});

const SCOPE_MESSAGE = message({
  1: one('name', 'string'),
  2: one('version', 'string'),
  3: attributes,
  4: droppedAttributes,
});

const SCOPE_SPANS_MESSAGE = message({
  1: nested('scope', () => SCOPE_MESSAGE),
  2: list('spans', () => SPAN_MESSAGE),
  3: one('schemaUrl', 'string'),
});

const RESOURCE_MESSAGE = message({ 1: attributes, 2: droppedAttributes });

export const RESOURCE_SPANS_MESSAGE = message({
  1: nested('resource', () => RESOURCE_MESSAGE),
  2: list('scopeSpans', () => SCOPE_SPANS_MESSAGE),
  3: one('schemaUrl', 'string'),
});

/** OTLP's TracesData, and Tempo's Trace of the v2 API: the same bytes, the same JSON. */
export const TRACES_DATA_MESSAGE = message({
  1: list('resourceSpans', () => RESOURCE_SPANS_MESSAGE),
});

/** Tempo's Trace as its v1 API names it in JSON. */
export const TRACE_BATCHES_MESSAGE = message({
  1: list('batches', () => RESOURCE_SPANS_MESSAGE),
});
