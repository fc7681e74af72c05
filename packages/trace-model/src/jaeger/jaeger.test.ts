import { Problems } from '../json/problems.ts';
import { parseJson } from '../json/parse-json.ts';
import { readDocument } from '../json/text.ts';
import { LocalTrace, spanDetailsFromOtlp } from '../local/local-trace.ts';
import { encodeSpans, SAMPLE_SPAN } from '../local/testing/encode-spans.ts';
import { jaegerJsonToOtlp } from './jaeger-json-to-otlp.ts';
import { otlpToJaegerJson } from './otlp-to-jaeger-json.ts';

const tag = (key: string, type: string, value: unknown) => ({ key, type, value });
const read = (document: unknown, problems = new Problems()) =>
  spanDetailsFromOtlp(jaegerJsonToOtlp(document, problems).otlp).map((span) => ({
    ...span,
    attributes: Object.fromEntries(span.attributes.map(({ key, value }) => [key, value])),
    resource: Object.fromEntries(span.resource.map(({ key, value }) => [key, value])),
  }));
const written = (otlp: Uint8Array) => {
  const json = otlpToJaegerJson(otlp);
  return JSON.parse(readDocument(json, 0, json.length));
};

/** In the form of Jaeger's query API, shaped like its HotROD demo. */
const HOTROD = {
  data: [
    {
      traceID: '2a8e5dd4e5a4b5e1',
      spans: [
        {
          traceID: '2a8e5dd4e5a4b5e1',
          spanID: '2a8e5dd4e5a4b5e1',
          operationName: 'HTTP GET /dispatch',
          references: [],
          startTime: 1605223981761425,
          duration: 706395,
          tags: [
            tag('sampler.param', 'bool', true),
            tag('span.kind', 'string', 'server'),
            tag('http.status_code', 'int64', 200),
            tag('ratio', 'float64', 0.25),
            tag('raw', 'binary', 'AP8='),
            tag('big', 'int64', '9223372036854775807'),
          ],
          logs: [
            {
              timestamp: 1605223981761500,
              fields: [tag('event', 'string', 'HTTP request received'), tag('level', 'string', 'info')],
            },
          ],
          processID: 'p1',
          warnings: null,
        },
        {
          traceID: '2a8e5dd4e5a4b5e1',
          spanID: '5e1',
          operationName: 'SQL SELECT',
          references: [
            { refType: 'FOLLOWS_FROM', traceID: 'ffff', spanID: '77' },
            { refType: 'CHILD_OF', traceID: '2a8e5dd4e5a4b5e1', spanID: '2a8e5dd4e5a4b5e1' },
          ],
          startTime: 1605223981762000,
          duration: 300,
          tags: [
            tag('error', 'bool', true),
            tag('otel.status_description', 'string', 'no connection'),
            tag('otel.scope.name', 'string', 'sql'),
            tag('otel.scope.version', 'string', '2'),
            tag('w3c.tracestate', 'string', 'x=y'),
          ],
          logs: [],
          processID: 'p2',
          warnings: ['clock skew'],
        },
      ],
      processes: {
        p1: {
          serviceName: 'frontend',
          tags: [tag('hostname', 'string', 'f-1'), tag('jaeger.version', 'string', 'Go-2')],
        },
        p2: { serviceName: 'mysql', tags: [] },
      },
      warnings: null,
    },
  ],
};

test('an answer of the query API', () => {
  const [root, child] = read(HOTROD);
  expect(root).toMatchObject({
    traceId: '00000000000000002a8e5dd4e5a4b5e1',
    parentSpanId: '',
    kind: 2,
    status: 0,
    startNs: 1605223981761425000n,
    durationNs: 706395000n,
    attributes: {
      'sampler.param': true,
      'http.status_code': 200,
      ratio: 0.25,
      raw: 'AP8=',
      big: 9223372036854775807n,
    },
    resource: { 'service.name': 'frontend', 'host.name': 'f-1', 'opencensus.exporterversion': 'Jaeger-Go-2' },
    events: [
      { timeNs: 1605223981761500000n, name: 'HTTP request received', attributes: [{ key: 'level', value: 'info' }] },
    ],
  });
  expect(child).toMatchObject({
    spanId: '00000000000005e1',
    parentSpanId: '2a8e5dd4e5a4b5e1',
    status: 2,
    statusMessage: 'no connection',
    traceState: 'x=y',
    scope: { name: 'sql', version: '2' },
    resource: { 'service.name': 'mysql' },
    attributes: { '@jaeger@warnings': ['clock skew'] },
    links: [{ spanId: '0000000000000077', attributes: [{ key: 'opentracing.ref_type', value: 'follows_from' }] }],
  });
  expect(child.attributes).not.toHaveProperty('error');
});

