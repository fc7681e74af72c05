import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DataDirInUse, lockDataDir } from './data-lock.ts';

describe('lockDataDir', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'clew-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('refuses a folder that a living process holds, by name', () => {
    const other = spawn('sleep', ['30']);
    try {
      symlinkSync(String(other.pid), join(folder, 'store.lock'));
      expect(() => lockDataDir(folder)).toThrow(DataDirInUse);
      expect(() => lockDataDir(folder)).toThrow(`in use by process ${other.pid}`);
    } finally {
      other.kill();
    }
  });

  it.each(['nonsense', '999999999'])('takes over a lock that says %j', (content) => {
    symlinkSync(content, join(folder, 'store.lock'));
    const release = lockDataDir(folder);
    release();
    expect(existsSync(join(folder, 'store.lock'))).toBe(false);
  });

  it('takes over a file of that name', () => {
    writeFileSync(join(folder, 'store.lock'), '1');
    const release = lockDataDir(folder);
    release();
    expect(existsSync(join(folder, 'store.lock'))).toBe(false);
  });
});
