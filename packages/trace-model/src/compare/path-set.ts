import type { CriticalPath } from '../analysis/critical-path.ts';
import { STATUS_ERROR, type AnalysisInput } from '../analysis/input.ts';
import { PairIndex } from '../analysis/pair-index.ts';
import type { SelfTime } from '../analysis/self-time.ts';
import { STRIDE, type Steps } from '../tree/steps.ts';
import { spanIdText } from '../wire-frame/columns.ts';
import type { PathIndex, Step } from './path-index.ts';

export const MOST_TRACES = 1000;
/** Paths of traces, one by one: some 50 bytes each. Reached by a thousand traces of 4000 distinct paths. */
const MOST_ENTRIES = 4_000_000;

const MISSING_PARENT: Step = { service: '', name: '' };
const MISSING = 0xffff_ffff;

/** What is kept of each path of each trace that has it: an entry. By trace, and by path: entries of a path in order of its traces. */
export interface PathEntries {
  /** Entries of path `p`: `of[offsets[p]] … of[offsets[p + 1] - 1]`. */
  readonly offsets: Uint32Array;
  readonly of: Uint32Array;
  /** By entry. */
  readonly traces: Uint32Array;
  /** Sums over the spans, in nanoseconds. */
  readonly totalNs: Float64Array;
  readonly selfNs: Float64Array;
  /** Of the critical path of the trace's first root alone: over all paths they add up to the root's duration. */
  readonly onPathNs: Float64Array;
  readonly counts: Uint32Array;
  /** Spans whose status is an error. */
  readonly errors: Uint32Array;
}

/**
 * Traces by path: summed duration, self time, time on the critical path, spans and errors of each. What a trace lacks takes no room,
 * so that a set needs memory for what its traces have and no more.
 */
export class PathSet {
  readonly paths: PathIndex;
  #traces = 0;
  #spans = 0;
  #failed = 0;
  #leftOutSpans = 0;
  #entries = 0;
  #paths = new Uint32Array(1024);
  #columns = emptyColumnsOf(1024);
  readonly #durations: number[] = [];
  readonly #rootPaths: number[] = [];
  /** By path, of the first trace: its longest span. */
  readonly #longest = new Map<number, string>();
  /** By path: the trace that had it last, and its entry. */
  #lastTrace = new Int32Array(0);
  #lastEntry = new Uint32Array(0);

  constructor(paths: PathIndex) {
    this.paths = paths;
  }

  get traces(): number {
    return this.#traces;
  }

  get spans(): number {
    return this.#spans;
  }

  /** Traces whose first root failed. */
  get failedTraces(): number {
    return this.#failed;
  }

  /** Spans on paths that there was no room for. */
  get leftOutSpans(): number {
    return this.#leftOutSpans;
  }

