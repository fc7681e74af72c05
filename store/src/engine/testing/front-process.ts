import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

import type { Fault, SeenRequest } from './clickhouse-front.ts';

/** A running front-main.ts, from a test's side. */
export interface FrontProcess {
  readonly port: number;
  /** With user and password, as CLEW_CLICKHOUSE_URL takes it. */
  readonly url: string;
  /** Resolves when the next request meets it. */
  setFault(fault: Fault | undefined): Promise<void>;
  /** Requests since the last call. */
  seen(): Promise<SeenRequest[]>;
  /** Ends it; its data stays. */
  stop(): Promise<void>;
}

const USER = 'clew';
const PASSWORD = 'a:b/c@d é';

/** Every caller runs in the repository's root. `port` 0 takes a free one. */
export async function startFront(folder: string, port = 0): Promise<FrontProcess> {
  const child = spawn(process.execPath, [resolve('store/src/engine/testing/front-main.ts'), folder, String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      NODE_NO_WARNINGS: '1',
      UV_THREADPOOL_SIZE: '16',
      FRONT_USER: USER,
      FRONT_PASSWORD: PASSWORD,
    },
  });
  const exited = once(child, 'exit').then(() => undefined);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const line = await Promise.race([lines.next(), exited]);
    if (!line || line.done) {
      throw new Error('The ClickHouse front has ended: see its error above');
    }
    return line.value;
  };
  const ask = (text: string): Promise<string> => {
    child.stdin.write(`${text}\n`);
    return answer();
  };
  const listening = Number(await answer());
  return {
    port: listening,
    url: `http://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${listening}`,
    async setFault(fault) {
      await ask(`fault ${fault ?? ''}`);
    },
    seen: async () => JSON.parse(await ask('seen')) as SeenRequest[],
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
