import { wordsOf } from '@clew/trace-model';
import { type TraceTable } from '../../trace/traceTable';

/** Where the nodes of a table have gone in the next one. */
export interface NodeMap {
  /** Nodes below this have kept their numbers. */
  readonly kept: number;
  /** -1 for what is gone, and for what was not asked for. */
  of(node: number): number;
}

export interface WantedNodes {
  readonly nodes: Iterable<number>;
  /** By node: not 0 for those that are wanted. */
  readonly flags: readonly Uint8Array[];
}

/**
 * Where nodes have gone when more of a trace has come. Rows mostly keep their numbers, as a frame's chunks are put one after the
 * other; what has not is found by span id, if it is wanted.
 */
export function mapNodes(old: TraceTable, next: TraceTable, { nodes, flags }: WantedNodes): NodeMap {
  const kept = startsWith(next.columns.spanIds, old.columns.spanIds) ? old.tree.rows : 0;
  const searched = new Set<number>();
  for (const node of nodes) {
    if (node >= kept) {
      searched.add(node);
    }
  }
  for (const flag of flags) {
    for (let node = kept; node < old.tree.nodes; node++) {
      if (flag[node]) {
        searched.add(node);
      }
    }
  }
  const found = searched.size > 0 ? findByIds(old, next, [...searched]) : new Map<number, number>();
  return { kept, of: (node) => (node >= 0 && node < kept ? node : (found.get(node) ?? -1)) };
}

function startsWith(ids: Uint8Array, start: Uint8Array): boolean {
  if (start === ids) {
    return true;
  }
  if (start.length > ids.length) {
    return false;
  }
  // Ids are eight bytes, but where they begin in their buffer is not said.
  const aligned = start.byteOffset % 4 === 0 && ids.byteOffset % 4 === 0;
  const [left, right] = aligned ? [wordsOf(start), wordsOf(ids)] : [start, ids];
  for (let at = 0; at < left.length; at++) {
    if (left[at] !== right[at]) {
      return false;
    }
  }
  return true;
}

function findByIds(old: TraceTable, next: TraceTable, wanted: readonly number[]): Map<number, number> {
  const capacity = 1 << Math.ceil(Math.log2(wanted.length * 2 + 2));
  const slots = new Int32Array(capacity).fill(-1);
  const ids = new Uint8Array(wanted.length * 8);
  wanted.forEach((node, index) => {
    const { bytes, offset } = idOf(old, node);
    ids.set(bytes.subarray(offset, offset + 8), index * 8);
    let slot = hash(ids, index * 8) & (capacity - 1);
    while (slots[slot] >= 0) {
      slot = (slot + 1) & (capacity - 1);
    }
    slots[slot] = index;
  });
  const found = new Map<number, number>();
  const visit = (bytes: Uint8Array, offset: number, node: number): void => {
    for (let slot = hash(bytes, offset) & (capacity - 1); slots[slot] >= 0; slot = (slot + 1) & (capacity - 1)) {
      const index = slots[slot];
      if (equalIds(bytes, offset, ids, index * 8) && !found.has(wanted[index])) {
        found.set(wanted[index], node);
      }
    }
  };
  for (let row = 0; row < next.tree.rows; row++) {
    visit(next.columns.spanIds, row * 8, row);
  }
  for (let node = next.tree.rows; node < next.tree.nodes; node++) {
    visit(next.tree.phantomIds, (node - next.tree.rows) * 8, node);
  }
  return found;
}

function idOf({ columns, tree }: TraceTable, node: number): { bytes: Uint8Array; offset: number } {
  return node < tree.rows
    ? { bytes: columns.spanIds, offset: node * 8 }
    : { bytes: tree.phantomIds, offset: (node - tree.rows) * 8 };
}

function hash(bytes: Uint8Array, offset: number): number {
  let value = 0x811c9dc5;
  for (let at = offset; at < offset + 8; at++) {
    value = Math.imul(value ^ bytes[at], 0x01000193);
  }
  return (value ^ (value >>> 15)) >>> 0;
}

function equalIds(left: Uint8Array, leftAt: number, right: Uint8Array, rightAt: number): boolean {
  for (let at = 0; at < 8; at++) {
    if (left[leftAt + at] !== right[rightAt + at]) {
      return false;
    }
  }
  return true;
}
