import { mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Two stores on one folder would destroy it: the engine belongs to one process. */
export class DataDirInUse extends Error {
  constructor(folder: string, pid: number, file: string) {
    super(
      `${folder} is in use by process ${pid}. Stop it, or set CLEW_DATA_DIR to another folder. ` +
        `If no store runs, delete ${file}.`
    );
    this.name = 'DataDirInUse';
  }
}

/**
 * Takes the folder for this process; answers what gives it back. A lock that a killed process left is taken over. The lock is
 * a symbolic link to the process's number: that is atomic, and works on a full disk.
 */
export function lockDataDir(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'store.lock');
  const held = readPid(file);
  if (held !== undefined && held !== process.pid && isAlive(held)) {
    throw new DataDirInUse(folder, held, file);
  }
  rmSync(file, { force: true });
  symlinkSync(String(process.pid), file);
  return () => rmSync(file, { force: true });
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number(readlinkSync(file));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
