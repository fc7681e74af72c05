import { once } from 'node:events';
import { request, type Server } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';

import { SharedPort } from './shared-port.ts';

let port: SharedPort;
let server: Server;
let http2: Http2Server;

beforeEach(async () => {
  http2 = createHttp2Server((asked, response) => {
    void buffer(asked).then((body) => response.end(`2: ${asked.url} ${body.length}`));
  });
  port = new SharedPort((socket) => http2.emit('connection', socket), 300);
  server = port.createServer({}, (asked, response) => {
    void buffer(asked).then((body) => response.end(`1: ${asked.url} ${body.length}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  port.closeUndecided();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const portNumber = () => (server.address() as AddressInfo).port;

async function byHttp1(path: string, body = Buffer.alloc(0)): Promise<string> {
  const sent = request({ port: portNumber(), host: '127.0.0.1', path, method: 'POST', agent: false });
  sent.end(body);
  const [response] = await once(sent, 'response');
  return text(response);
}

async function byHttp2(path: string, body = Buffer.alloc(0)): Promise<string> {
  const session = connectHttp2(`http://127.0.0.1:${portNumber()}`);
  const stream = session.request({ ':path': path, ':method': 'POST' });
  stream.end(body);
  const answer = await text(stream);
  session.close();
  return answer;
}

async function raw(): Promise<Socket> {
  const socket = connect(portNumber(), '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

test('both protocols at once, with bodies larger than a socket buffer', async () => {
  const large = Buffer.alloc(3_000_000, 'x');
  expect(await Promise.all([byHttp1('/a'), byHttp2('/b'), byHttp1('/c', large), byHttp2('/d', large)])).toEqual([
    '1: /a 0',
    '2: /b 0',
    '1: /c 3000000',
    '2: /d 3000000',
  ]);
});

test('requests that come byte by byte', async () => {
  const socket = await raw();
  socket.setNoDelay(true);
  for (const letter of 'PUT /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab') {
    socket.write(letter);
    await new Promise((done) => setImmediate(done));
  }
  expect(await text(socket)).toContain('1: /slow 2');
});

test('a request and its whole body in the first packet, and another behind it', async () => {
  const socket = await raw();
  const first = `POST /one HTTP/1.1\r\nHost: x\r\nContent-Length: 40000\r\n\r\n${'y'.repeat(40_000)}`;
  socket.write(`${first}GET /two HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const answer = await text(socket);
  expect(answer).toContain('1: /one 40000');
  expect(answer).toContain('1: /two 0');
});

test('who says nothing, or never enough, is sent away', async () => {
  const silent = await raw();
  const undecided = await raw();
  undecided.write('PRI * HT');
  await Promise.all([once(silent, 'close'), once(undecided, 'close')]);
});

test('who hangs up before the first bytes, or with a reset, leaves nothing behind', async () => {
  const half = await raw();
  half.end();
  await once(half, 'close');
  const reset = await raw();
  reset.write('PR');
  await new Promise((done) => setTimeout(done, 20));
  reset.resetAndDestroy();
  await new Promise((done) => setTimeout(done, 20));
  expect(await byHttp1('/after')).toBe('1: /after 0');
  expect(await openConnections()).toBeLessThanOrEqual(1);
});

test('a half-closed connection of HTTP/2 ends', async () => {
  const socket = await raw();
  socket.write(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1'));
  await once(socket, 'data');
  socket.end();
  await once(socket, 'close');
});

test('close() waits for a request of HTTP/2, and ends the undecided', async () => {
  const undecided = await raw();
  await new Promise((done) => setTimeout(done, 20));
  const session = connectHttp2(`http://127.0.0.1:${portNumber()}`);
  const stream = session.request({ ':path': '/last', ':method': 'POST' });
  await once(session, 'connect');
  await new Promise((done) => setTimeout(done, 20));
  let closed = false;
  server.close(() => (closed = true));
  port.closeUndecided();
  await once(undecided, 'close');
  expect(closed).toBe(false);
  stream.end('!');
  expect(await text(stream)).toBe('2: /last 1');
  const done = once(server, 'close');
  session.close();
  await done;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

const openConnections = () =>
  new Promise<number>((done, fail) => server.getConnections((error, count) => (error ? fail(error) : done(count))));
