import type { FrameColumns } from '../wire-frame/columns.ts';
import { hashId, randomWord } from './hash-id.ts';
import { STRIDE, type Steps } from './steps.ts';
import type { TraceTree } from './trace-tree.ts';

/**
 * Siblings that repeat: children of one parent (or roots) with one service and one name, wherever they stand among the others.
 * Groups in the order of their first members. The members of group `g` are the nodes `members[offsets[g]] …
 * members[offsets[g + 1] - 1]`, in the order of the siblings.
 */
export interface SiblingGroups {
  readonly count: number;
  readonly offsets: Uint32Array;
  readonly members: Uint32Array;
  /** By node: its group, -1 without one. */
  readonly groupOf: Int32Array;
}

type SiblingColumns = Pick<FrameColumns, 'names' | 'services'>;

/** Groups of at least `minimum` siblings, and at least two. Linear. */
export function* groupSiblings(tree: TraceTree, columns: SiblingColumns, minimum: number): Steps<SiblingGroups> {
  const least = Math.max(minimum, 2);
  const { classOf, sizes } = yield* classify(tree, columns);
  // By class: 1 + its group, 0 for those that are too small.
  const groups = new Uint32Array(sizes.length);
  const ends = new Uint32Array(sizes.length + 1);
  let [count, filled] = [0, 0];
  for (let number = 0; number < sizes.length; number++) {
    if (sizes[number] >= least) {
      ends[count++] = filled;
      groups[number] = count;
      filled += sizes[number];
    }
    if (number % (STRIDE * 4) === 0) {
      yield;
    }
  }
  ends[count] = filled;
  const offsets = ends.slice(0, count + 1);
  const members = new Uint32Array(filled);
  const groupOf = new Int32Array(tree.nodes);
  yield;
  for (let at = 0; at < tree.nodes; at++) {
    const node = tree.order[at];
    const group = node < tree.rows ? groups[classOf[node]] - 1 : -1;
    groupOf[node] = group;
    if (group !== -1) {
      members[ends[group]++] = node;
    }
    if (at % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  return { count, offsets, members, groupOf };
}

/** Numbers the spans of one parent, service and name alike, in the order in which they come. Phantoms have neither. */
function* classify(
  { order, parents, rows }: TraceTree,
  { names, services }: SiblingColumns
): Steps<{ classOf: Uint32Array; sizes: Uint32Array }> {
  let capacity = 16;
  while (capacity < rows * 2) {
    capacity *= 2;
  }
  const [seed, otherSeed] = [randomWord(), randomWord()];
  // 1 + the class.
  const slots = new Uint32Array(capacity);
  const classOf = new Uint32Array(rows);
  const firsts = new Uint32Array(rows);
  const sizes = new Uint32Array(rows);
  let classes = 0;
  for (let at = 0; at < order.length; at++) {
    if (at % STRIDE === STRIDE - 1) {
      yield;
    }
    const node = order[at];
    if (node >= rows) {
      continue;
    }
    const [parent, name, service] = [parents[node], names[node], services[node]];
    let slot = hashId(parent, name, seed, otherSeed ^ service) & (capacity - 1);
    for (; slots[slot] !== 0; slot = (slot + 1) & (capacity - 1)) {
      const first = firsts[slots[slot] - 1];
      if (parents[first] === parent && names[first] === name && services[first] === service) {
        break;
      }
    }
    if (slots[slot] === 0) {
      firsts[classes++] = node;
      slots[slot] = classes;
    }
    classOf[node] = slots[slot] - 1;
    sizes[slots[slot] - 1] += 1;
  }
  return { classOf, sizes: sizes.subarray(0, classes) };
}
