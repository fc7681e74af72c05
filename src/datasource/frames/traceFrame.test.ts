import { DataFrameView, type DataFrame, type TraceSpanRow } from '@grafana/data';
import { type KeyValueJson, type SpanJson, type TraceJson } from '../../shared/storeTypes';
import { NO_PARENT } from './repair';
import { traceFrame } from './traceFrame';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
/** `a1` as the 8 bytes of a span id. */
const id = (short: string): string => short.padStart(16, '0');
const text = (key: string, stringValue: string): KeyValueJson => ({ key, value: { stringValue } });

function span(spanId: string, parent = '', more: Partial<SpanJson> = {}): SpanJson {
  return {
    traceId: base64(TRACE),
    spanId: base64(id(spanId)),
    ...(parent ? { parentSpanId: base64(id(parent)) } : {}),
    name: spanId,
    startTimeUnixNano: '1700000000000000000',
    endTimeUnixNano: '1700000000010000000',
    ...more,
  };
}

function traceOf(...spans: SpanJson[]): TraceJson {
  return { resourceSpans: [{ resource: { attributes: [text('service.name', 'shop')] }, scopeSpans: [{ spans }] }] };
}

function rowsOf(frame: DataFrame): TraceSpanRow[] {
  return new DataFrameView<TraceSpanRow>(frame).toArray().map((row) => ({ ...row }));
}

const rows = (...spans: SpanJson[]): TraceSpanRow[] => rowsOf(traceFrame(traceOf(...spans), 'A'));

test('every field of a span arrives under the name that the trace view looks for', () => {
  const frame = traceFrame(
    {
      resourceSpans: [
        {
          resource: {
            attributes: [text('service.name', 'checkout'), text('service.version', '1.2')],
            droppedAttributesCount: 1,
          },
          scopeSpans: [
            {
              scope: { name: 'otel-lib', version: '0.9', attributes: [text('lang', 'js')] },
              spans: [
                span('b', 'a', {
                  kind: 'SPAN_KIND_SERVER',
                  name: 'POST /orders',
                  traceState: 'vendor=1',
                  startTimeUnixNano: '1700000000000250001',
                  endTimeUnixNano: '1700000000001750002',
                  status: { code: 'STATUS_CODE_ERROR', message: 'card declined' },
                  attributes: [
                    text('http.route', '/orders'),
                    { key: 'count', value: { intValue: '42' } },
                    { key: 'big', value: { intValue: '9007199254740993' } },
                    { key: 'share', value: { doubleValue: 0.5 } },
                    { key: 'nan', value: { doubleValue: 'NaN' } },
                    { key: 'vip', value: { boolValue: false } },
                    { key: 'raw', value: { bytesValue: 'AQID/w==' } },
                    { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '2' }, {}] } } },
                    { key: 'map', value: { kvlistValue: { values: [{ key: 'x', value: { boolValue: true } }] } } },
                    { key: 'empty', value: {} },
                    { key: 'nothing' },
                  ],
                  droppedAttributesCount: 2,
                  droppedEventsCount: 3,
                  droppedLinksCount: 4,
                  events: [
                    {
                      timeUnixNano: '1700000000000500000',
                      name: 'exception',
                      attributes: [text('exception.stacktrace', 'Error: no\n  at x')],
                      droppedAttributesCount: 1,
                    },
                  ],
                  links: [
                    {
                      traceId: base64('0af7651916cd43dd8448eb211c80319c'),
                      spanId: base64('b7ad6b7169203331'),
                      traceState: 'a=b',
                      attributes: [text('why', 'retry')],
                    },
                  ],
                }),
              ],
            },
          ],
        },
      ],
    },
    'B'
  );
  expect(frame.refId).toBe('B');
  expect(frame.meta).toEqual({ preferredVisualisationType: 'trace', custom: { traceFormat: 'otlp' } });
  const [row] = rowsOf(frame);
  expect(row).toMatchObject({
    traceID: TRACE,
    spanID: id('b'),
    parentSpanID: id('a'),
    operationName: 'POST /orders',
    serviceName: 'checkout',
    kind: 'server',
    statusCode: 2,
    statusMessage: 'card declined',
    instrumentationLibraryName: 'otel-lib',
    instrumentationLibraryVersion: '0.9',
    traceState: 'vendor=1',
    stackTraces: ['Error: no\n  at x'],
  });
  expect(row.startTime).toBeCloseTo(1700000000000.25, 3);
  expect(row.duration).toBeCloseTo(1.500001, 9);
  expect(row.serviceTags).toEqual([
    { key: 'service.name', value: 'checkout', type: 'string' },
    { key: 'service.version', value: '1.2', type: 'string' },
    { key: 'otel.dropped_attributes_count', value: 1, type: 'int' },
  ]);
  expect(row.tags).toEqual([
    { key: 'http.route', value: '/orders', type: 'string' },
    { key: 'count', value: 42, type: 'int' },
    { key: 'big', value: '9007199254740993', type: 'int' },
    { key: 'share', value: 0.5, type: 'float' },
    { key: 'nan', value: 'NaN', type: 'float' },
    { key: 'vip', value: false, type: 'bool' },
    { key: 'raw', value: 'AQID/w==', type: 'bytes' },
    { key: 'list', value: '["a",2,null]', type: 'array' },
    { key: 'map', value: '{"x":true}', type: 'kvlist' },
    { key: 'empty', value: '', type: 'empty' },
    { key: 'nothing', value: '', type: 'empty' },
    { key: 'otel.scope.lang', value: 'js', type: 'string' },
    { key: 'otel.dropped_attributes_count', value: 2, type: 'int' },
    { key: 'otel.dropped_events_count', value: 3, type: 'int' },
    { key: 'otel.dropped_links_count', value: 4, type: 'int' },
  ]);
  expect(row.logs).toEqual([
    {
      timestamp: 1700000000000.5,
      name: 'exception',
      fields: [
        { key: 'exception.stacktrace', value: 'Error: no\n  at x', type: 'string' },
        { key: 'otel.dropped_attributes_count', value: 1, type: 'int' },
      ],
    },
  ]);
  expect(row.references).toEqual([
    {
      traceID: '0af7651916cd43dd8448eb211c80319c',
      spanID: 'b7ad6b7169203331',
      tags: [
        { key: 'why', value: 'retry', type: 'string' },
        { key: 'tracestate', value: 'a=b', type: 'string' },
      ],
    },
  ]);
});

