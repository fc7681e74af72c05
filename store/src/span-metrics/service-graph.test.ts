import { Counted } from './testing/counted.ts';

const SERVER = 2;
const CLIENT = 3;
const PRODUCER = 4;
const CONSUMER = 5;
const TOTAL = 'traces_service_graph_request_total';
const FAILED = 'traces_service_graph_request_failed_total';
const sumOf = (side: 'server' | 'client') => `traces_service_graph_request_${side}_seconds_sum`;
const edge = (client: string, server: string, type = '') =>
  `client="${client}",server="${server}",connection_type="${type}"`;

const CALL = { service: 'web', kind: CLIENT, spanId: '00000000000000c1', milliseconds: 300 };
const WORK = { service: 'cart', kind: SERVER, parentSpanId: CALL.spanId, milliseconds: 200 };
const EXPIRED_MS = 10_000;

describe('service graph', () => {
  it.each([
    ['client first', [CALL], [WORK]],
    ['server first', [WORK], [CALL]],
  ])('pairs a client and a server over requests: %s', (_, first, second) => {
    const counted = new Counted();
    counted.send(first);
    expect(counted.samples(TOTAL)).toEqual({});
    counted.nowMs += EXPIRED_MS - 1;
    counted.send(second);
    expect(counted.samples(TOTAL)).toEqual({ [edge('web', 'cart')]: 1 });
    expect(counted.samples(FAILED)).toEqual({ [edge('web', 'cart')]: 0 });
    expect(counted.samples(sumOf('server'))).toEqual({ [edge('web', 'cart')]: 0.2 });
    expect(counted.samples(sumOf('client'))).toEqual({ [edge('web', 'cart')]: 0.3 });
    expect(counted.samples('traces_service_graph_request_client_seconds_bucket')).toMatchObject({
      [`${edge('web', 'cart')},le="0.2"`]: 0,
      [`${edge('web', 'cart')},le="0.4"`]: 1,
    });
    counted.nowMs += EXPIRED_MS;
    expect(counted.samples(TOTAL)).toEqual({ [edge('web', 'cart')]: 1 });
    expect(counted.metrics.unpaired).toBe(0);
  });

  it('pairs within a trace and a tenant alone', () => {
    const counted = new Counted();
    counted.send([CALL, { ...WORK, traceId: 'b'.repeat(32) }]);
    counted.send([WORK], 'other');
    counted.nowMs += EXPIRED_MS;
    expect(counted.samples(TOTAL)).toEqual({});
    expect(counted.metrics.unpaired).toBe(3);
  });

  it('counts a call as failed when either side failed, and by the weight of its server', () => {
    const counted = new Counted();
    counted.send([
      { ...CALL, status: 2 },
      { ...WORK, traceState: 'ot=th:8' },
    ]);
    counted.send([CALL, { ...WORK, status: 2 }]);
    counted.send([CALL, WORK]);
    expect(counted.samples(TOTAL)).toEqual({ [edge('web', 'cart')]: 4 });
    expect(counted.samples(FAILED)).toEqual({ [edge('web', 'cart')]: 3 });
  });

  it('knows messages by their kinds', () => {
    const counted = new Counted();
    counted.send([
      { ...CALL, kind: PRODUCER },
      { ...WORK, kind: CONSUMER },
    ]);
    expect(counted.samples(TOTAL)).toEqual({ [edge('web', 'cart', 'messaging_system')]: 1 });
  });

  it('has the user as the client of a root', () => {
    const counted = new Counted();
    counted.send([
      { service: 'web', kind: SERVER },
      { service: 'mailer', kind: CONSUMER },
    ]);
    expect(counted.samples(TOTAL)).toEqual({ [edge('user', 'web', 'virtual_node')]: 1 });
    expect(counted.metrics.unpaired).toBe(1);
    expect(counted.samples('traces_service_graph_request_client_seconds_count')).toEqual({
      [edge('user', 'web', 'virtual_node')]: 0,
    });
  });

  it.each([
    [{ 'db.system.name': 'postgresql', 'server.address': 'db1' }, edge('web', 'postgresql', 'database')],
    [{ 'db.system': 'redis' }, edge('web', 'redis', 'database')],
    [{ 'db.system': 'redis', 'peer.service': 'sessions' }, edge('web', 'sessions', 'database')],
  ])('takes a client with a database for a call of that, at once: %j', (attributes, expected) => {
    const counted = new Counted();
    counted.send([{ ...CALL, attributes }]);
    expect(counted.samples(TOTAL)).toEqual({ [expected]: 1 });
    expect(counted.samples(sumOf('server'))).toEqual({ [expected]: 0.3 });
    counted.nowMs += EXPIRED_MS;
    expect(counted.samples(TOTAL)).toEqual({ [expected]: 1 });
  });

  it.each([
    [{ 'server.address': 'api.bank' }, edge('web', 'api.bank', 'virtual_node')],
    [{ 'server.address': 'api.bank', 'peer.service': 'bank' }, edge('web', 'bank', 'virtual_node')],
  ])('takes a client that stays alone for a call of what it names: %j', (attributes, expected) => {
    const counted = new Counted();
    counted.send([{ ...CALL, attributes }]);
    counted.nowMs += EXPIRED_MS - 1;
    expect(counted.samples(TOTAL)).toEqual({});
    counted.nowMs += 1;
    expect(counted.samples(TOTAL)).toEqual({ [expected]: 1 });
    expect(counted.samples(sumOf('server'))).toEqual({ [expected]: 0.3 });
  });

  it('lets 10,000 wait; then the oldest gives way, and is no call', () => {
    const counted = new Counted();
    const attributes = { 'peer.service': 'p' };
    const calls = Array.from({ length: 10_001 }, (_, number) => ({
      ...CALL,
      attributes,
      spanId: (number + 1).toString(16).padStart(16, '0'),
    }));
    const answers = [10_000, 1, 0].map((number) => ({ ...WORK, parentSpanId: calls[number].spanId }));
    counted.send(calls);
    counted.send(answers);
    expect(counted.metrics).toMatchObject({ dropped: 1, unpaired: 0 });
    expect(counted.samples(TOTAL)).toEqual({ [edge('web', 'cart')]: 2 });
    counted.nowMs += EXPIRED_MS;
    expect(counted.samples(TOTAL)).toEqual({
      [edge('web', 'cart')]: 2,
      [edge('web', 'p', 'virtual_node')]: 9998,
    });
    expect(counted.metrics).toMatchObject({ dropped: 1, unpaired: 1 });
    counted.send(calls.slice(1));
    expect(counted.metrics.dropped).toBe(1);
  });

  it('counts calls above the limit in one series, and forgets idle ones', () => {
    const counted = new Counted(1);
    counted.send([{ service: 'web', kind: SERVER }]);
    counted.send([CALL, WORK]);
    const overflow = edge('__overflow__', '__overflow__', '__overflow__');
    expect(counted.samples(TOTAL)).toEqual({ [edge('user', 'web', 'virtual_node')]: 1, [overflow]: 1 });
    counted.nowMs += 15 * 60_000;
    expect(counted.samples(TOTAL)).toEqual({});
    counted.send([CALL, WORK]);
    expect(counted.samples(TOTAL)).toEqual({ [edge('web', 'cart')]: 1 });
  });
});

