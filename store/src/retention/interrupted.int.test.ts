import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isRemote } from '../engine/testing/placement.ts';

jest.setTimeout(240_000);

const HARNESS = join(__dirname, 'testing/keep-harness.ts');
/** A statement more than there are would not end the process. */
const MOST_STATEMENTS = 20;

interface Looked {
  readonly spans: readonly string[];
  readonly rows: number;
  readonly live: number;
  readonly emitters: number;
  readonly lost: number;
}

function run(folder: string, mode: string, stopAt = 0): Promise<{ signal: string | undefined; output: string }> {
  return new Promise((done, fail) => {
    execFile(
      process.execPath,
      [HARNESS, folder, mode, String(stopAt)],
      { env: { ...process.env, NODE_NO_WARNINGS: '1' } },
      (error, stdout, stderr) => {
        if (error && !error.signal) {
          fail(new Error(`${mode}: ${stderr}`));
        } else {
          done({ signal: error?.signal ?? undefined, output: stdout });
        }
      }
    );
  });
}

const look = async (folder: string, first = ''): Promise<Looked> =>
  JSON.parse((await run(folder, `${first}look`)).output) as Looked;

describe('kept traces that have too little room', () => {
  it('give way: what exemplars pinned before what people did', async () => {
    if (isRemote()) {
      // The process under test has its own engine.
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), 'clew-squeezed-'));
    const { output } = await run(folder, 'fill,squeeze');
    rmSync(folder, { recursive: true, force: true });
    const steps = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(steps).toEqual([
      { kept: ['a', 'b'], pins: { hand: 1, exemplar: 2, span_metrics: 1 }, gone: [] },
      // Pins of the store's own metrics go first, of the others the oldest.
      { kept: ['a', 'b'], pins: { hand: 1, exemplar: 2, span_metrics: 0 }, gone: ['1 pins: max_pins'] },
      {
        kept: ['a'],
        pins: { hand: 1, exemplar: 1, span_metrics: 0 },
        gone: ['1 pins: budget', '1 traces: budget'],
      },
      {
        kept: [],
        pins: { hand: 0, exemplar: 1, span_metrics: 0 },
        gone: ['1 pins: budget', '1 traces: budget'],
      },
    ]);
  });
});

describe('retention that is stopped in front of each of its statements', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'clew-interrupted-'));
    await run(join(folder, 'filled'), 'fill');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('loses nothing of a pinned trace, and doubles nothing', async () => {
    if (isRemote()) {
      // What is stopped here is this process with its own engine.
      return;
    }
    const whole = { ...(await look(join(folder, 'filled'))), live: expect.any(Number) };
    expect(whole).toMatchObject({ spans: [1, 2, 3, 4, 5, 6].map((id) => `${id}`.padStart(16, '0')), rows: 6, lost: 3 });
    expect(whole.emitters).toBe(3);
    let stops = 0;
    const live = new Set<number>();
    for (let signal: string | undefined = 'SIGKILL'; signal === 'SIGKILL' && stops <= MOST_STATEMENTS;) {
      const copy = join(folder, `stopped-${stops}`);
      cpSync(join(folder, 'filled'), copy, { recursive: true });
      ({ signal } = await run(copy, 'retain', stops + 1));
      const stopped = await look(copy);
      expect(stopped).toEqual(whole);
      live.add(stopped.live);
      expect(await look(copy, 'retain,')).toEqual({ ...whole, live: 0 });
      rmSync(copy, { recursive: true, force: true });
      stops += signal === 'SIGKILL' ? 1 : 0;
    }
    // Spans, losses, resources, the note of the day, and the end of four originals.
    expect(stops).toBe(8);
    expect(live).toEqual(new Set([8, 0]));
  });
});
