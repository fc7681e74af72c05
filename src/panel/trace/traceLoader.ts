import { buildTable, type TreeOptions } from './buildTable';
import { type TraceFeed, type TraceSkeleton } from './traceFeed';
import { type TraceTable } from './traceTable';
import { inTurns } from './turns';

/** How far a trace is. */
export interface TraceLoad {
  /** The newest; undefined until the first part can be drawn. */
  readonly table: TraceTable | undefined;
  /** `reading`: more comes, or what came is being put in order. `failed`: with what came before the failure in `table`. */
  readonly phase: 'reading' | 'done' | 'failed';
  /** Spans that have come. */
  readonly spans: number;
  readonly expectedSpans: number | undefined;
  readonly error: Error | undefined;
}

/** Counts of what comes are told as often as one reads them. */
const TELL_EVERY_MS = 200;

const NOTHING: TraceLoad = {
  table: undefined,
  phase: 'reading',
  spans: 0,
  expectedSpans: undefined,
  error: undefined,
};

/**
 * Reads a trace and makes tables of it: after the first part, whenever it has doubled, and of the whole. Trees are built in slices,
 * one after the other.
 */
export class TraceLoader {
  readonly feed: TraceFeed;
  #load: TraceLoad = NOTHING;
  #options: TreeOptions;
  readonly #listeners = new Set<() => void>();
  #reading: AbortController | undefined;
  #building: AbortController | undefined;
  /** What tables are made of from now on. */
  #skeleton: TraceSkeleton | undefined;
  #builtRows = 0;
  #isBuilding = false;
  #isRead = false;
  #toldAt = 0;

  constructor(feed: TraceFeed, options: TreeOptions) {
    this.feed = feed;
    this.#options = options;
  }

  get load(): TraceLoad {
    return this.#load;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** From the beginning. What is shown stays until something new is there. */
  start(): void {
    this.stop();
    const reading = new AbortController();
    this.#reading = reading;
    this.#skeleton = undefined;
    this.#builtRows = 0;
    this.#isRead = false;
    this.#set({ phase: 'reading', spans: 0, expectedSpans: undefined, error: undefined });
    this.feed
      .read((skeleton) => {
        if (!reading.signal.aborted) {
          this.#take(skeleton);
        }
      }, reading.signal)
      .then(
        () => {
          if (!reading.signal.aborted) {
            this.#isRead = true;
            this.#build();
          }
        },
        (error: unknown) => {
          if (!reading.signal.aborted) {
            this.#fail(error);
          }
        }
      );
  }

  /** Nothing is read or built any more. */
  stop(): void {
    this.#reading?.abort();
    this.#building?.abort();
    this.#reading = undefined;
  }

  /** Of the table that is there, and of those to come. */
  setOptions(options: TreeOptions): void {
    if (options.correctSkew !== this.#options.correctSkew) {
      this.#options = options;
      this.#building?.abort();
      this.#builtRows = 0;
      this.#build();
    }
  }

  #take(skeleton: TraceSkeleton): void {
    this.#skeleton = skeleton;
    const progress = { spans: skeleton.columns.names.length, expectedSpans: skeleton.expectedSpans };
    const now = performance.now();
    if (now - this.#toldAt >= TELL_EVERY_MS || skeleton.complete) {
      this.#toldAt = now;
      this.#set(progress);
    } else {
      this.#load = { ...this.#load, ...progress };
    }
    this.#build();
  }

  #build(): void {
    const skeleton = this.#skeleton;
    if (this.#isBuilding || !skeleton) {
      return;
    }
    const rows = skeleton.columns.names.length;
    const isDue = this.#builtRows === 0 || rows >= this.#builtRows * 2 || this.#isRead;
    if (!isDue || (rows === this.#builtRows && skeleton.complete === this.#load.table?.complete)) {
      this.#settle();
      return;
    }
    const building = new AbortController();
    this.#building = building;
    this.#isBuilding = true;
    inTurns(buildTable(skeleton, this.#options), building.signal).then(
      (table) => {
        this.#isBuilding = false;
        this.#builtRows = rows;
        this.#set({ table });
        this.#build();
      },
      (error: unknown) => {
        this.#isBuilding = false;
        if (!building.signal.aborted) {
          this.#fail(error);
        } else if (this.#reading) {
          this.#build();
        }
      }
    );
  }

  #settle(): void {
    if (this.#isRead && this.#load.phase === 'reading') {
      this.#set({ phase: 'done' });
    }
  }

  #fail(error: unknown): void {
    this.#set({ phase: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
  }

  #set(changes: Partial<TraceLoad>): void {
    this.#load = { ...this.#load, ...changes };
    this.#listeners.forEach((listener) => listener());
  }
}
