import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startFront } from './front-process.ts';

/** Where the tests of this run have their engine: Jest's project `store-remote` says `remote`. */
export const isRemote = (): boolean => process.env.TEST_PLACEMENT === 'remote';

export interface ServerForTests {
  /** What the process under test needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** A ClickHouse server where the tests run against one; undefined where the engine is embedded. Data in `folder` stays. */
export async function startServerIfWanted(folder?: string): Promise<ServerForTests | undefined> {
  if (!isRemote()) {
    return undefined;
  }
  const data = folder ?? join(mkdtempSync(join(tmpdir(), 'clew-front-')), 'data');
  const front = await startFront(data);
  return {
    env: { CLEW_CLICKHOUSE_URL: front.url },
    async stop() {
      await front.stop();
      if (folder === undefined) {
        rmSync(join(data, '..'), { recursive: true, force: true });
      }
    },
  };
}