describe("the service graph's exemplars", () => {
  const exemplarsOf = (counted: Counted, name: string) =>
    [...counted.text(true).matchAll(/^(\w+)\{.*\} \S+ # \{trace_id="(\w+)",span_id="(\w+)"\} (\S+)/gm)]
      .filter(([, own]) => own === name)
      .map(([, , ...rest]) => rest);

  it.each([
    ['client first', [CALL], [{ ...WORK, spanId: '00000000000000f1' }], '00000000000000f1'],
    ['server first', [{ ...WORK, spanId: '00000000000000f1' }], [CALL], CALL.spanId],
  ])('are the span that completed the call, with what each side took: %s', (_, first, second, spanId) => {
    const counted = new Counted();
    counted.send(first);
    counted.send(second);
    const traceId = 'a'.repeat(32);
    expect(exemplarsOf(counted, 'traces_service_graph_request_server_seconds_bucket')).toEqual([
      [traceId, spanId, '0.2'],
    ]);
    expect(exemplarsOf(counted, 'traces_service_graph_request_client_seconds_bucket')).toEqual([
      [traceId, spanId, '0.3'],
    ]);
    expect(exemplarsOf(counted, 'traces_service_graph_request_total')).toHaveLength(1);
  });

  it('are the client span where no server came, and the root where there is no client', () => {
    const counted = new Counted();
    const traceId = '0123456789abcdef0123456789abcdef';
    counted.send([{ ...CALL, traceId, attributes: { 'peer.service': 'bank' } }]);
    counted.nowMs += EXPIRED_MS;
    counted.send([{ service: 'web', kind: SERVER, traceId: 'b'.repeat(32), spanId: '00000000000000d1' }]);
    expect(exemplarsOf(counted, 'traces_service_graph_request_server_seconds_bucket')).toEqual([
      [traceId, CALL.spanId, '0.3'],
      ['b'.repeat(32), '00000000000000d1', '0.01'],
    ]);
    expect(exemplarsOf(counted, 'traces_service_graph_request_client_seconds_bucket')).toEqual([
      [traceId, CALL.spanId, '0.3'],
    ]);
  });

  it('go with their series', () => {
    const counted = new Counted();
    counted.send([CALL, WORK]);
    counted.nowMs += 15 * 60_000;
    counted.send([{ service: 'web', kind: SERVER }]);
    expect(exemplarsOf(counted, 'traces_service_graph_request_client_seconds_bucket')).toEqual([]);
  });
});
