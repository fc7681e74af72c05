import { type TraceTable } from '../../trace/traceTable';
import { immediately, type Scheduler } from './scheduler';

/** Nodes up to which a table is taken at once, in one task. */
const AT_ONCE = 20_000;

/**
 * Makes something of the table that was wanted last, in slices if the table is large. What is under way is brought to its end, for
 * else a trace that comes in fast would never show.
 */
export class TableWork<Built> {
  readonly #scheduler: Scheduler;
  readonly #build: (table: TraceTable) => Generator<void, Built>;
  readonly #apply: (built: Built) => void;
  #wanted: TraceTable | undefined;
  #stop: (() => void) | undefined;
  #again = false;

  constructor(
    scheduler: Scheduler,
    build: (table: TraceTable) => Generator<void, Built>,
    apply: (built: Built) => void
  ) {
    this.#scheduler = scheduler;
    this.#build = build;
    this.#apply = apply;
  }

  get busy(): boolean {
    return this.#stop !== undefined;
  }

  /** Without a table: the last one again. */
  want(table: TraceTable | undefined = this.#wanted): void {
    this.#wanted = table;
    if (!table) {
      return;
    }
    if (this.#stop) {
      this.#again = true;
      return;
    }
    let done = false;
    const scheduler = table.tree.nodes <= AT_ONCE ? immediately : this.#scheduler;
    const stop = scheduler.run(this.#build(table), (built) => {
      done = true;
      this.#stop = undefined;
      const again = this.#again;
      this.#again = false;
      this.#apply(built);
      if (again) {
        this.want();
      }
    });
    if (!done) {
      this.#stop = stop;
    }
  }

  forget(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#again = false;
    this.#wanted = undefined;
  }
}
