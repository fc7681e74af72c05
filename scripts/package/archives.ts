import { gzipSync, zipSync, type Zippable } from 'fflate';

import { byPath, type PackedFile } from './files.ts';

/** A calendar date, as `2026-01-31`: the time of every file in an archive. */
export type ReleaseDate = string;

/** Unix, `rw-r--r--`. */
const MODE = 0o644;
const BLOCK = 512;

/**
 * A zip whose bytes follow from its files alone: sorted, one time, one mode. fflate compresses without zlib, so the
 * version of Node makes no difference. The format has no time zone; fflate writes the local fields of a date, which
 * are given here as they shall be read.
 */
export function zip(files: readonly PackedFile[], date: ReleaseDate): Uint8Array {
  const [year, month, day] = date.split('-').map(Number);
  const options = { level: 9, mtime: new Date(year, month - 1, day), os: 3, attrs: MODE << 16 } as const;
  const entries: Zippable = {};
  for (const { path, bytes } of [...files].sort(byPath)) {
    entries[path] = [bytes, options];
  }
  return zipSync(entries);
}

/** The same as a tar in POSIX's ustar form, compressed by gzip. A path that the form cannot hold is an error. */
export function tarGz(files: readonly PackedFile[], date: ReleaseDate): Uint8Array {
  const seconds = Date.parse(`${date}T00:00:00Z`) / 1000;
  const parts = [...files].sort(byPath).flatMap(({ path, bytes }) => {
    const body = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK);
    body.set(bytes);
    return [tarHeader(path, bytes.length, seconds), body];
  });
  return gzipSync(Buffer.concat([...parts, new Uint8Array(2 * BLOCK)]), { level: 9, mtime: seconds * 1000 });
}

/** POSIX.1-1988 §10.1.1: text fields padded with NUL, numbers in octal, a checksum over the block. */
function tarHeader(path: string, size: number, seconds: number): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const [prefix, name] = splitPath(path);
  const octal = (value: number, offset: number, length: number) =>
    block.write(value.toString(8).padStart(length - 1, '0'), offset, 'ascii');
  block.write(name, 0);
  octal(MODE, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(seconds, 136, 12);
  block.write('        0', 148, 'ascii');
  block.write('ustar\0' + '00', 257, 'ascii');
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii');
  return block;
}

/** A path longer than 100 bytes goes into two fields, cut at a slash. */
function splitPath(path: string): [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) {
    return ['', path];
  }
  for (let cut = path.indexOf('/'); cut > 0; cut = path.indexOf('/', cut + 1)) {
    const [prefix, name] = [path.slice(0, cut), path.slice(cut + 1)];
    if (Buffer.byteLength(name) <= 100 && Buffer.byteLength(prefix) <= 155) {
      return [prefix, name];
    }
  }
  throw new Error(`${path} is too long for a tar`);
}
