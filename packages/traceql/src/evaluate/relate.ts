import type { StructuralOperator } from '../ast.ts';
import { ROOT, UNCONNECTED, type TraceTree } from './tree.ts';

/** Positions in the tree's order, ascending. */
export type Positions = Int32Array;

type Relation = '>' | '>>' | '<' | '<<' | '~';

/** The same pairs seen from the other side. */
const REVERSED: Readonly<Record<Relation, Relation>> = { '>': '<', '<': '>', '>>': '<<', '<<': '>>', '~': '~' };

/**
 * Structural operators over one trace (features.md 1.3). Each takes time in proportion to its two operands, whatever the
 * shape of the tree; a span that hangs on no root is related to nobody.
 */
export class Relations {
  readonly #tree: TraceTree;
  /** Spans that hang on a root come first; this is how many. */
  readonly #connected: number;
  /** A counter per position and one, the last, for all roots together; it counts where the stamp is the current one. */
  readonly #counts: Int32Array;
  readonly #stamps: Int32Array;
  #stamp = 0;

  constructor(tree: TraceTree) {
    this.#tree = tree;
    const { length } = tree.parent;
    const unconnected = tree.parent.indexOf(UNCONNECTED);
    this.#connected = unconnected === -1 ? length : unconnected;
    this.#counts = new Int32Array(length + 1);
    this.#stamps = new Int32Array(length + 1);
  }

  /** Which spans of the right operand, for `&` of both, stay. */
  relate(operator: StructuralOperator, left: Positions, right: Positions): Positions {
    switch (operator) {
      case '!>':
      case '!>>':
      case '!<':
      case '!<<':
      case '!~':
        return without(right, this.#related(operator.slice(1) as Relation, left, right));
      case '&>':
      case '&>>':
      case '&<':
      case '&<<':
      case '&~': {
        const relation = operator.slice(1) as Relation;
        return union(this.#related(relation, left, right), this.#related(REVERSED[relation], right, left));
      }
      default:
        return this.#related(operator, left, right);
    }
  }

  /** Spans of `right` that are in the relation to any span of `left`: `>` its child, `>>` its descendant, and so on. */
  #related(relation: Relation, allLeft: Positions, allRight: Positions): Positions {
    const left = this.#connectedOf(allLeft);
    const right = this.#connectedOf(allRight);
    switch (relation) {
      case '>':
        return this.#children(left, right);
      case '<':
        return this.#parents(left, right);
      case '>>':
        return this.#descendants(left, right);
      case '<<':
        return this.#ancestors(left, right);
      case '~':
        return this.#siblings(left, right);
    }
  }

  #connectedOf(positions: Positions): Positions {
    let end = positions.length;
    while (end > 0 && positions[end - 1] >= this.#connected) {
      end--;
    }
    return positions.subarray(0, end);
  }

  #children(left: Positions, right: Positions): Positions {
    const { parent } = this.#tree;
    this.#stamp++;
    for (const position of left) {
      this.#count(position);
    }
    return right.filter((position) => parent[position] !== ROOT && this.#counted(parent[position]) > 0);
  }

  #parents(left: Positions, right: Positions): Positions {
    const { parent } = this.#tree;
    this.#stamp++;
    for (const position of left) {
      if (parent[position] !== ROOT) {
        this.#count(parent[position]);
      }
    }
    return right.filter((position) => this.#counted(position) > 0);
  }

  /** Bounds do not cross: a span is beneath an earlier one if that one has not ended before it. */
  #descendants(left: Positions, right: Positions): Positions {
    const bounds = this.#tree;
    let next = 0;
    let latestEnd = 0;
    return right.filter((position) => {
      for (; next < left.length && left[next] < position; next++) {
        latestEnd = Math.max(latestEnd, bounds.right[left[next]]);
      }
      return latestEnd > bounds.left[position];
    });
  }

  /** The first span after it in depth-first order is beneath it, or none is. */
  #ancestors(left: Positions, right: Positions): Positions {
    const bounds = this.#tree;
    let next = 0;
    return right.filter((position) => {
      while (next < left.length && left[next] <= position) {
        next++;
      }
      return next < left.length && bounds.left[left[next]] < bounds.right[position];
    });
  }

  /** Roots are siblings of each other; nobody is a sibling of itself (features.md 1.9). */
  #siblings(left: Positions, right: Positions): Positions {
    const family = (position: number): number => {
      const parent = this.#tree.parent[position];
      return parent === ROOT ? this.#tree.parent.length : parent;
    };
    this.#stamp++;
    for (const position of left) {
      this.#count(family(position));
    }
    let next = 0;
    return right.filter((position) => {
      while (next < left.length && left[next] < position) {
        next++;
      }
      const self = left[next] === position ? 1 : 0;
      return this.#counted(family(position)) > self;
    });
  }

  #count(place: number): void {
    this.#counts[place] = this.#counted(place) + 1;
    this.#stamps[place] = this.#stamp;
  }

  #counted(place: number): number {
    return this.#stamps[place] === this.#stamp ? this.#counts[place] : 0;
  }
}

/** Positions of either, each once. */
export function union(a: Positions, b: Positions): Positions {
  if (a.length === 0 || b.length === 0) {
    return a.length === 0 ? b : a;
  }
  const result = new Int32Array(a.length + b.length);
  let size = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length; size++) {
    const takeA = j === b.length || (i < a.length && a[i] <= b[j]);
    const taken = takeA ? a[i] : b[j];
    result[size] = taken;
    if (a[i] === taken) {
      i++;
    }
    if (b[j] === taken) {
      j++;
    }
  }
  return result.subarray(0, size);
}

/** Positions of `all` that are not in `some`. */
function without(all: Positions, some: Positions): Positions {
  let next = 0;
  return all.filter((position) => {
    while (next < some.length && some[next] < position) {
      next++;
    }
    return some[next] !== position;
  });
}