test('ids in hex and in base64 are the same ids', () => {
  const [inBase64] = rows(span('b7ad6b7169203331'));
  const [inHex] = rows(span('b', '', { traceId: TRACE.toUpperCase(), spanId: 'B7AD6B7169203331' }));
  expect(inHex.traceID).toBe(TRACE);
  expect(inHex.spanID).toBe(inBase64.spanID);
});

test('what proto3 JSON leaves out is a default, and status codes are never null', () => {
  const [row] = rows({ traceId: base64(TRACE), spanId: base64(id('a')), startTimeUnixNano: '1', endTimeUnixNano: '2' });
  expect(row).toMatchObject({ operationName: '', kind: '', statusCode: 0, statusMessage: '', parentSpanID: '' });
  const codes = [1, 'STATUS_CODE_OK', 'STATUS_CODE_UNSET', 2, 7, 'STATUS_CODE_NEW'].map(
    (code) => rows(span('a', '', { status: { code } }))[0].statusCode
  );
  expect(codes).toEqual([1, 1, 0, 2, undefined, undefined]);
});

test('a resource without a service is shown as unknown', () => {
  const frame = traceFrame({ resourceSpans: [{ scopeSpans: [{ spans: [span('a')] }] }] }, 'A');
  expect(rowsOf(frame)[0].serviceName).toBe('unknown_service');
});

test('a missing parent is said, and the span stays where it was hung', () => {
  const [, orphan] = rows(span('a'), span('b', 'ff'));
  expect(orphan.parentSpanID).toBe(id('ff'));
  expect(orphan.warnings).toEqual([expect.stringContaining(`parent span ${id('ff')} is not in the trace`)]);
});

