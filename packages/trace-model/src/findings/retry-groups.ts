import { STRIDE, type Steps } from '../tree/steps.ts';
import type { TraceFacts } from './trace-facts.ts';

/** Timers of two spans in one process may be this far apart: a try that "begins" so much before the last one's end follows it. */
const TOLERANCE_NS = 1e6;

/** Tries of one thing under one parent, each after the one before had failed. */
export interface RetryGroup {
  readonly parent: number;
  /** Two or more, by start. */
  readonly attempts: readonly number[];
  readonly succeeded: boolean;
  /** The group that one of whose attempts this one is below, -1 for none. */
  outer: number;
}

export interface Retries {
  /** Parents before what is below them. */
  readonly groups: readonly RetryGroup[];
  /** By node: the group of which it is an attempt, -1 for none. */
  readonly groupOf: Int32Array;
}

/**
 * Siblings of one service, name, kind and target are tries of one thing where each but the last failed and the next began
 * after it. Where attributes do not tell the target, all siblings of the name must make up one such run: a loop over
 * different things some of which fail is none. Nor is what succeeded at last below a parent that failed for the very error
 * of the first: that was another thing of the same name.
 */
export function* retriesOf(facts: TraceFacts): Steps<Retries> {
  const { tree } = facts;
  const groups: RetryGroup[] = [];
  const groupOf = new Int32Array(tree.nodes).fill(-1);
  const failures = new Uint32Array(tree.nodes);
  for (let row = 0; row < tree.rows; row++) {
    const parent = tree.parents[row];
    if (parent !== -1 && facts.isError(row)) {
      failures[parent] += 1;
    }
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  for (let position = 0; position < tree.nodes; position++) {
    const parent = tree.order[position];
    if (failures[parent] > 0) {
      for (const attempts of yield* runsOf(facts, parent)) {
        attempts.forEach((attempt) => (groupOf[attempt] = groups.length));
        const succeeded = !failedTry(facts, attempts[attempts.length - 1]);
        groups.push({ parent, attempts, succeeded, outer: -1 });
      }
    }
    if (position % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  yield* findOuter(facts, { groups, groupOf });
  return { groups, groupOf };
}

const failedTry = (facts: TraceFacts, node: number): boolean => facts.isError(node) && !facts.isRefusal(node);

function* runsOf(facts: TraceFacts, parent: number): Steps<number[][]> {
  const failed = new Set<number>();
  let steps = 0;
  for (const child of facts.children(parent)) {
    if (facts.isError(child)) {
      failed.add(facts.operation(child));
    }
    if (++steps % STRIDE === 0) {
      yield;
    }
  }
  const byKey = new Map<string, number[]>();
  const untold = new Set<string>();
  for (const child of facts.children(parent)) {
    if (++steps % STRIDE === 0) {
      yield;
    }
    if (!failed.has(facts.operation(child))) {
      continue;
    }
    const target = facts.target(child);
    const key = `${facts.operation(child)} ${facts.kind(child)} ${target ?? ''}`;
    const alike = byKey.get(key);
    if (alike) {
      alike.push(child);
    } else {
      byKey.set(key, [child]);
    }
    if (target === undefined) {
      untold.add(key);
    }
  }
  const found: number[][] = [];
  for (const [key, alike] of byKey) {
    const runs = splitIntoRuns(facts, alike);
    if (!untold.has(key) || (runs.length === 1 && runs[0].length === alike.length)) {
      found.push(...runs.filter((run) => !wasFatal(facts, parent, run)));
    }
  }
  return found;
}

function wasFatal(facts: TraceFacts, parent: number, run: readonly number[]): boolean {
  const reason = facts.message(parent);
  return (
    reason !== '' &&
    !failedTry(facts, run[run.length - 1]) &&
    run.some((attempt) => facts.message(attempt) !== '' && reason.includes(facts.message(attempt)))
  );
}

function splitIntoRuns(facts: TraceFacts, alike: readonly number[]): number[][] {
  const { starts, ends } = facts.tree;
  const runs: number[][] = [];
  let run: number[] = [];
  for (const node of alike) {
    const last = run[run.length - 1];
    if (run.length > 0 && !(failedTry(facts, last) && starts[node] >= ends[last] - TOLERANCE_NS)) {
      runs.push(run);
      run = [];
    }
    run.push(node);
  }
  runs.push(run);
  return runs.filter((one) => one.length > 1);
}

function* findOuter({ tree }: TraceFacts, { groups, groupOf }: Retries): Steps<void> {
  if (groups.length === 0) {
    return;
  }
  // By node: the innermost group one of whose attempts it is or is below.
  const within = new Int32Array(tree.nodes).fill(-1);
  for (let position = 0; position < tree.nodes; position++) {
    const node = tree.order[position];
    const parent = tree.parents[node];
    const inherited = parent === -1 ? -1 : within[parent];
    within[node] = groupOf[node] === -1 ? inherited : groupOf[node];
    if (position % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  for (const group of groups) {
    group.outer = within[group.parent];
  }
}
