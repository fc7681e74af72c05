import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';

import { protocolOf } from './first-bytes.ts';

/** Clients send their first bytes with the connection. A browser that connects ahead of time simply connects again. */
const FIRST_BYTES_MS = 10_000;

/**
 * One port for HTTP/1.1 and for HTTP/2 without TLS, told apart by a connection's first bytes: Grafana's Tempo datasource
 * dials gRPC at the address of its URL.
 */
export class SharedPort {
  readonly #acceptHttp2: (socket: Socket) => void;
  readonly #firstBytesMs: number;
  /** Connections that have not said yet what they speak. */
  readonly #undecided = new Set<Socket>();

  constructor(acceptHttp2: (socket: Socket) => void, firstBytesMs = FIRST_BYTES_MS) {
    this.#acceptHttp2 = acceptHttp2;
    this.#firstBytesMs = firstBytesMs;
  }

  /** A server of HTTP/1.1 that hands on what is none. Its `close()` waits for the connections of both. */
  createServer(options: ServerOptions, handler: RequestListener): Server {
    const server = createServer(options, handler);
    const acceptHttp1 = server.listeners('connection');
    server.removeAllListeners('connection');
    server.on('connection', (socket: Socket) => {
      this.#await(socket, () => acceptHttp1.forEach((accept) => Reflect.apply(accept, server, [socket])));
    });
    return server;
  }

  /** Ends the connections that have not begun a request. */
  closeUndecided(): void {
    this.#undecided.forEach((socket) => socket.destroy());
  }

  #await(socket: Socket, acceptHttp1: () => void): void {
    let received: Buffer = Buffer.alloc(0);
    const timer = setTimeout(() => socket.destroy(), this.#firstBytesMs);
    const giveUp = () => socket.destroy();
    const onClose = () => {
      clearTimeout(timer);
      this.#undecided.delete(socket);
    };
    const onData = (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const protocol = protocolOf(received);
      if (protocol === undefined) {
        return;
      }
      onClose();
      socket.pause();
      socket.off('data', onData).off('end', giveUp).off('error', giveUp).off('close', onClose);
      socket.unshift(received);
      if (protocol === 'http2') {
        // Node's HTTP/1 server keeps half-closed connections open, its HTTP/2 server would never end them.
        socket.allowHalfOpen = false;
        this.#acceptHttp2(socket);
      } else {
        acceptHttp1();
      }
      process.nextTick(() => socket.resume());
    };
    this.#undecided.add(socket);
    socket.on('data', onData).on('end', giveUp).on('error', giveUp).on('close', onClose);
  }
}
