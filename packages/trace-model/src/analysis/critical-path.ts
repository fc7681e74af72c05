import { STRIDE, type Steps } from '../tree/steps.ts';
import { END_SLACK, isBlocking } from './blocking.ts';
import type { AnalysisInput } from './input.ts';
import { Segments } from './segments.ts';
import { sortPart } from './sort-by.ts';

export interface CriticalPathOptions {
  /** The node whose subtree is meant. Without one each root has a path of its own. */
  readonly root?: number;
  /**
   * To the last end in the root's subtree instead of the root's own end: through the asynchronous work that the trace ended with.
   * Before work that began after its parent's end, the path waits.
   */
  readonly wholeTrace?: boolean;
}

/**
 * The segments of a root cover the time from the root's start to its end (`wholeTrace`: to the last end below it) without gap or
 * overlap, in order of time.
 */
export interface CriticalPath {
  /** By segment: the node that was at work, in nanoseconds as the tree's. */
  readonly nodes: Uint32Array;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** By segment: 1 where nothing was at work, and the path waited for `nodes` to begin. Only with `wholeTrace`. */
  readonly waits: Uint8Array;
  /** The nodes that paths begin at, in the tree's order. The segments of `roots[i]` are `rootOffsets[i] … rootOffsets[i + 1] - 1`. */
  readonly roots: Uint32Array;
  readonly rootOffsets: Uint32Array;
  /** By node: nanoseconds on the path, waits left out. */
  readonly onPathNs: Float64Array;
  /** Of all roots, waits included. */
  readonly totalNs: number;
}

/**
 * What a trace's duration is made of: walking back from the end, always into the child that finished last of those that the parent
 * waited for, and from that child's start to the last one that had finished by then; where none had, the parent itself was at work.
 * The rule is that of Jaeger's trace view and of CRISP (Zhang et al., ATC '22). Children are clipped to their parents. A shorter
 * child at any place of the path makes the trace shorter; what runs beside it does not. Throws RangeError for a root that is no node.
 */