  /** By trace: how long the first root took. */
  durations(): Float64Array {
    return Float64Array.from(this.#durations);
  }

  /** By trace: the path of the first root; -1 where there was no room for it. */
  get rootPaths(): readonly number[] {
    return this.#rootPaths;
  }

  /** The longest span on a path of the first trace, as 16 hex digits; the first one of several. Undefined for missing parents. */
  longestSpan(path: number): string | undefined {
    return this.#longest.get(path);
  }

  /** Takes a trace; false where there is no room for more, or the trace has no spans. `path` is that of every root, as without options. */
  *add(input: AnalysisInput, { selfNs }: Pick<SelfTime, 'selfNs'>, path: CriticalPath): Steps<boolean> {
    const { tree, columns } = input;
    if (this.#traces >= MOST_TRACES || this.#entries >= MOST_ENTRIES || tree.rows === 0) {
      return false;
    }
    const trace = this.#traces++;
    const root = tree.order[0];
    this.#spans += tree.rows;
    this.#failed += root < tree.rows && columns.statuses[root] === STATUS_ERROR ? 1 : 0;
    const pathOf = yield* this.#pathsOf(input);
    this.#durations.push(tree.ends[root] - tree.starts[root]);
    this.#rootPaths.push(pathOf[root]);
    this.#grow(this.paths.length);
    const longest = new Map<number, number>();
    for (let position = 0; position < tree.nodes; position++) {
      const node = tree.order[position];
      const at = pathOf[node];
      if (at === -1) {
        this.#leftOutSpans += node < tree.rows ? 1 : 0;
        continue;
      }
      const entry = this.#entryOf(at, trace);
      this.#columns.totalNs[entry] += tree.ends[node] - tree.starts[node];
      this.#columns.selfNs[entry] += selfNs[node];
      this.#columns.counts[entry] += 1;
      this.#columns.errors[entry] += node < tree.rows && columns.statuses[node] === STATUS_ERROR ? 1 : 0;
      if (trace === 0 && node < tree.rows && isLonger(input, node, longest.get(at))) {
        longest.set(at, node);
      }
      if (position % STRIDE === STRIDE - 1) {
        yield;
      }
    }
    for (const [at, node] of longest) {
      this.#longest.set(at, spanIdText(columns.spanIds, node));
    }
    const last = path.roots[0] === root ? path.rootOffsets[1] : 0;
    for (let segment = 0; segment < last; segment++) {
      const at = pathOf[path.nodes[segment]];
      if (at !== -1 && path.waits[segment] === 0) {
        this.#columns.onPathNs[this.#lastEntry[at]] += path.ends[segment] - path.starts[segment];
      }
      if (segment % STRIDE === STRIDE - 1) {
        yield;
      }
    }
    return true;
  }

  /** What there is, by path. Linear. */
  *entries(): Steps<PathEntries> {
    const offsets = new Uint32Array(this.paths.length + 1);
    for (let entry = 0; entry < this.#entries; entry++) {
      offsets[this.#paths[entry] + 1] += 1;
    }
    yield;
    for (let path = 0; path < this.paths.length; path++) {
      offsets[path + 1] += offsets[path];
    }
    const filled = offsets.slice();
    const of = new Uint32Array(this.#entries);
    for (let entry = 0; entry < this.#entries; entry++) {
      of[filled[this.#paths[entry]]++] = entry;
      if (entry % STRIDE === STRIDE - 1) {
        yield;
      }
    }
    return { offsets, of, ...this.#columns };
  }

  /** By node: its path; -1 below a path that there was no room for. */
  *#pathsOf({ tree, columns, services, names }: AnalysisInput): Steps<Int32Array> {
    const { nodes, rows, order, parents } = tree;
    const labels = new PairIndex();
    const steps: Step[] = [];
    // By the parent's path and the label: a text is looked up once for each path of the trace.
    const groups = new PairIndex();
    const known: number[] = [];
    const pathOf = new Int32Array(nodes);
    for (let position = 0; position < nodes; position++) {
      const node = order[position];
      const parent = parents[node] === -1 ? -1 : pathOf[parents[node]];
      if (parent === -1 && parents[node] !== -1) {
        pathOf[node] = -1;
      } else {
        const isRow = node < rows;
        const label = isRow ? labels.add(columns.services[node], columns.names[node]) : labels.add(MISSING, MISSING);
        if (label === steps.length) {
          steps.push(
            isRow
              ? { service: services.get(columns.services[node]), name: names.get(columns.names[node]) }
              : MISSING_PARENT
          );
        }
        const group = groups.add(parent + 1, label);
        if (group === known.length) {
          known.push(this.paths.add(parent, steps[label]));
        }
        pathOf[node] = known[group];
      }
      if (position % STRIDE === STRIDE - 1) {
        yield;
      }
    }
    return pathOf;
  }

  #entryOf(path: number, trace: number): number {
    if (this.#lastTrace[path] === trace) {
      return this.#lastEntry[path];
    }
    const entry = this.#entries++;
    if (entry === this.#paths.length) {
      const paths = new Uint32Array(entry * 2);
      paths.set(this.#paths);
      this.#paths = paths;
      this.#columns = grown(this.#columns, entry * 2);
    }
    this.#paths[entry] = path;
    this.#columns.traces[entry] = trace;
    this.#lastTrace[path] = trace;
    this.#lastEntry[path] = entry;
    return entry;
  }

  #grow(paths: number): void {
    if (paths <= this.#lastTrace.length) {
      return;
    }
    const [traces, entries] = [new Int32Array(paths * 2).fill(-1), new Uint32Array(paths * 2)];
    traces.set(this.#lastTrace);
    entries.set(this.#lastEntry);
    this.#lastTrace = traces;
    this.#lastEntry = entries;
  }
}

type Columns = Omit<PathEntries, 'offsets' | 'of'>;

function emptyColumnsOf(length: number): Columns {
  return {
    traces: new Uint32Array(length),
    totalNs: new Float64Array(length),
    selfNs: new Float64Array(length),
    onPathNs: new Float64Array(length),
    counts: new Uint32Array(length),
    errors: new Uint32Array(length),
  };
}

function grown(columns: Columns, length: number): Columns {
  const longer = emptyColumnsOf(length);
  longer.traces.set(columns.traces);
  longer.totalNs.set(columns.totalNs);
  longer.selfNs.set(columns.selfNs);
  longer.onPathNs.set(columns.onPathNs);
  longer.counts.set(columns.counts);
  longer.errors.set(columns.errors);
  return longer;
}

/** Whether a span stands for its path rather than another one: the longest, of equal ones the first, then that of the smaller id. */
function isLonger({ tree, columns }: AnalysisInput, node: number, other: number | undefined): boolean {
  if (other === undefined) {
    return true;
  }
  const longer = tree.ends[node] - tree.starts[node] - (tree.ends[other] - tree.starts[other]);
  const later = tree.starts[node] - tree.starts[other];
  return (
    longer > 0 ||
    (longer === 0 &&
      (later < 0 || (later === 0 && spanIdText(columns.spanIds, node) < spanIdText(columns.spanIds, other))))
  );
}
