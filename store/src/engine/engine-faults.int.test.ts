import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

jest.setTimeout(60_000);

// The whole run, `npm run test:engine-faults`, takes a minute.
it('keeps every acknowledged span once when its server is late, refuses, and drops inserts that it took', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    'scripts/engine-faults.ts',
    ...['--seconds', '0.6', '--faults', 'refuse,drop-after-insert', '--seed', '1'],
  ]);
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { acknowledgedSpans: number };
  expect(result).toMatchObject({ lost: 0, doubled: 0, problems: [] });
  expect(result.acknowledgedSpans).toBeGreaterThan(0);
});