test.each([
  ['one trace', HOTROD.data[0]],
  ['traces in an array', HOTROD.data],
  ['answers in an array', [HOTROD]],
  [
    'spans with their processes within',
    HOTROD.data[0].spans.map((span) => ({ ...span, process: HOTROD.data[0].processes.p1 })),
  ],
])('%s', (_, document) => {
  expect(read(document)).toHaveLength(2);
});

test.each<[string, unknown[], object, string?]>([
  ['an error in words', [tag('error', 'string', 'true')], { status: 2 }],
  ['no error', [tag('error', 'bool', false)], { status: 0, attributes: { error: false } }],
  ['a status of OpenTelemetry', [tag('otel.status_code', 'string', 'OK')], { status: 1, attributes: {} }],
  ['an HTTP status of 500', [tag('http.status_code', 'int64', 500)], { status: 2 }],
  ['an HTTP status of 404', [tag('http.status_code', 'string', '404')], { status: 2 }],
  ['a 404 of a server', [tag('http.status_code', 'int64', 404), tag('span.kind', 'string', 'server')], { status: 0 }],
  ['a tag of another type than it says', [tag('n', 'int64', 'many')], { attributes: { n: 'many' } }],
  [
    'tags without types',
    [
      { key: 'n', value: 7 },
      { key: 'o', value: { a: 1 } },
    ],
    { attributes: { n: 7, o: '{"a":1}' } },
  ],
])('%s', (_, tags, expected) => {
  expect(read([{ traceID: '1', spanID: '2', startTime: 1, tags }])).toMatchObject([expected]);
});

test('a parent by the old member, or by what the span follows', () => {
  const span = { traceID: '1', spanID: '2', startTime: 1 };
  const follows = [{ refType: 'FOLLOWS_FROM', traceID: '1', spanID: '9' }];
  expect(read([{ ...span, parentSpanID: '7' }])[0].parentSpanId).toBe('0000000000000007');
  expect(read([{ ...span, references: follows }])[0]).toMatchObject({ parentSpanId: '0000000000000009', links: [{}] });
});

test('bad spans among good ones are counted and named', () => {
  const problems = new Problems();
  const good = { traceID: '1', spanID: '2', startTime: 1 };
  read(
    { spans: [good, { ...good, spanID: '' }, { ...good, startTime: undefined }, { ...good, tags: [{}] }, null] },
    problems
  );
  expect(problems.messages).toEqual([
    'spans[1].spanID: expected an id that is not zero, found ""',
    expect.stringContaining('spans[2].startTime: expected a whole number'),
    'spans[3].tags[0].key: expected a string, found nothing',
    'spans[4]: expected an object, found null',
  ]);
});

