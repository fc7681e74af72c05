import type { EvaluatedTrace } from './source.ts';

/** `parent` of a root, and of a span that hangs on no root. */
export const ROOT = -1;
export const UNCONNECTED = -2;

const SERVER = 2;
const CLIENT = 3;

/**
 * A trace's spans in the order of a depth-first walk from its roots, spans that hang on no root last. All arrays but
 * `positions` are by place in this order, so that spansets, kept in it, are related by walking them side by side.
 */
export interface TraceTree {
  /** Index of the span at each position. */
  readonly spans: Int32Array;
  /** Position of each span. */
  readonly positions: Int32Array;
  /** Bounds of the nested set: what is beneath a span has bounds between its bounds. 0 where unconnected. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Position of the parent, ROOT or UNCONNECTED. */
  readonly parent: Int32Array;
  readonly childCount: Int32Array;
}

/**
 * Tempo's tree (nested_set_model.go, features.md 1.9): spans without a parent are roots, and there may be several; two
 * spans with one id are the client and the server of a Zipkin trace, told apart by kind; children go in the order of the
 * source. Spans in a circle, under a parent that is missing, or in a trace without a root have no place in it.
 *
 * An id that occurs more than twice names nobody: its spans, and what is beneath them, have no place. Tempo takes the
 * place of every span in such a trace.
 */
export function buildTree(trace: EvaluatedTrace): TraceTree {
  const { size } = trace;
  const parents = parentsOf(trace);
  const [firstChild, nextSibling, counts] = childLists(parents);

  const spans = new Int32Array(size);
  const positions = new Int32Array(size).fill(-1);
  const left = new Int32Array(size);
  const right = new Int32Array(size);
  const parent = new Int32Array(size).fill(UNCONNECTED);
  const childCount = new Int32Array(size);
  let bound = 1;
  let next = 0;

  const enter = (span: number, above: number): void => {
    positions[span] = next;
    spans[next] = span;
    left[next] = bound++;
    parent[next] = above;
    childCount[next++] = counts[span];
  };
  for (let root = 0; root < size; root++) {
    if (parents[root] !== ROOT) {
      continue;
    }
    enter(root, ROOT);
    for (let span = root; span !== ROOT;) {
      const child = firstChild[span];
      if (child === -1) {
        right[positions[span]] = bound++;
        span = parents[span];
      } else {
        // The walk takes each child off the list, and so ends.
        firstChild[span] = nextSibling[child];
        enter(child, positions[span]);
        span = child;
      }
    }
  }
  for (let span = 0; span < size; span++) {
    if (positions[span] === -1) {
      positions[span] = next;
      spans[next] = span;
      childCount[next++] = counts[span];
    }
  }
  return { spans, positions, left, right, parent, childCount };
}

/** Index of each span's parent, ROOT or UNCONNECTED. May go round in circles. */
function parentsOf(trace: EvaluatedTrace): Int32Array {
  const { size } = trace;
  /** Up to two spans of each id; -1 for none, and for both where there are more. */
  const byId = new Map<string, [number, number]>();
  const isVoid = new Uint8Array(size);
  for (let span = 0; span < size; span++) {
    const id = trace.spanId(span);
    const known = byId.get(id);
    if (!known) {
      byId.set(id, [span, -1]);
    } else if (known[0] !== -1 && known[1] === -1) {
      known[1] = span;
    } else {
      isVoid[span] = 1;
      for (const other of known) {
        if (other !== -1) {
          isVoid[other] = 1;
        }
      }
      known.fill(-1);
    }
  }
  const parents = new Int32Array(size).fill(UNCONNECTED);
  for (let span = 0; span < size; span++) {
    if (isVoid[span] === 0) {
      const parentId = trace.parentSpanId(span);
      parents[span] = parentId === '' ? ROOT : chooseParent(trace, span, byId.get(parentId));
    }
  }
  return parents;
}

function chooseParent(trace: EvaluatedTrace, span: number, found: readonly [number, number] | undefined): number {
  if (!found || found[0] === -1) {
    return UNCONNECTED;
  }
  if (found[1] === -1) {
    return found[0];
  }
  const wanted = trace.kindCode(span) === SERVER ? CLIENT : SERVER;
  return found.find((parent) => trace.kindCode(parent) === wanted) ?? UNCONNECTED;
}

/** The first child of each span, the next one after each child, how many there are; -1 for none. */
function childLists(parents: Int32Array): [firstChild: Int32Array, nextSibling: Int32Array, counts: Int32Array] {
  const firstChild = new Int32Array(parents.length).fill(-1);
  const nextSibling = new Int32Array(parents.length).fill(-1);
  const counts = new Int32Array(parents.length);
  for (let span = parents.length - 1; span >= 0; span--) {
    const parent = parents[span];
    if (parent >= 0) {
      nextSibling[span] = firstChild[parent];
      firstChild[parent] = span;
      counts[parent]++;
    }
  }
  return [firstChild, nextSibling, counts];
}
