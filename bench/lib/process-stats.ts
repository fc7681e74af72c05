import { existsSync, readFileSync } from 'node:fs';

/** Clock ticks a second of /proc/<pid>/stat; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface Memory {
  /** All that is resident, in MiB; `anonymous` is the part that no file backs. */
  readonly resident: number;
  readonly anonymous: number;
}

/** CPU seconds, user and system, that a process and its threads have used. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the command in brackets and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export function memory(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024;
  return { resident: mib('VmRSS'), anonymous: mib('RssAnon') };
}

export function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}/stat`);
}

/** Samples the resident memory twice a second until it is stopped; answers the highest, in MiB. */
export function watchMemory(pid: number): () => number {
  let peak = 0;
  const look = () => (peak = Math.max(peak, memory(pid).resident));
  const timer = setInterval(look, 500);
  return () => {
    clearInterval(timer);
    return Math.max(peak, look());
  };
}

/** Waits until the process has used next to nothing for two seconds, for at most `maxSeconds`. */
export async function settle(pid: number, maxSeconds = 120): Promise<void> {
  for (let second = 0, calm = 0; second < maxSeconds && calm < 2; second++) {
    const before = cpuSeconds(pid);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    calm = cpuSeconds(pid) - before < 0.1 ? calm + 1 : 0;
  }
}
