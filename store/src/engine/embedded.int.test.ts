import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { asAnswered, AWKWARD_VALUES } from './testing/awkward-values.ts';

jest.setTimeout(60_000);

interface Result {
  readonly carried: readonly unknown[];
  readonly quickMs: number;
  readonly pressure: {
    readonly counts: Record<'hungry' | 'modest' | 'inserts', number>;
    readonly codes: Record<'hungry' | 'modest' | 'inserts', readonly number[]>;
    readonly grownBytes: number;
  };
  readonly memoryBytes: number;
}

let result: Result;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clew-embedded-'));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['store/src/engine/testing/embedded-check.ts', join(folder, 'engine')],
    { env: { ...process.env, NODE_NO_WARNINGS: '1', UV_THREADPOOL_SIZE: '10' }, maxBuffer: 64 * 1024 ** 2 }
  );
  result = JSON.parse(stdout) as Result;
  rmSync(folder, { recursive: true, force: true });
});

test.each(AWKWARD_VALUES.map(([what, , value], index) => [what, value, index] as const))(
  'carries %s as it is',
  (_what, value, index) => {
    expect(result.carried[index]).toEqual(asAnswered(value));
  }
);

test('answers a quick query beside slow ones', () => {
  expect(result.quickMs).toBeLessThan(1_500);
});

test('stays in its memory, and neither modest queries nor inserts fail for hungry ones', () => {
  const { counts, codes, grownBytes } = result.pressure;
  expect(codes).toEqual({ hungry: [241], modest: [], inserts: [] });
  expect(Math.min(counts.hungry, counts.modest, counts.inserts)).toBeGreaterThan(0);
  expect(grownBytes).toBeLessThan(result.memoryBytes);
});
