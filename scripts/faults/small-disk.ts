import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { NotRun, type Report } from './report.ts';

const MIB = 1024 ** 2;

/** A disk of a few MiB that can be filled, freed and grown. */
export interface SmallDisk {
  freeBytes(): number;
  /** Writes a file that leaves `bytes` free; a second call writes it anew. */
  fillTo(bytes: number): void;
  /** Removes that file. */
  free(): void;
  resize(mib: number): void;
}

/** Mounts a tmpfs of `mib` on `folder` until the scenario's end. Throws NotRun where mounting is not permitted. */
export function mountSmallDisk(report: Report, folder: string, mib: number): SmallDisk {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'clew-faults', folder], { stdio: 'pipe' });
  } catch (error) {
    throw new NotRun(`cannot mount: ${error instanceof Error ? error.message.trim() : error}`);
  }
  // Lazily: a file of a store that was just killed may still be open.
  report.undo(() => void execFileSync('umount', ['-l', folder]));
  const filler = join(folder, 'filler');
  const freeBytes = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return {
    freeBytes,
    fillTo(bytes) {
      rmSync(filler, { force: true });
      writeFiller(filler, Math.max(0, freeBytes() - bytes));
    },
    free: () => rmSync(filler, { force: true }),
    resize: (size) => void execFileSync('mount', ['-o', `remount,size=${size}m`, folder]),
  };
}

/** Less than `bytes` if the disk is full before. */
function writeFiller(path: string, bytes: number): void {
  const block = Buffer.alloc(MIB);
  const file = openSync(path, 'w');
  let written = 0;
  try {
    while (written < bytes) {
      written += writeSync(file, block, 0, Math.min(block.length, bytes - written));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') {
      throw error;
    }
    truncateSync(path, written);
  } finally {
    closeSync(file);
  }
}
