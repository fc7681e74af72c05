import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const GRACE_MS = 15_000;
const TAIL_LINES = 15;

export interface ChildSpec {
  name: string;
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  cwd?: string;
}

export interface Child {
  name: string;
  logPath: string;
  /** Resolves, never rejects, with a phrase such as `exited with code 1`. */
  exited: Promise<string>;
  /** The phrase, once it has ended. */
  end: string | undefined;
  pid: number;
}

/**
 * The processes of a run, each the head of a process group of its own with its output in a file. Whatever way the run
 * ends, they end with it: by `stopAll`, or by the watchdog.
 */
export class Children {
  private readonly running = new Set<Child>();
  private readonly logs: string;
  private readonly watchdog: ChildProcess;

  /** `folder` is where logs go; `watchdogScript` is the path of watchdog.ts. */
  constructor(folder: string, watchdogScript: string) {
    this.logs = folder;
    this.watchdog = spawn(process.execPath, [watchdogScript], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.watchdog.stdin?.on('error', () => undefined);
    this.watchdog.on('error', () => undefined);
    this.watchdog.unref();
  }

  /** Removes the folder if the run ends without doing so itself. */
  removeOnCrash(folder: string): void {
    this.tell(`=${folder}`);
  }

  start(spec: ChildSpec): Child {
    const logPath = join(this.logs, `${spec.name}.log`);
    const log = openSync(logPath, 'a');
    const started = spawn(spec.command, [...spec.args], {
      cwd: spec.cwd,
      detached: true,
      env: { ...process.env, ...spec.env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const pid = started.pid ?? 0;
    const exited = new Promise<string>((resolve) => {
      started.once('error', (error) => resolve(`could not be started: ${error.message}`));
      started.once('exit', (code, signal) => resolve(signal ? `was ended by ${signal}` : `exited with code ${code}`));
    });
    const child: Child = { name: spec.name, logPath, pid, exited, end: undefined };
    if (pid > 0) {
      this.running.add(child);
      this.tell(`+${pid}`);
    }
    void exited.then((end) => {
      child.end = end;
      this.running.delete(child);
      this.tell(`-${pid}`);
    });
    return child;
  }

  /** Ends one child: SIGTERM to its group, SIGKILL after a while. */
  async stop(child: Child): Promise<void> {
    if (child.end !== undefined || child.pid === 0) {
      return;
    }
    signalGroup(child.pid, 'SIGTERM');
    const grace = new AbortController();
    const late = sleep(GRACE_MS, true, { signal: grace.signal }).catch(() => false);
    if ((await Promise.race([late, child.exited.then(() => false)])) === true) {
      signalGroup(child.pid, 'SIGKILL');
      await child.exited;
    }
    grace.abort();
    // What the child itself had started.
    signalGroup(child.pid, 'SIGKILL');
  }

  /** Ends all of them, in the order given by name, then the rest; after it the watchdog has nothing to do. */
  async stopAll(order: readonly string[]): Promise<void> {
    const rank = (child: Child): number => (order.includes(child.name) ? order.indexOf(child.name) : order.length);
    for (const child of [...this.running].sort((a, b) => rank(a) - rank(b))) {
      await this.stop(child);
    }
    this.tell('.');
    this.watchdog.stdin?.end();
  }

  /** Ends all at once, without waiting. */
  killAll(): void {
    for (const child of this.running) {
      signalGroup(child.pid, 'SIGKILL');
    }
  }

  private tell(line: string): void {
    this.watchdog.stdin?.write(`${line}\n`);
  }
}

/** The last lines of a child's log, indented, or a note that it is empty. */
export function logTail(child: Child): string {
  const lines = readFileSync(child.logPath, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES);
  return lines.join('') === '' ? '    (its log is empty)' : lines.map((line) => `    ${line.slice(0, 300)}`).join('\n');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended.
  }
}