test('a root with links keeps its place: the trace view would take the first link for its parent', () => {
  const link = { traceId: base64(TRACE), spanId: base64(id('b')) };
  const [root, child] = rows(span('a', '', { links: [link] }), span('b', 'a', { links: [link] }));
  expect(root.parentSpanID).toBe(NO_PARENT);
  expect(root.references).toHaveLength(1);
  expect(root.warnings).toEqual([]);
  expect(child.parentSpanID).toBe(id('a'));
  expect(rows(span('a'))[0].parentSpanID).toBe('');
});

test('parent cycles are cut, so that no span is lost', () => {
  const found = rows(span('a', 'c'), span('b', 'a'), span('c', 'b'), span('d', 'd'), span('e', 'c'));
  const roots = found.filter(({ parentSpanID }) => parentSpanID === '');
  expect(roots.map(({ operationName }) => operationName)).toEqual(['a', 'd']);
  expect(roots.every(({ warnings }) => warnings?.[0].includes('its own ancestor'))).toBe(true);
  const byId = new Map(found.map((row) => [row.spanID, row]));
  for (let row of found) {
    for (let steps = 0; row.parentSpanID; steps += 1) {
      expect(steps).toBeLessThan(found.length);
      row = byId.get(row.parentSpanID) ?? row;
    }
  }
});

test('spans with the same id are told apart, each with its own service', () => {
  const frame = traceFrame(
    {
      resourceSpans: ['client', 'server'].map((service) => ({
        resource: { attributes: [text('service.name', service)] },
        scopeSpans: [{ spans: [span('a')] }],
      })),
    },
    'A'
  );
  const found = rowsOf(frame);
  expect(found.map(({ spanID, serviceName }) => [spanID, serviceName])).toEqual([
    [id('a'), 'client'],
    [`${id('a')}_1`, 'server'],
  ]);
  expect(found[1].warnings?.[0]).toContain('occurs more than once');
});

test('a span without an id, which would hide the whole trace, gets one', () => {
  const [row] = rows(span('a', '', { spanId: undefined }));
  expect(row.spanID).toBe('no-id-0');
  expect(row.warnings).toEqual(['The span has no id.']);
});

test('spans without times are drawn where the trace begins', () => {
  const [a, b, c] = rows(
    span('a'),
    span('b', 'a', { startTimeUnixNano: undefined }),
    span('c', 'a', { endTimeUnixNano: '0' })
  );
  expect(b.startTime).toBe(a.startTime);
  expect([b.duration, c.duration]).toEqual([0, 0]);
  expect(b.warnings?.[0]).toContain('no start time');
  expect(c.warnings?.[0]).toContain('no end time');
  expect(rows(span('a', '', { startTimeUnixNano: '0', endTimeUnixNano: '0' }))[0].startTime).toBeGreaterThan(0);
});

test('a span that ends before it starts has no length, and says so', () => {
  const [row] = rows(span('a', '', { endTimeUnixNano: '1699999999999000000' }));
  expect(row.duration).toBe(0);
  expect(row.warnings?.[0]).toContain('ends 1 ms before it starts');
});

test('what the store refused stands with the frame and with the root span', () => {
  const message = '2 spans refused at 2026-11-23T10:00:00.000Z because they are larger than 2000 bytes';
  const frame = traceFrame({ ...traceOf(span('b', 'a'), span('a')), message }, 'A');
  expect(frame.meta?.notices).toEqual([{ severity: 'warning', text: message }]);
  const warnings = Object.fromEntries(rowsOf(frame).map((row) => [row.spanID, row.warnings]));
  expect(warnings).toEqual({ [id('a')]: [message], [id('b')]: [] });
});

test('an empty trace is an empty frame', () => {
  expect(traceFrame({ resourceSpans: [] }, 'A').length).toBe(0);
  expect(traceFrame({ resourceSpans: [{}, { scopeSpans: [{}] }] }, 'A').length).toBe(0);
});
