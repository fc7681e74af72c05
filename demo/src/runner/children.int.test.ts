import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Children, logTail } from './children.ts';

const WATCHDOG = resolve(__dirname, 'watchdog.ts');
const SLEEPER = 'setInterval(() => undefined, 1000)';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clew-children-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`waited 10 s for: ${what}`);
    }
    await new Promise((done) => setTimeout(done, 25));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('ends a child together with what the child has started', async () => {
  const children = new Children(folder, WATCHDOG);
  const pidFile = join(folder, 'grandchild');
  const child = children.start({
    name: 'parent',
    command: 'sh',
    args: ['-c', `sleep 60 & echo $! > ${pidFile}; wait`],
  });
  await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').trim() !== '', 'the grandchild');
  const grandchild = Number(readFileSync(pidFile, 'utf8'));
  await children.stopAll([]);
  expect(child.end).toBe('was ended by SIGTERM');
  await until(() => !isAlive(grandchild), 'the end of the grandchild');
});

it('says how a child ended, with the last lines of its log', async () => {
  const children = new Children(folder, WATCHDOG);
  const child = children.start({ name: 'broken', command: 'sh', args: ['-c', 'echo no such file >&2; exit 3'] });
  expect(await child.exited).toBe('exited with code 3');
  expect(logTail(child)).toBe('    no such file');
  const missing = children.start({ name: 'missing', command: join(folder, 'nothing'), args: [] });
  expect(await missing.exited).toContain('could not be started');
  await children.stopAll([]);
});

it('leaves nothing behind when the run itself is killed', async () => {
  const data = join(folder, 'data');
  mkdirSync(data);
  const script = join(folder, 'run.ts');
  writeFileSync(
    script,
    `import { Children } from ${JSON.stringify(resolve(__dirname, 'children.ts'))};
     const children = new Children(${JSON.stringify(folder)}, ${JSON.stringify(WATCHDOG)});
     children.removeOnCrash(${JSON.stringify(data)});
     console.log(children.start({ name: 'child', command: process.execPath, args: ['-e', ${JSON.stringify(SLEEPER)}] }).pid);
     ${SLEEPER};`
  );
  const run = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = await new Promise<number>((done) => run.stdout.once('data', (chunk) => done(Number(String(chunk)))));
  expect(isAlive(pid)).toBe(true);
  run.kill('SIGKILL');
  await until(() => !isAlive(pid), 'the end of the child');
  await until(() => !existsSync(data), 'the removal of the data');
});
