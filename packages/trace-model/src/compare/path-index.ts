/** More distinct paths than this are for no reader: names that hold ids make them. */
export const MOST_PATHS = 20_000;

/** Labels are below it, so that a parent and a label are one exact number. */
const LABELS = 2 ** 21;

/** One step of a path. */
export interface Step {
  /** Both empty for a parent that is missing. */
  readonly service: string;
  readonly name: string;
}

/**
 * Numbers ways from a root, by service and name of each step. Sets that are to be compared share one index: a path that finds no
 * room in it is left out on both sides, and never looks as if one side lacked it. A parent has a smaller number than its children.
 */
export class PathIndex {
  readonly #most: number;
  readonly #labels = new Map<string, number>();
  readonly #steps: Step[] = [];
  readonly #numbers = new Map<number, number>();
  readonly #parents: number[] = [];
  readonly #labelOf: number[] = [];

  constructor(most = MOST_PATHS) {
    this.#most = Math.min(most, LABELS);
  }

  get length(): number {
    return this.#parents.length;
  }

  /** -1 at a root. */
  parent(path: number): number {
    return this.#parents[path];
  }

  step(path: number): Step {
    return this.#steps[this.#labelOf[path]];
  }

  /** The number of a path, a new one if it has none yet; -1 where there is no room for more. `parent` is -1 for a root. */
  add(parent: number, step: Step): number {
    const isFull = this.length >= this.#most;
    const label = this.#label(step, isFull);
    const key = (parent + 1) * LABELS + label;
    const known = label === -1 ? -1 : this.#numbers.get(key);
    if (known !== undefined || isFull) {
      return known ?? -1;
    }
    this.#numbers.set(key, this.length);
    this.#labelOf.push(label);
    return this.#parents.push(parent) - 1;
  }

  #label(step: Step, isFull: boolean): number {
    const text = `${step.service.length} ${step.service}${step.name}`;
    const known = this.#labels.get(text);
    if (known !== undefined || isFull) {
      return known ?? -1;
    }
    this.#labels.set(text, this.#steps.length);
    return this.#steps.push(step) - 1;
  }
}
