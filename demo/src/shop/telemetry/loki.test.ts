import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { LokiPusher, pushBody } from './loki.ts';
import { type LogRecord } from './logs.ts';

const record = (service: string, level: LogRecord['level'], traceId?: string): LogRecord => ({
  timeMs: 1_700_000_000_123,
  level,
  service,
  traceId,
  spanId: traceId ? '00f067aa0ba902b7' : undefined,
  line: `{"service":"${service}"}`,
});

describe('pushBody', () => {
  it('groups by service and level, in ns, with ids as structured metadata', () => {
    const id = '4bf92f3577b34da6a3ce929d0e0e4736';
    expect(pushBody([record('cart', 'info', id), record('bank', 'error'), record('cart', 'info')])).toEqual({
      streams: [
        {
          stream: { service_name: 'cart', level: 'info' },
          values: [
            ['1700000000123000000', '{"service":"cart"}', { trace_id: id, span_id: '00f067aa0ba902b7' }],
            ['1700000000123000000', '{"service":"cart"}', {}],
          ],
        },
        {
          stream: { service_name: 'bank', level: 'error' },
          values: [['1700000000123000000', '{"service":"bank"}', {}]],
        },
      ],
    });
  });
});

describe('LokiPusher', () => {
  let server: Server;
  let status: number;
  let bodies: string[];
  let url: string;

  beforeEach(async () => {
    status = 204;
    bodies = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        bodies.push(`${request.url} ${body}`);
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('pushes what it was given, once', async () => {
    const pusher = new LokiPusher(url);
    pusher.sink(record('cart', 'info'));
    await pusher.flush();
    expect(await pusher.close()).toEqual({ pushed: 1, lost: 0 });
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toContain('/loki/api/v1/push {"streams":');
  });

  it('keeps lines while Loki is in trouble, and counts those it refuses', async () => {
    const pusher = new LokiPusher(url);
    status = 503;
    pusher.sink(record('cart', 'info'));
    await pusher.flush();
    expect(pusher.totals()).toEqual({ pushed: 0, lost: 0 });
    status = 204;
    await pusher.flush();
    expect(pusher.totals()).toEqual({ pushed: 1, lost: 0 });
    status = 400;
    pusher.sink(record('cart', 'info'));
    expect(await pusher.close()).toEqual({ pushed: 1, lost: 1 });
  });

  it('counts what is lost where there is no Loki', async () => {
    const pusher = new LokiPusher('http://127.0.0.1:1');
    pusher.sink(record('cart', 'info'));
    expect(await pusher.close()).toEqual({ pushed: 0, lost: 1 });
  });
});
