import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { unzipSync } from 'fflate';

import { tarGz, zip } from './archives.ts';
import type { PackedFile } from './files.ts';

const file = (path: string, text: string): PackedFile => ({ path, bytes: Buffer.from(text) });

const LONG = `clew-store-1.0.0/${'folder/'.repeat(15)}${'x'.repeat(60)}.ts`;
const FILES = [file('b/two.js', 'two'.repeat(1000)), file('a/öne.json', '{}'), file('empty', ''), file(LONG, 'deep')];

describe.each([
  ['zip', zip],
  ['tar', tarGz],
])('%s', (_name, pack) => {
  test('has the same bytes whatever the order of its files', () => {
    expect(Buffer.from(pack([...FILES].reverse(), '2026-01-31'))).toEqual(Buffer.from(pack(FILES, '2026-01-31')));
  });

  test('has others on another date', () => {
    expect(Buffer.from(pack(FILES, '2026-02-01'))).not.toEqual(Buffer.from(pack(FILES, '2026-01-31')));
  });
});

test('a zip has the same bytes in another time zone', () => {
  const script = `import('${join(__dirname, 'archives.ts')}').then(({ zip }) =>
    process.stdout.write(Buffer.from(zip([{ path: 'a', bytes: Buffer.from('a') }], '2026-07-31')).toString('hex')))`;
  const inZone = (zone: string) =>
    execFileSync(join(__dirname, '../../node_modules/.bin/node'), ['--input-type=module', '-e', script], {
      env: { ...process.env, TZ: zone },
    }).toString();
  expect(inZone('America/Los_Angeles')).toMatch(/^504b0304/);
  expect(inZone('America/Los_Angeles')).toBe(inZone('Asia/Tokyo'));
});

test('a zip gives back what went in', () => {
  const entries = unzipSync(zip(FILES, '2026-01-31'));
  expect(Object.keys(entries)).toEqual(['a/öne.json', 'b/two.js', LONG, 'empty']);
  for (const { path, bytes } of FILES) {
    expect(Buffer.from(entries[path])).toEqual(bytes);
  }
});

test('tar itself unpacks the tar: names, contents, time, mode', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clew-tar-'));
  try {
    writeFileSync(join(folder, 'x.tar.gz'), tarGz(FILES, '2026-01-31'));
    execFileSync('tar', ['xzf', 'x.tar.gz'], { cwd: folder });
    for (const { path, bytes } of FILES) {
      expect(readFileSync(join(folder, path))).toEqual(bytes);
    }
    const { mtime, mode } = statSync(join(folder, LONG));
    expect(mtime.toISOString()).toBe('2026-01-31T00:00:00.000Z');
    expect(mode & 0o777).toBe(0o644);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a path that a tar cannot hold is an error', () => {
  expect(() => tarGz([file('x'.repeat(101), '')], '2026-01-31')).toThrow('is too long for a tar');
});