test('OTLP as Jaeger JSON', () => {
  const json = written(encodeSpans([SAMPLE_SPAN]));
  expect(json).toMatchObject({ total: 0, limit: 0, offset: 0, errors: null });
  const [trace] = json.data;
  expect(trace).toMatchObject({
    traceID: '4bf92f3577b34da6a3ce929d0e0e4736',
    processes: { p1: { serviceName: 'shop', tags: [tag('k8s.pod.name', 'string', 'shop-1')] } },
    warnings: null,
  });
  expect(trace.spans).toEqual([
    {
      traceID: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanID: '00f067aa0ba902b7',
      operationName: 'GET "/ü"',
      references: [
        { refType: 'CHILD_OF', traceID: '4bf92f3577b34da6a3ce929d0e0e4736', spanID: '00f067aa0ba902b6' },
        { refType: 'FOLLOWS_FROM', traceID: 'a3ce929d0e0e4737', spanID: '00f067aa0ba902b5' },
      ],
      startTime: 1700000000000001,
      duration: 2500,
      tags: [
        tag('otel.scope.name', 'string', 'http'),
        tag('otel.scope.version', 'string', '1.0'),
        tag('text', 'string', 'a\nb'),
        tag('yes', 'bool', true),
        tag('int', 'int64', -5),
        tag('big', 'int64', '9007199254740993'),
        tag('double', 'float64', 1.5),
        tag('nan', 'float64', 'NaN'),
        tag('bytes', 'binary', 'AP8='),
        tag('list', 'string', '["a",1,9007199254740993]'),
        tag('map', 'string', '{"k":{"d":0.5}}'),
        tag('none', 'string', ''),
        tag('span.kind', 'string', 'server'),
        tag('otel.status_code', 'string', 'ERROR'),
        tag('error', 'bool', true),
        tag('otel.status_description', 'string', 'boom'),
        tag('w3c.tracestate', 'string', 'a=b'),
        tag('otel.dropped_attributes_count', 'int64', 1),
        tag('otel.dropped_events_count', 'int64', 2),
        tag('otel.dropped_links_count', 'int64', 3),
      ],
      logs: [
        {
          timestamp: 1700000000000002,
          fields: [
            tag('event', 'string', 'exception'),
            tag('exception.type', 'string', 'E'),
            tag('otel.dropped_attributes_count', 'int64', 9),
          ],
        },
      ],
      processID: 'p1',
      warnings: null,
    },
  ]);
});

test('a round trip keeps what Jaeger has a place for', () => {
  const otlp = encodeSpans([SAMPLE_SPAN]);
  const [before] = spanDetailsFromOtlp(otlp);
  const json = otlpToJaegerJson(otlp);
  const [after] = spanDetailsFromOtlp(
    jaegerJsonToOtlp(parseJson(readDocument(json, 0, json.length)), new Problems()).otlp
  );
  const texts = { list: '["a",1,9007199254740993]', map: '{"k":{"d":0.5}}', none: '' };
  expect(after).toEqual({
    ...before,
    // Microseconds.
    startNs: before.startNs - (before.startNs % 1000n),
    durationNs: before.durationNs - (before.durationNs % 1000n),
    events: before.events.map((event) => ({ ...event, timeNs: event.timeNs - (event.timeNs % 1000n) })),
    attributes: before.attributes.map(({ key, value }) => ({ key, value: texts[key as keyof typeof texts] ?? value })),
    links: before.links.map((link) => ({
      ...link,
      traceState: '',
      attributes: [{ key: 'opentracing.ref_type', value: 'follows_from' }],
    })),
    scope: { ...before.scope, attributes: [] },
  });
});

test('and a second one changes nothing', () => {
  const once = jaegerJsonToOtlp(HOTROD, new Problems()).otlp;
  const json = otlpToJaegerJson(once);
  const twice = jaegerJsonToOtlp(JSON.parse(readDocument(json, 0, json.length)), new Problems()).otlp;
  expect(spanDetailsFromOtlp(twice)).toEqual(spanDetailsFromOtlp(once));
  expect(LocalTrace.fromOtlp(twice)[0].columns).toEqual(LocalTrace.fromOtlp(once)[0].columns);
});

test('several traces, a resource without attributes, a clock that went back', () => {
  const json = written(
    encodeSpans([
      { ...SAMPLE_SPAN, endNs: SAMPLE_SPAN.startNs - 5000n, parentSpanId: '' },
      { ...SAMPLE_SPAN, traceId: '4bf92f3577b34da6a3ce929d0e0e4739', resource: [] },
    ])
  );
  expect(json.data).toHaveLength(2);
  expect(json.data[0].spans[0]).toMatchObject({ duration: 0, warnings: ['the span ends 5 µs before it starts'] });
  expect(json.data[1].processes).toEqual({ p1: { serviceName: 'OTLPResourceNoServiceName', tags: [] } });
});
