import { Agent, request as httpRequest } from 'node:http';

const AGENT = new Agent({ keepAlive: true, maxSockets: 64 });

export interface Reply {
  /** 0 where there was none. */
  readonly status: number;
  readonly body: Buffer;
  /** Milliseconds from sending the request to the first and to the last byte of the body. */
  readonly firstByteMs: number;
  readonly lastByteMs: number;
}

const TIMEOUT_MS = 60_000;

/** A GET on a kept connection. Status 0 where there is no answer, or none within a minute. */
export function get(url: string, accept: string): Promise<Reply> {
  return new Promise((resolve) => {
    const sentAt = performance.now();
    const fail = () => {
      const ms = performance.now() - sentAt;
      resolve({ status: 0, body: Buffer.alloc(0), firstByteMs: ms, lastByteMs: ms });
    };
    const outgoing = httpRequest(url, { agent: AGENT, headers: { accept } }, (response) => {
      const chunks: Buffer[] = [];
      let firstByteMs = 0;
      response.on('data', (chunk: Buffer) => {
        firstByteMs ||= performance.now() - sentAt;
        chunks.push(chunk);
      });
      response.on('error', fail);
      response.on('end', () => {
        const lastByteMs = performance.now() - sentAt;
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks),
          firstByteMs: firstByteMs || lastByteMs,
          lastByteMs,
        });
      });
    });
    outgoing.setTimeout(TIMEOUT_MS, () => outgoing.destroy(new Error('timeout')));
    outgoing.on('error', fail);
    outgoing.end();
  });
}

/** Posts one OTLP request and answers the status; 0 where the connection failed. */
export function postOtlp(url: URL, body: Uint8Array): Promise<number> {
  return new Promise((resolve) => {
    const outgoing = httpRequest(
      url,
      {
        agent: AGENT,
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf', 'content-length': body.length },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', () => resolve(0));
      }
    );
    outgoing.on('error', () => resolve(0));
    outgoing.end(body);
  });
}

/** Ends the kept connections, so that the process can end. */
export function closeConnections(): void {
  AGENT.destroy();
}
