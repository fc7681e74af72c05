/**
 * Ends what a run started when the run itself was ended without a chance to do so (SIGKILL, a crash). A process of its
 * own: its standard input is a pipe from the run, which closes with it. One command per line:
 *   `+PID`   a process group to end       `-PID`  it has ended by itself
 *   `=PATH`  a folder to remove           `.`     all is in order, leave without doing anything
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const GRACE_MS = 5000;

const groups = new Set<number>();
const folders = new Set<string>();
let inOrder = false;

// A Ctrl-C or a closed terminal reaches the run, which says what to do.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => undefined);
}

for await (const line of createInterface({ input: process.stdin })) {
  const argument = line.slice(1);
  if (line.startsWith('+')) {
    groups.add(Number(argument));
  } else if (line.startsWith('-')) {
    groups.delete(Number(argument));
  } else if (line.startsWith('=')) {
    folders.add(argument);
  } else if (line === '.') {
    inOrder = true;
  }
}

if (!inOrder) {
  signalAll('SIGTERM');
  const deadline = Date.now() + GRACE_MS;
  while (Date.now() < deadline && [...groups].some(isAlive)) {
    await sleep(100);
  }
  signalAll('SIGKILL');
  await sleep(200);
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true });
  }
}

function signalAll(signal: NodeJS.Signals): void {
  for (const group of groups) {
    try {
      process.kill(-group, signal);
    } catch {
      // It has ended.
    }
  }
}

function isAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
