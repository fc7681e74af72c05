import type { Steps } from '../tree/steps.ts';
import type { PathIndex } from './path-index.ts';

export interface OrderedPath {
  /** The index of the path in what was given. */
  readonly at: number;
  readonly depth: number;
  readonly subtreeSize: number;
  /** Of the whole subtree. */
  readonly harmNs: number;
}

/** Paths, each with its parent among them and behind it, in depth-first order: siblings by the harm of their subtrees, then by their texts. */
export function* inDepthFirstOrder(
  index: PathIndex,
  given: ReadonlyArray<{ readonly path: number; readonly harmNs: number }>
): Steps<OrderedPath[]> {
  const atOf = new Map(given.map(({ path }, at) => [path, at]));
  const parents = given.map(({ path }) => atOf.get(index.parent(path)) ?? -1);
  const harms = given.map(({ harmNs }) => harmNs);
  const sizes = given.map(() => 1);
  const children = given.map((): number[] => []);
  const roots: number[] = [];
  yield;
  for (let at = given.length - 1; at >= 0; at--) {
    const parent = parents[at];
    if (parent === -1) {
      roots.push(at);
    } else {
      harms[parent] += harms[at];
      sizes[parent] += sizes[at];
      children[parent].push(at);
    }
    if (at % PATHS_AT_ONCE === 0) {
      yield;
    }
  }
  const compare = (one: number, other: number): number => {
    const [a, b] = [index.step(given[one].path), index.step(given[other].path)];
    return harms[other] - harms[one] || compareTexts(a.service, b.service) || compareTexts(a.name, b.name);
  };
  // The last sibling at the bottom of the stack.
  const stack = roots.sort(compare).reverse();
  const depths = given.map(() => 0);
  const ordered: OrderedPath[] = [];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    ordered.push({ at, depth: depths[at], subtreeSize: sizes[at], harmNs: harms[at] });
    for (const child of children[at].sort(compare).reverse()) {
      depths[child] = depths[at] + 1;
      stack.push(child);
    }
    if (ordered.length % PATHS_AT_ONCE === 0) {
      yield;
    }
  }
  return ordered;
}

const PATHS_AT_ONCE = 1024;

/** By code units: the same on every machine. */
const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
