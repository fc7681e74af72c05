import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { AnswerTooLarge, PrometheusClient } from './prometheus-client.ts';

const never = new AbortController().signal;

describe('PrometheusClient', () => {
  let server: Server | undefined;
  let asked: IncomingMessage | undefined;

  async function serve(answer: RequestListener): Promise<string> {
    server = createServer((request, response) => {
      asked = request;
      answer(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const saying = (body: string, status = 200) =>
    serve((_request, response) => response.writeHead(status, { Location: '/login' }).end(body));

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  it('reads what is of the right shape, and passes over the rest', async () => {
    const series = {
      seriesLabels: { __name__: 'seconds_bucket', le: '0.5', odd: 1 },
      exemplars: [{ labels: { trace_id: 'ab' }, value: '0.25', timestamp: 1600.5 }, { labels: {} }, 7, null],
    };
    const at = await saying(JSON.stringify({ status: 'success', data: [series, null, { exemplars: 1 }, {}] }));
    const client = new PrometheusClient({ url: `http://ada:p%40ss@${at}/prefix/`, token: '' });
    expect(await client.exemplars(1000, 2500, never)).toEqual([
      { metric: 'seconds_bucket', labels: { le: '0.5' }, own: { trace_id: 'ab' }, value: 0.25, timeMs: 1_600_500 },
    ]);
    expect(asked?.url).toBe('/prefix/api/v1/query_exemplars?query=%7B__name__%3D%7E%22.%2B%22%7D&start=1&end=2.5');
    expect(asked?.headers.authorization).toBe(`Basic ${Buffer.from('ada:p@ss').toString('base64')}`);
    expect(client.url).toBe(`http://${at}/prefix`);
  });

  it('sends a token', async () => {
    const at = await saying('{"status":"success","data":[]}');
    await new PrometheusClient({ url: `http://${at}`, token: 'secret' }).exemplars(0, 1, never);
    expect(asked?.url).toMatch(/^\/api\/v1\/query_exemplars\?/);
    expect(asked?.headers.authorization).toBe('Bearer secret');
  });

  it.each([
    [
      'an error of its own',
      '{"status":"error","error":"no such thing"}',
      422,
      'Prometheus answered 422: no such thing',
    ],
    ['a page', '<html>sign in</html>', 401, 'Prometheus answered 401: <html>sign in</html>'],
    ['nothing', '', 200, 'Prometheus answered 200: nothing'],
    ['a redirect', '', 302, 'Prometheus answered 302, a redirect: set CLEW_PROMETHEUS_URL to where it leads'],
  ])('says what %s means', async (_what, body, status, message) => {
    const client = new PrometheusClient({ url: `http://${await saying(body, status)}`, token: '' });
    await expect(client.exemplars(0, 1, never)).rejects.toThrow(message);
  });

  it('stops reading an answer that is too long', async () => {
    const at = await serve((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(1000))) {
          // Until the other side is full.
        }
      };
      response.on('drain', more);
      more();
    });
    const client = new PrometheusClient({ url: `http://${at}`, token: '', maxBytes: 100_000 });
    await expect(client.exemplars(0, 1, never)).rejects.toThrow(AnswerTooLarge);
  });

  it('does not wait for ever, nor for nobody', async () => {
    const at = await serve(() => undefined);
    const client = new PrometheusClient({ url: `http://${at}`, token: '', timeoutMs: 100 });
    await expect(client.exemplars(0, 1, never)).rejects.toThrow('Prometheus did not answer within 100 ms');
    server?.closeAllConnections();
    server?.close();
    await expect(client.exemplars(0, 1, never)).rejects.toThrow(/^Prometheus cannot be reached: .*ECONNREFUSED/);
  });
});
