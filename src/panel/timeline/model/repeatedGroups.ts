import { type TraceTable } from '../../trace/traceTable';
import { type SiblingGroups } from './forest';

/** Siblings of one service and one name from which on they are a group. */
const LEAST = 4;
const STRIDE = 1 << 14;

/** Siblings that repeat: children of one parent with one service and one name, wherever they stand among the others. */
export function* repeatedGroups({ tree, columns }: TraceTable): Generator<void, SiblingGroups> {
  const { order, parents, rows } = tree;
  const { services, names } = columns;
  const capacity = 2 << Math.ceil(Math.log2(rows + 1));
  const slots = new Int32Array(capacity).fill(-1);
  const classes = new Uint32Array(rows);
  const firsts = new Uint32Array(rows);
  const counts = new Uint32Array(rows);
  let classCount = 0;
  yield;
  for (let at = 0; at < order.length; at++) {
    const node = order[at];
    if (node < rows) {
      let slot = hash(parents[node], services[node], names[node]) & (capacity - 1);
      for (; slots[slot] >= 0; slot = (slot + 1) & (capacity - 1)) {
        const first = firsts[slots[slot]];
        if (parents[first] === parents[node] && services[first] === services[node] && names[first] === names[node]) {
          break;
        }
      }
      if (slots[slot] < 0) {
        firsts[classCount] = node;
        slots[slot] = classCount;
        classCount += 1;
      }
      classes[node] = slots[slot];
      counts[slots[slot]] += 1;
    }
    if ((at + 1) % STRIDE === 0) {
      yield;
    }
  }
  const groupOfClass = new Int32Array(classCount).fill(-1);
  const sizes: number[] = [];
  for (let index = 0; index < classCount; index++) {
    if (counts[index] >= LEAST) {
      groupOfClass[index] = sizes.length;
      sizes.push(counts[index]);
    }
    if ((index + 1) % (STRIDE * 8) === 0) {
      yield;
    }
  }
  const offsets = new Uint32Array(sizes.length + 1);
  sizes.forEach((size, group) => (offsets[group + 1] = offsets[group] + size));
  const filled = offsets.slice();
  const members = new Uint32Array(offsets[sizes.length]);
  yield;
  for (let at = 0; at < order.length; at++) {
    const node = order[at];
    const group = node < rows ? groupOfClass[classes[node]] : -1;
    if (group >= 0) {
      members[filled[group]++] = node;
    }
    if ((at + 1) % (STRIDE * 8) === 0) {
      yield;
    }
  }
  return { count: sizes.length, offsets, members };
}

function hash(parent: number, service: number, name: number): number {
  let value = Math.imul(parent ^ 0x9e3779b9, 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13) ^ service, 0xc2b2ae35);
  value = Math.imul(value ^ (value >>> 16) ^ name, 0x27d4eb2f);
  return (value ^ (value >>> 15)) >>> 0;
}