export function* criticalPath(input: AnalysisInput, options: CriticalPathOptions = {}): Steps<CriticalPath> {
  const { tree } = input;
  const { root } = options;
  if (root !== undefined && !(Number.isInteger(root) && root >= 0 && root < tree.nodes)) {
    throw new RangeError(`root is ${root}; it has to be a node, 0 to ${tree.nodes - 1}`);
  }
  const roots = root === undefined ? rootsOf(input) : Uint32Array.of(root);
  yield;
  const walk = new Walk(input);
  const rootOffsets = new Uint32Array(roots.length + 1);
  for (let at = 0; at < roots.length; at++) {
    const first = walk.segments.length;
    yield* options.wholeTrace ? walk.backFromLastEnd(roots[at]) : walk.backFromEnd(roots[at]);
    if (walk.segments.length - first > 1) {
      walk.segments.reverseFrom(first);
    }
    rootOffsets[at + 1] = walk.segments.length;
  }
  const { nodes, starts, ends, waits } = walk.segments.arrays();
  const onPathNs = new Float64Array(tree.nodes);
  let totalNs = 0;
  for (let at = 0; at < nodes.length; at++) {
    totalNs += ends[at] - starts[at];
    onPathNs[nodes[at]] += waits[at] === 1 ? 0 : ends[at] - starts[at];
    if (at % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  return { nodes, starts, ends, waits, roots, rootOffsets, onPathNs, totalNs };
}

function rootsOf({ tree: { nodes, order, subtreeSizes } }: AnalysisInput): Uint32Array {
  const roots: number[] = [];
  for (let position = 0; position < nodes; position += subtreeSizes[position]) {
    roots.push(order[position]);
  }
  return Uint32Array.from(roots);
}

/** Writes segments from the last to the first. */
class Walk {
  readonly segments = new Segments();
  readonly #input: AnalysisInput;
  /** Children of the nodes on the stack that are still to be looked at, the last one of each stretch first. */
  readonly #children: Uint32Array;
  readonly #spare: Uint32Array;
  // By depth below the node that the walk began at: the node, its window, and the stretch of `#children`.
  readonly #nodes: Uint32Array;
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly #froms: Uint32Array;
  readonly #inOrder: (a: number, b: number) => boolean;
  #steps = 0;

  constructor(input: AnalysisInput) {
    const { nodes, maxDepth, starts, ends } = input.tree;
    this.#input = input;
    this.#children = new Uint32Array(nodes);
    this.#spare = new Uint32Array(nodes);
    this.#nodes = new Uint32Array(maxDepth + 1);
    this.#starts = new Float64Array(maxDepth + 1);
    this.#ends = new Float64Array(maxDepth + 1);
    this.#froms = new Uint32Array(maxDepth + 1);
    // By end; of those that end together the one that began first stands last, because it holds more of the time.
    this.#inOrder = (a, b) =>
      ends[a] < ends[b] || (ends[a] === ends[b] && (starts[a] > starts[b] || (starts[a] === starts[b] && a >= b)));
  }

  backFromEnd(root: number): Steps<void> {
    const { starts, ends } = this.#input.tree;
    return this.#back(root, starts[root], ends[root], ends[root]);
  }

  /** From the node that ends last up to the root, each with what it had done by the time that the one below it began. */
  *backFromLastEnd(root: number): Steps<void> {
    const { parents, starts, ends } = this.#input.tree;
    const from = starts[root];
    let node = yield* this.#lastEnding(root);
    let until = ends[node];
    for (;;) {
      const start = Math.max(starts[node], from);
      yield* this.#back(node, start, ends[node], until);
      if (node === root) {
        return;
      }
      until = Math.min(until, start);
      const parent = parents[node];
      // The parent was done before the child began: a message in a queue, or work that was scheduled.
      const parentEnd = Math.max(ends[parent], from);
      if (parentEnd < until) {
        this.segments.add(node, parentEnd, until, true);
        until = parentEnd;
      }
      node = parent;
    }
  }

  /** The first one in the tree's order of those that end last. */
  *#lastEnding(root: number): Steps<number> {
    const { order, positions, subtreeSizes, ends } = this.#input.tree;
    const first = positions[root];
    let last = root;
    for (let position = first; position < first + subtreeSizes[first]; position++) {
      last = ends[order[position]] > ends[last] ? order[position] : last;
      if (position % STRIDE === STRIDE - 1) {
        yield;
      }
    }
    return last;
  }

  /** The path of a node within its window `start … end` as of the time `until`, which children must have finished by. */
  *#back(node: number, start: number, end: number, until: number): Steps<void> {
    const { starts, ends } = this.#input.tree;
    if (until <= start) {
      return;
    }
    let depth = 0;
    let cursor = until;
    let filled = yield* this.#enter(0, 0, node, start, end);
    for (;;) {
      if (filled === this.#froms[depth]) {
        this.segments.add(this.#nodes[depth], this.#starts[depth], cursor, false);
        cursor = this.#starts[depth];
        depth -= 1;
        if (depth < 0) {
          return;
        }
        continue;
      }
      filled -= 1;
      const child = this.#children[filled];
      const childStart = Math.max(starts[child], this.#starts[depth]);
      const childEnd = Math.min(ends[child], this.#ends[depth]);
      if (childStart < cursor && (childEnd <= cursor || childEnd - cursor <= (childEnd - childStart) * END_SLACK)) {
        const windowEnd = Math.min(childEnd, cursor);
        this.segments.add(this.#nodes[depth], windowEnd, cursor, false);
        cursor = windowEnd;
        depth += 1;
        filled = yield* this.#enter(depth, filled, child, childStart, windowEnd);
      }
    }
  }

  /** Puts a node onto the stack and the children that it waited for behind `filled`; returns where they end. */
  *#enter(depth: number, filled: number, node: number, start: number, end: number): Steps<number> {
    const { order, positions, subtreeSizes, starts, ends } = this.#input.tree;
    this.#nodes[depth] = node;
    this.#starts[depth] = start;
    this.#ends[depth] = end;
    this.#froms[depth] = filled;
    let to = filled;
    const behind = positions[node] + subtreeSizes[positions[node]];
    for (let position = positions[node] + 1; position < behind; position += subtreeSizes[position]) {
      const child = order[position];
      if (Math.min(ends[child], end) > Math.max(starts[child], start) && isBlocking(this.#input, node, child)) {
        this.#children[to++] = child;
      }
      if (++this.#steps % STRIDE === 0) {
        yield;
      }
    }
    if (to - filled > 1) {
      yield* sortPart(this.#children, this.#spare, filled, to, this.#inOrder);
    }
    return to;
  }
}
