import type { CharSet } from './char-set.ts';
import type { Assertion, RegexNode } from './parse.ts';

/** Steps of one pattern. RE2 has a bound of this order too, in bytes. */
export const MAX_STEPS = 10_000;

export class PatternTooLarge extends Error {}

/** One step of a pattern's automaton. Steps are referred to by index. */
export type Step =
  | { readonly kind: 'chars'; readonly set: CharSet; readonly next: number }
  | { readonly kind: 'split'; next: number; other: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion; readonly next: number }
  | { readonly kind: 'match' };

export interface Program {
  readonly steps: readonly Step[];
  readonly start: number;
  readonly hasAssertions: boolean;
}

/** Throws PatternTooLarge. */
export function compileProgram(root: RegexNode): Program {
  const compiler = new Compiler();
  const start = compiler.compile(root);
  return { steps: compiler.steps, start, hasAssertions: compiler.steps.some(({ kind }) => kind === 'assertion') };
}

/** What is left to do, the next thing last: a stack in place of recursion, since groups may be a thousand deep. */
type Task =
  | { readonly kind: 'node'; readonly node: RegexNode }
  /** `next` becomes the step that was put aside. */
  | { readonly kind: 'resume'; readonly save: number }
  /** Another branch of a choice is done: `ends` gathers where each begins. */
  | { readonly kind: 'branch'; readonly ends: number[]; readonly next: number }
  | { readonly kind: 'join'; readonly ends: number[] }
  /** The body of a loop is done: its split leads there. */
  | { readonly kind: 'loop'; readonly split: Extract<Step, { kind: 'split' }>; readonly at: number }
  /** What was done is optional. */
  | { readonly kind: 'option'; readonly skip: number };

/** Builds from the end to the start: each node is compiled with the step after it known. */
class Compiler {
  readonly steps: Step[] = [{ kind: 'match' }];
  #next = 0;

  compile(root: RegexNode): number {
    const tasks: Task[] = [{ kind: 'node', node: root }];
    for (let task = tasks.pop(); task; task = tasks.pop()) {
      switch (task.kind) {
        case 'node':
          this.#node(task.node, tasks);
          break;
        case 'resume':
          this.#next = task.save;
          break;
        case 'branch':
          task.ends.push(this.#next);
          this.#next = task.next;
          break;
        case 'join':
          this.#next = task.ends.reduce((other, next) => this.#add({ kind: 'split', next, other }));
          break;
        case 'loop':
          task.split.next = this.#next;
          this.#next = task.at;
          break;
        case 'option':
          this.#next = this.#add({ kind: 'split', next: this.#next, other: task.skip });
          break;
      }
    }
    return this.#next;
  }

  #add(step: Step): number {
    if (this.steps.length >= MAX_STEPS) {
      throw new PatternTooLarge();
    }
    return this.steps.push(step) - 1;
  }

  #node(node: RegexNode, tasks: Task[]): void {
    switch (node.kind) {
      case 'chars':
        this.#next = this.#add({ kind: 'chars', set: node.set, next: this.#next });
        return;
      case 'assertion':
        this.#next = this.#add({ kind: 'assertion', assertion: node.assertion, next: this.#next });
        return;
      case 'sequence':
        // The last one is compiled first, and the stack gives the last one pushed.
        for (const part of node.parts) {
          tasks.push({ kind: 'node', node: part });
        }
        return;
      case 'choice': {
        const ends: number[] = [];
        tasks.push({ kind: 'join', ends });
        for (const part of node.parts) {
          tasks.push({ kind: 'branch', ends, next: this.#next }, { kind: 'node', node: part });
        }
        return;
      }
      case 'repeat':
        this.#repeat(node, tasks);
    }
  }

  #repeat({ part, least, most }: Extract<RegexNode, { kind: 'repeat' }>, tasks: Task[]): void {
    // In the order in which they stand; the stack turns it round.
    for (let count = 0; count < least; count++) {
      tasks.push({ kind: 'node', node: part });
    }
    if (most === Infinity) {
      const split: Extract<Step, { kind: 'split' }> = { kind: 'split', next: 0, other: this.#next };
      const at = this.#add(split);
      tasks.push({ kind: 'loop', split, at }, { kind: 'node', node: part }, { kind: 'resume', save: at });
      return;
    }
    // a{0,3}: each of them may be left out, and all after it.
    for (let count = least; count < most; count++) {
      tasks.push({ kind: 'option', skip: this.#next }, { kind: 'node', node: part });
    }
  }
}
