import type { Assertion } from './parse.ts';
import { contains, WORD, type CharSet } from './char-set.ts';
import type { Program } from './program.ts';

/** States that are remembered; beyond them all are forgotten, and work starts anew. */
const MAX_STATES = 2_000;

/** Stands before the first and after the last character. */
const OUTSIDE = -1;
const NEW_LINE = 0x0a;

interface State {
  /** Steps that the next character meets, ascending. */
  readonly steps: readonly number[];
  /** Whether the text may end here. */
  readonly accepts: boolean;
  /** The state after a character of each class; undefined where it was not met yet. */
  readonly next: Array<State | undefined>;
}

/**
 * Whether a whole text matches: the pattern stands between the text's start and end, as in Tempo. All ways through the
 * pattern are followed at once, so the time is in proportion to the text, whatever the pattern. Patterns without
 * assertions keep the sets of ways that they met, and then take one look-up per character.
 */
export class Matcher {
  readonly #program: Program;
  readonly #marks: Uint32Array;
  #mark = 0;
  /** Where a class of characters begins: no step tells two characters of a class apart. */
  readonly #bounds: readonly number[];
  readonly #asciiClasses: Uint16Array;
  readonly #states = new Map<string, State>();
  #first: State | undefined;

  constructor(program: Program) {
    this.#program = program;
    this.#marks = new Uint32Array(program.steps.length);
    this.#bounds = classBounds(program);
    this.#asciiClasses = Uint16Array.from({ length: 128 }, (_, code) => this.#searchClass(code));
  }

  matches(text: string): boolean {
    return this.#program.hasAssertions ? this.#matchesStepwise(text) : this.#matchesByStates(text);
  }

  #matchesByStates(text: string): boolean {
    let state = (this.#first ??= this.#state(this.#closure([this.#program.start], OUTSIDE, OUTSIDE)));
    for (let at = 0; at < text.length; at++) {
      const code = codeAt(text, at);
      at += code > 0xffff ? 1 : 0;
      const charClass = code < 128 ? this.#asciiClasses[code] : this.#searchClass(code);
      state = state.next[charClass] ?? this.#advance(state, charClass, code);
      if (state.steps.length === 0) {
        return false;
      }
    }
    return state.accepts;
  }

  #advance(state: State, charClass: number, code: number): State {
    const next = this.#state(this.#closure(this.#after(state.steps, code), OUTSIDE, OUTSIDE));
    state.next[charClass] = next;
    return next;
  }

  #state(steps: readonly number[]): State {
    const key = steps.join();
    const known = this.#states.get(key);
    if (known) {
      return known;
    }
    if (this.#states.size >= MAX_STATES) {
      this.#states.clear();
      this.#first = undefined;
    }
    const state = { steps, accepts: this.#accepts(steps), next: [] };
    this.#states.set(key, state);
    return state;
  }

  #matchesStepwise(text: string): boolean {
    let before = OUTSIDE;
    let steps: readonly number[] = [this.#program.start];
    for (let at = 0; at <= text.length; at++) {
      const code = at < text.length ? codeAt(text, at) : OUTSIDE;
      at += code > 0xffff ? 1 : 0;
      steps = this.#closure(steps, before, code);
      if (code === OUTSIDE) {
        return this.#accepts(steps);
      }
      steps = this.#after(steps, code);
      if (steps.length === 0) {
        return false;
      }
      before = code;
    }
    return false;
  }

  #accepts(steps: readonly number[]): boolean {
    return steps.some((step) => this.#program.steps[step].kind === 'match');
  }

  #after(steps: readonly number[], code: number): number[] {
    const next: number[] = [];
    for (const index of steps) {
      const step = this.#program.steps[index];
      if (step.kind === 'chars' && contains(step.set, code)) {
        next.push(step.next);
      }
    }
    return next;
  }

  /** The steps that these lead to without a character, between `before` and `after`: characters, or the end. */
  #closure(from: readonly number[], before: number, after: number): number[] {
    const { steps } = this.#program;
    const pending = [...from];
    const found: number[] = [];
    this.#mark++;
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (this.#marks[index] === this.#mark) {
        continue;
      }
      this.#marks[index] = this.#mark;
      const step = steps[index];
      switch (step.kind) {
        case 'split':
          pending.push(step.next, step.other);
          break;
        case 'assertion':
          if (holds(step.assertion, before, after)) {
            pending.push(step.next);
          }
          break;
        default:
          found.push(index);
      }
    }
    return found.sort((a, b) => a - b);
  }

  /** The last class that begins at or before the character. */
  #searchClass(code: number): number {
    let low = 0;
    let high = this.#bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#bounds[middle] <= code) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

const codeAt = (text: string, at: number): number => text.codePointAt(at) ?? OUTSIDE;

function classBounds({ steps }: Program): number[] {
  const bounds = new Set<number>();
  const seen = new Set<CharSet>();
  for (const step of steps) {
    if (step.kind === 'chars' && !seen.has(step.set)) {
      seen.add(step.set);
      step.set.forEach((code, index) => bounds.add(index % 2 === 0 ? code : code + 1));
    }
  }
  return [...bounds].sort((a, b) => a - b);
}

function holds(assertion: Assertion, before: number, after: number): boolean {
  switch (assertion) {
    case 'textStart':
      return before === OUTSIDE;
    case 'textEnd':
      return after === OUTSIDE;
    case 'lineStart':
      return before === OUTSIDE || before === NEW_LINE;
    case 'lineEnd':
      return after === OUTSIDE || after === NEW_LINE;
    case 'wordBoundary':
      return contains(WORD, before) !== contains(WORD, after);
    case 'noWordBoundary':
      return contains(WORD, before) === contains(WORD, after);
  }
}
