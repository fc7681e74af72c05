import { gzipSync } from 'node:zlib';

import { LocalTrace, spanDetailsFromOtlp } from '../local/local-trace.ts';
import { encodeSpans, SAMPLE_SPAN } from '../local/testing/encode-spans.ts';
import { TRACE_BATCHES_MESSAGE, TRACES_DATA_MESSAGE } from '../otlp/messages.ts';
import { protobufToJson } from '../otlp/to-json.ts';
import { openTraceFile } from './open-trace-file.ts';
import { TraceFileError } from './trace-file-error.ts';

const bytes = (content: unknown) =>
  Uint8Array.from(Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)));
const open = (content: unknown) => openTraceFile(bytes(content));
const names = (otlp: Uint8Array) => spanDetailsFromOtlp(otlp).map(({ name }) => name);

const SPAN = { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174', name: 'a' };
const resourceSpans = (...spans: object[]) => [{ resource: {}, scopeSpans: [{ scope: {}, spans }] }];
const request = (...spans: object[]) => ({ resourceSpans: resourceSpans(...spans) });
const JAEGER_SPAN = { traceID: 'a', spanID: 'b', operationName: 'j', startTime: 1 };
const ZIPKIN_SPAN = { traceId: 'a', id: 'b', name: 'z', timestamp: 1 };
const sample = encodeSpans([SAMPLE_SPAN]);
const proto3Json = (type = TRACES_DATA_MESSAGE) => Buffer.from(protobufToJson(sample, type)).toString();

test.each<[string, unknown, string]>([
  ['OTLP', request(SPAN), 'otlp-json'],
  ['OTLP behind a byte order mark and space', `\ufeff\n  ${JSON.stringify(request(SPAN))}\n`, 'otlp-json'],
  ['requests in an array', [request(SPAN)], 'otlp-json'],
  ['ResourceSpans in an array', resourceSpans(SPAN), 'otlp-json'],
  ['one ResourceSpans', resourceSpans(SPAN)[0], 'otlp-json'],
  [
    'snake_case',
    { resource_spans: [{ scope_spans: [{ spans: [{ trace_id: SPAN.traceId, span_id: SPAN.spanId }] }] }] },
    'otlp-json',
  ],
  ['Tempo, v1', { batches: resourceSpans(SPAN) }, 'otlp-json'],
  ['Tempo, v2', { trace: request(SPAN), metrics: {} }, 'otlp-json'],
  ['Jaeger, v3', { result: request(SPAN) }, 'otlp-json'],
  [
    'a download of Grafana',
    { batches: [{ resource: { attributes: [] }, instrumentationLibrarySpans: [{ spans: [SPAN] }] }] },
    'otlp-json',
  ],
  ['an answer of Jaeger', { data: [{ traceID: 'a', spans: [JAEGER_SPAN], processes: {} }] }, 'jaeger'],
  ['a trace of Jaeger', { traceID: 'a', spans: [JAEGER_SPAN] }, 'jaeger'],
  ['spans of Jaeger', [JAEGER_SPAN], 'jaeger'],
  [
    'lines of spans of Jaeger',
    `${JSON.stringify(JAEGER_SPAN)}\n${JSON.stringify({ ...JAEGER_SPAN, spanID: 'c' })}`,
    'jaeger',
  ],
  ['a trace of Zipkin', [ZIPKIN_SPAN], 'zipkin'],
  ['traces of Zipkin', [[], [ZIPKIN_SPAN]], 'zipkin'],
])('%s', (_, content, format) => {
  const opened = open(content);
  expect(opened).toMatchObject({ format, refused: 0, problems: [] });
  expect(opened.spans).toBeGreaterThan(0);
  expect(LocalTrace.fromOtlp(opened.otlp)[0].spanCount).toBe(opened.spans);
});

test('ids in base64, as Tempo writes them, and every kind of value', () => {
  for (const type of [TRACES_DATA_MESSAGE, TRACE_BATCHES_MESSAGE]) {
    expect(spanDetailsFromOtlp(open(proto3Json(type)).otlp)).toEqual(spanDetailsFromOtlp(sample));
  }
});

test('short ids are filled up; a parent of zeros or of no digits is none', () => {
  const { otlp } = open(
    request({ ...SPAN, traceId: 'ABC', spanId: '1', parentSpanId: '0000000000000000' }, { ...SPAN, parentSpanId: '' })
  );
  expect(spanDetailsFromOtlp(otlp)).toMatchObject([
    { traceId: '00000000000000000000000000000abc', spanId: '0000000000000001', parentSpanId: '' },
    { parentSpanId: '' },
  ]);
});

test('numbers that are not quoted stay exact', () => {
  const text = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${SPAN.traceId}","spanId":"${SPAN.spanId}",
    "startTimeUnixNano": 1544712660000000001, "endTimeUnixNano":1544712660000000003,
    "attributes":[{"key":"i","value":{"intValue":-9223372036854775807}},{"key":"s","value":{"stringValue":": 12345678901234567890"}}]}]}]}]}`;
  expect(spanDetailsFromOtlp(open(text).otlp)).toMatchObject([
    {
      startNs: 1544712660000000001n,
      durationNs: 2n,
      attributes: [{ value: -9223372036854775807n }, { value: ': 12345678901234567890' }],
    },
  ]);
});

test('lines, as the Collector writes them, good ones among bad ones', () => {
  const lines = [
    request(SPAN),
    '{"resourceSpans": [',
    request({ ...SPAN, name: 'b' }, { name: 'no id' }),
    '',
    { logs: 1 },
    { resourceSpans: [5] },
  ];
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\r\n');
  const opened = open(text);
  expect(opened).toMatchObject({ format: 'otlp-json', spans: 2, refused: 1 });
  expect(opened.problems).toEqual([
    expect.stringMatching(/^line 2: .*JSON/),
    'line 3: resourceSpans[0].scopeSpans[0].spans[1].traceId: expected 32 hex digits, found nothing',
    'line 6: resourceSpans[0]: expected an object, found 5',
    '1 lines have no resourceSpans',
  ]);
  expect(names(opened.otlp)).toEqual(['a', 'b']);
});

test('protobuf', () => {
  expect(openTraceFile(sample)).toEqual({ format: 'otlp-protobuf', otlp: sample, spans: 1, refused: 0, problems: [] });
});

test('protobuf in an answer of Tempo', () => {
  const length = [(sample.length & 0x7f) | 0x80, sample.length >> 7];
  const response = Uint8Array.from([0x0a, ...length, ...sample, 0x1a, 0]);
  expect(openTraceFile(response)).toMatchObject({ format: 'otlp-protobuf', otlp: sample, spans: 1 });
});

test('a line feed may begin JSON and protobuf of a length that is a brace', () => {
  expect(open(`\n${JSON.stringify(request(SPAN))}`)).toMatchObject({ format: 'otlp-json' });
  for (let pad = 0; pad < 128; pad++) {
    const padded = encodeSpans([
      { ...SAMPLE_SPAN, attributes: [], resource: [], scope: {}, more: {}, parentSpanId: '', name: 'n'.repeat(pad) },
    ]);
    expect(openTraceFile(padded)).toMatchObject({ format: 'otlp-protobuf', spans: 1 });
  }
});

test('a span of protobuf that is malformed within is left out', () => {
  const broken = sample.slice();
  broken[broken.length - Buffer.from(broken).reverse().indexOf(Buffer.from('boom')[3]) - 5] = 0x7f;
  const opened = openTraceFile(Uint8Array.from([...broken, ...encodeSpans([{ ...SAMPLE_SPAN, name: 'good' }])]));
  expect(opened).toMatchObject({ spans: 1, refused: 1, problems: [expect.stringContaining('malformed')] });
  expect(names(opened.otlp)).toEqual(['good']);
});

test.each<[string, Uint8Array, string]>([
  ['an empty file', bytes(''), 'The file is empty'],
  ['white space', bytes(' \n'), 'The file is empty'],
  ['gzip', gzipSync(sample), 'The file is compressed with gzip: decompress it first'],
  ['UTF-16', Uint8Array.from(Buffer.from('\ufeff{}', 'utf16le')), 'UTF-16: save it as UTF-8'],
  ['broken JSON', bytes('{"resourceSpans": [}'), 'The file is not well-formed JSON'],
  ['cut JSON of many lines', bytes('{\n "resourceSpans": [\n'), 'The file is not well-formed JSON'],
  ['text', bytes('hello'), 'The file is neither JSON nor OTLP protobuf'],
  ['other JSON', bytes({ a: 1, b: 2 }), 'The file has JSON with a, b, which is of no trace format'],
  ['an empty object', bytes({}), 'empty JSON object'],
  ['an empty array', bytes([]), 'There is no span in the file'],
  ['numbers', bytes([1, 2]), 'elements are no spans'],
  ['no spans', bytes({ resourceSpans: [] }), 'There is no span in the file'],
  ['no traces', bytes({ data: [], errors: null }), 'There is no trace in the file'],
  ['Zipkin v1', bytes([{ traceId: 'a', id: 'b', binaryAnnotations: [] }]), 'v1'],
  [
    'bad spans alone',
    bytes(request({})),
    'No span in the file can be read. What is wrong first: resourceSpans[0].scopeSpans[0].spans[0].traceId',
  ],
  ['Jaeger with spans that are none', bytes({ traceID: 'a', spans: [{}] }), 'spans[0].traceID: expected an id'],
  ['an array that is none', bytes({ data: { traceID: 'a', spans: 5 } }), 'data.spans: expected an array, found 5'],
  ['a value nested deep', bytes(`{"batches":${'['.repeat(200_000)}${']'.repeat(200_000)}}`), 'batches'],
])('refuses %s', (_, content, message) => {
  expect(() => openTraceFile(content)).toThrow(TraceFileError);
  expect(() => openTraceFile(content)).toThrow(message);
  expect(() => openTraceFile(content)).toThrow('Accepted are OTLP (JSON');
});
