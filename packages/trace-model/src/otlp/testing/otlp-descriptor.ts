/**
 * OTLP's trace messages as a protobufjs descriptor (`protobuf.Root.fromJSON`), written from
 * https://github.com/open-telemetry/opentelemetry-proto: a second opinion for tests on what our own code writes and reads.
 * Kept apart from fields.ts and messages.ts on purpose.
 */
const field = (id: number, type: string) => ({ id, type });
const repeated = (id: number, type: string) => ({ id, type, rule: 'repeated' });

export const OTLP_DESCRIPTOR = {
  nested: {
    TracesData: { fields: { resourceSpans: repeated(1, 'ResourceSpans') } },
    ResourceSpans: {
      fields: {
        resource: field(1, 'Resource'),
        scopeSpans: repeated(2, 'ScopeSpans'),
        schemaUrl: field(3, 'string'),
      },
    },
    Resource: { fields: { attributes: repeated(1, 'KeyValue'), droppedAttributesCount: field(2, 'uint32') } },
    ScopeSpans: {
      fields: { scope: field(1, 'InstrumentationScope'), spans: repeated(2, 'Span'), schemaUrl: field(3, 'string') },
    },
    InstrumentationScope: {
      fields: {
        name: field(1, 'string'),
        version: field(2, 'string'),
        attributes: repeated(3, 'KeyValue'),
        droppedAttributesCount: field(4, 'uint32'),
      },
    },
    Span: {
      fields: {
        traceId: field(1, 'bytes'),
        spanId: field(2, 'bytes'),
        traceState: field(3, 'string'),
        parentSpanId: field(4, 'bytes'),
        name: field(5, 'string'),
        kind: field(6, 'SpanKind'),
        startTimeUnixNano: field(7, 'fixed64'),
        endTimeUnixNano: field(8, 'fixed64'),
        attributes: repeated(9, 'KeyValue'),
        droppedAttributesCount: field(10, 'uint32'),
        events: repeated(11, 'Event'),
        droppedEventsCount: field(12, 'uint32'),
        links: repeated(13, 'Link'),
        droppedLinksCount: field(14, 'uint32'),
        status: field(15, 'Status'),
        flags: field(16, 'fixed32'),
      },
    },
    Event: {
      fields: {
        timeUnixNano: field(1, 'fixed64'),
        name: field(2, 'string'),
        attributes: repeated(3, 'KeyValue'),
        droppedAttributesCount: field(4, 'uint32'),
      },
    },
    Link: {
      fields: {
        traceId: field(1, 'bytes'),
        spanId: field(2, 'bytes'),
        traceState: field(3, 'string'),
        attributes: repeated(4, 'KeyValue'),
        droppedAttributesCount: field(5, 'uint32'),
        flags: field(6, 'fixed32'),
      },
    },
    Status: { fields: { message: field(2, 'string'), code: field(3, 'StatusCode') } },
    SpanKind: {
      values: {
        SPAN_KIND_UNSPECIFIED: 0,
        SPAN_KIND_INTERNAL: 1,
        SPAN_KIND_SERVER: 2,
        SPAN_KIND_CLIENT: 3,
        SPAN_KIND_PRODUCER: 4,
        SPAN_KIND_CONSUMER: 5,
      },
    },
    StatusCode: { values: { STATUS_CODE_UNSET: 0, STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 } },
    KeyValue: { fields: { key: field(1, 'string'), value: field(2, 'AnyValue') } },
    AnyValue: {
      oneofs: {
        value: {
          oneof: ['stringValue', 'boolValue', 'intValue', 'doubleValue', 'arrayValue', 'kvlistValue', 'bytesValue'],
        },
      },
      fields: {
        stringValue: field(1, 'string'),
        boolValue: field(2, 'bool'),
        intValue: field(3, 'int64'),
        doubleValue: field(4, 'double'),
        arrayValue: field(5, 'ArrayValue'),
        kvlistValue: field(6, 'KeyValueList'),
        bytesValue: field(7, 'bytes'),
      },
    },
    ArrayValue: { fields: { values: repeated(1, 'AnyValue') } },
    KeyValueList: { fields: { values: repeated(1, 'KeyValue') } },
    /** tempopb: what GET /api/v2/traces/{id} answers. */
    TraceByIDResponse: {
      fields: {
        trace: field(1, 'TracesData'),
        metrics: field(2, 'TraceByIDMetrics'),
        status: field(3, 'PartialStatus'),
        message: field(4, 'string'),
      },
    },
    TraceByIDMetrics: { fields: {} },
    PartialStatus: { values: { COMPLETE: 0, PARTIAL: 1 } },
  },
};
