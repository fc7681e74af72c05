import { Problems } from '../json/problems.ts';
import { spanDetailsFromOtlp } from '../local/local-trace.ts';
import { zipkinJsonToOtlp } from './zipkin-json-to-otlp.ts';

const read = (document: unknown, problems = new Problems()) => {
  const { otlp } = zipkinJsonToOtlp(document, problems);
  return spanDetailsFromOtlp(otlp).map((span) => ({
    ...span,
    attributes: Object.fromEntries(span.attributes.map(({ key, value }) => [key, value])),
    resource: Object.fromEntries(span.resource.map(({ key, value }) => [key, value])),
  }));
};

/** As a server instrumented with Brave and its client report one call. */
const CALL = [
  {
    traceId: '5af7183fb1d4cf5f',
    id: '352bff9a74ca9ad2',
    parentId: '5af7183fb1d4cf5f',
    kind: 'CLIENT',
    name: 'get /api',
    timestamp: 1556604172355737,
    duration: 1431,
    localEndpoint: { serviceName: 'frontend', ipv4: '192.168.99.1' },
    remoteEndpoint: { serviceName: 'backend', ipv4: '172.19.0.2', port: 9000 },
    annotations: [{ timestamp: 1556604172355800, value: 'ws' }],
    tags: { 'http.method': 'GET', 'http.path': '/api' },
  },
  {
    traceId: '5af7183fb1d4cf5f',
    id: '352bff9a74ca9ad2',
    parentId: '5af7183fb1d4cf5f',
    kind: 'SERVER',
    shared: true,
    name: 'get /api',
    timestamp: 1556604172356200,
    duration: 800,
    localEndpoint: { serviceName: 'backend', ipv6: '2001:db8::c001', port: 9000 },
    tags: {
      error: 'timed out',
      'k8s.pod.name': 'backend-0',
      'otel.library.name': 'brave',
      'otel.library.version': '5',
    },
  },
];

test('a client and a server of one call', () => {
  const [client, server] = read(CALL);
  expect(client).toMatchObject({
    traceId: '00000000000000005af7183fb1d4cf5f',
    spanId: '352bff9a74ca9ad2',
    parentSpanId: '5af7183fb1d4cf5f',
    name: 'get /api',
    kind: 3,
    status: 0,
    startNs: 1556604172355737000n,
    durationNs: 1431000n,
    attributes: {
      'http.method': 'GET',
      'http.path': '/api',
      'network.local.address': '192.168.99.1',
      'peer.service': 'backend',
      'network.peer.address': '172.19.0.2',
      'network.peer.port': 9000,
    },
    resource: { 'service.name': 'frontend' },
    events: [{ timeNs: 1556604172355800000n, name: 'ws', attributes: [] }],
  });
  expect(server).toMatchObject({
    kind: 2,
    status: 2,
    statusMessage: 'timed out',
    attributes: { error: 'timed out', 'zipkin.shared': true, 'network.local.port': 9000 },
    resource: { 'service.name': 'backend', 'k8s.pod.name': 'backend-0' },
    scope: { name: 'brave', version: '5', attributes: [] },
  });
});

test('what an OpenTelemetry exporter wrote comes back', () => {
  const [span] = read([
    [
      {
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        id: 'a7',
        parentId: 'a7',
        name: 'x',
        timestamp: 1700000000000001,
        tags: {
          'otel.status_code': 'Error',
          'otel.status_description': 'bad',
          error: 'true',
          'span.kind': 'internal',
          'w3c.tracestate': 'a=b',
          'otel.dropped_events_count': '3',
          'otlp.link.0':
            '4bf92f3577b34da6a3ce929d0e0e4737|00f067aa0ba902b7|c=d|{"n":1,"big":12345678901234567890123}|2',
          'service.version': '1.2',
          'service.peer.name': 'other',
          'process.runtime.name': 'go',
        },
        annotations: [
          { timestamp: 1700000000000002, value: 'retry|{"attempt":2,"late":true,"s":0.5}|4' },
          { timestamp: 1700000000000003, value: '"exception": {"exception.type":"IOError"}' },
          { value: 'not|an {event}' },
        ],
      },
    ],
  ]);
  expect(span).toMatchObject({
    spanId: '00000000000000a7',
    parentSpanId: '',
    kind: 1,
    status: 2,
    statusMessage: 'bad',
    traceState: 'a=b',
    droppedEvents: 3,
    attributes: { 'service.peer.name': 'other' },
    resource: { 'service.version': '1.2', 'process.runtime.name': 'go' },
    links: [
      { spanId: '00f067aa0ba902b7', traceState: 'c=d', droppedAttributes: 2, attributes: [{ key: 'n', value: 1 }, {}] },
    ],
    events: [
      {
        name: 'retry',
        droppedAttributes: 4,
        attributes: [
          { key: 'attempt', value: 2 },
          { key: 'late', value: true },
          { key: 's', value: 0.5 },
        ],
      },
      { name: 'exception', attributes: [{ key: 'exception.type', value: 'IOError' }] },
      { name: 'not|an {event}', timeNs: 1700000000000001000n },
    ],
  });
  expect(span.attributes).not.toHaveProperty('error');
  expect(span.attributes).not.toHaveProperty(['otlp.link.0']);
});

test('a span without a timestamp starts with its annotation, its parent or its trace, and says so', () => {
  const id = (id: string, more: object = {}) => ({ traceId: 'ab', id, ...more });
  const spans = read([
    id('1', { timestamp: 1000 }),
    id('2', { parentId: '3' }),
    id('3', { timestamp: 2000 }),
    id('4', {
      annotations: [
        { timestamp: 5000, value: 'b' },
        { timestamp: 4000, value: 'a' },
      ],
    }),
    id('5'),
  ]);
  expect(spans.map(({ startNs }) => startNs)).toEqual([1000000n, 2000000n, 2000000n, 4000000n, 1000000n]);
  expect(spans.map(({ attributes }) => attributes['otel.zipkin.absentField.startTime'])).toEqual([
    undefined,
    true,
    undefined,
    true,
    true,
  ]);
});

test('bad spans among good ones are counted and named', () => {
  const problems = new Problems();
  const good = { traceId: 'ab', id: '1', timestamp: 1 };
  const spans = read(
    [
      good,
      { ...good, id: undefined },
      { ...good, traceId: 'xyz' },
      { ...good, id: '0000' },
      { ...good, timestamp: 'soon' },
      { ...good, tags: [] },
      { ...good, annotations: [{ timestamp: -1 }] },
      5,
    ],
    problems
  );
  expect(spans).toHaveLength(1);
  expect(problems.refused).toBe(7);
  expect(problems.messages).toEqual([
    '[1].id: expected an id that is not zero, found nothing',
    '[2].traceId: expected at most 32 hex digits, found "xyz"',
    '[3].id: expected an id that is not zero, found "0000"',
    expect.stringContaining('[4].timestamp: expected a whole number'),
    '[7]: expected an object, found 5',
    '[5].tags: expected an object, found []',
    expect.stringContaining('[6].annotations[0].timestamp: expected a whole number'),
  ]);
});

test('refuses a document that is no array', () => {
  expect(() => zipkinJsonToOtlp({}, new Problems())).toThrow('expected an array, found {}');
});
