import fastify, { type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { chooseCoding, compressReplies } from './compress.ts';

test.each([
  ['gzip', 'gzip'],
  ['gzip, deflate, br', 'gzip'],
  ['gzip, deflate, br, zstd', 'zstd'],
  ['zstd;q=0.4, gzip;q=0.5', 'gzip'],
  ['zstd; q=0, gzip', 'gzip'],
  ['ZSTD', 'zstd'],
  ['*', 'gzip'],
  ['deflate, GZIP;q=0.5', 'gzip'],
  ['gzip;q=0', undefined],
  ['gzip;q=0.000', undefined],
  ['*;q=0', undefined],
  ['gzip;q=0, *', undefined],
  ['identity', undefined],
  ['', undefined],
  [undefined, undefined],
])('Accept-Encoding: %s', (header, expected) => {
  expect(chooseCoding(header)).toBe(expected);
});

describe('a streamed answer', () => {
  let server: FastifyInstance;
  let destroyed = 0;

  beforeAll(async () => {
    server = fastify();
    compressReplies(server);
    const bodies = {
      '/whole': async function* () {
        yield Buffer.alloc(50_000, 'a');
        yield Buffer.alloc(50_000, 'b');
      },
      '/failing': async function* () {
        yield Buffer.alloc(50_000, 'a');
        await new Promise((resolve) => setTimeout(resolve, 200));
        throw new Error('the engine went away');
      },
      '/failing-at-once': async function* () {
        yield Buffer.alloc(50_000, 'a');
        throw new Error('the engine went away');
      },
      '/endless': async function* () {
        try {
          for (;;) {
            yield Buffer.alloc(50_000, 'a');
          }
        } finally {
          destroyed += 1;
        }
      },
    };
    for (const [path, body] of Object.entries(bodies)) {
      server.get(path, (_request, reply) => reply.send(Readable.from(body(), { objectMode: false })));
    }
    await server.listen({ host: '127.0.0.1', port: 0 });
  });

  afterAll(() => server.close());

  const get = async (path: string, coding: string) => {
    const { port } = server.server.address() as AddressInfo;
    const sent = httpRequest({ host: '127.0.0.1', port, path, headers: { 'accept-encoding': coding } });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return { sent, response };
  };

  test.each(['gzip', 'zstd'])('is packed (%s)', async (coding) => {
    const { response } = await get('/whole', coding);
    expect(response.headers).toMatchObject({ 'content-encoding': coding, vary: 'Accept-Encoding' });
    expect((await buffer(response)).length).toBeLessThan(1000);
  });

  test.each(['gzip', 'zstd', 'identity'])('that fails is cut off, never ended well (%s)', async (coding) => {
    const { response } = await get('/failing', coding);
    await expect(buffer(response)).rejects.toThrow('aborted');
  });

  test.each(['gzip', 'zstd'])('that fails before anything was sent is an error like any other (%s)', async (coding) => {
    const { response } = await get('/failing-at-once', coding);
    expect(response.statusCode).toBe(500);
    expect(response.headers['content-encoding']).toBeUndefined();
    expect(JSON.parse((await buffer(response)).toString())).toMatchObject({ message: 'the engine went away' });
  });

  test.each(['gzip', 'zstd', 'identity'])('stops when nobody reads it any more (%s)', async (coding) => {
    const before = destroyed;
    const { sent, response } = await get('/endless', coding);
    await once(response, 'data');
    sent.destroy();
    for (let wait = 0; wait < 200 && destroyed === before; wait++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(destroyed).toBe(before + 1);
  });
});
