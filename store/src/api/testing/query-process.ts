import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { startServerIfWanted } from '../../engine/testing/placement.ts';

/** A running query-harness.ts, from a test's side. */
export interface QueryProcess {
  /** Base URL of the query API. */
  readonly url: string;
  /** Stores an OTLP request in protobuf; resolves when its spans can be queried. */
  ingest(request: Uint8Array): Promise<void>;
  stop(): Promise<void>;
}

export async function startQueryProcess(env: Record<string, string> = {}): Promise<QueryProcess> {
  const server = await startServerIfWanted();
  const child = spawn(process.execPath, [join(__dirname, 'query-harness.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_NO_WARNINGS: '1', UV_THREADPOOL_SIZE: '8', ...server?.env, ...env },
  });
  const exited = once(child, 'exit');
  const firstLine = once(createInterface(child.stdout), 'line');
  const line = await Promise.race([firstLine, exited.then(() => undefined)]);
  if (!line) {
    await server?.stop();
    throw new Error('The query harness ended before it listened: see its error above');
  }
  const ports = JSON.parse(String(line[0])) as { query: number; ingest: number };
  return {
    url: `http://127.0.0.1:${ports.query}`,
    async ingest(request) {
      const response = await fetch(`http://127.0.0.1:${ports.ingest}/`, { method: 'POST', body: request });
      if (!response.ok) {
        throw new Error(await response.text());
      }
    },
    async stop() {
      child.stdin.end();
      await exited;
      await server?.stop();
    },
  };
}
