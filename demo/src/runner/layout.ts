import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where things are: the repository, and the folder that a run keeps everything in. */
export interface Layout {
  root: string;
  /** `.demo/<time>-<pid>` */
  run: string;
  logs: string;
  provisioning: string;
  /** The built plugin. */
  dist: string;
  storeMain: string;
  shopMain: string;
  watchdog: string;
}

export function createLayout(root: string): Layout {
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '');
  const run = join(root, '.demo', `${stamp}-${process.pid}`);
  const logs = join(run, 'logs');
  mkdirSync(logs, { recursive: true });
  return {
    root,
    run,
    logs,
    provisioning: join(root, 'provisioning'),
    dist: join(root, 'dist'),
    storeMain: join(root, 'store', 'src', 'main.ts'),
    shopMain: join(root, 'demo', 'src', 'shop', 'main.ts'),
    watchdog: join(root, 'demo', 'src', 'runner', 'watchdog.ts'),
  };
}

/** A folder inside the run's, made. */
export function runFolder(layout: Layout, ...path: string[]): string {
  const folder = join(layout.run, ...path);
  mkdirSync(folder, { recursive: true });
  return folder;
}

export function removeRun(layout: Layout): void {
  rmSync(layout.run, { recursive: true, force: true });
}
