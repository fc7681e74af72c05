import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file as it goes into an archive. */
export interface PackedFile {
  /** Relative to the archive's root, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Sorted by code unit, which is the same on every machine. */
export const byPath = (a: { path: string }, b: { path: string }): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : 0;

/** Every file below a folder, sorted by path; a folder that `into` refuses is not entered. Follows no links. */
export function readFolder(folder: string, into: (path: string) => boolean = () => true): PackedFile[] {
  const walk = (below: string): PackedFile[] =>
    readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry): PackedFile[] => {
      const path = below ? `${below}/${entry.name}` : entry.name;
      if (entry.isDirectory()) {
        return into(path) ? walk(path) : [];
      }
      return entry.isFile() ? [{ path, bytes: readFileSync(join(folder, path)) }] : [];
    });
  return walk('').sort(byPath);
}
