export interface Calls {
  readonly calls: number;
  readonly errors: number;
  /** The sum of the called spans' durations, in nanoseconds. */
  readonly totalNs: number;
  /** Calls that went through a queue. */
  readonly queued: number;
  /** The sum of the times that they waited there. */
  readonly waitNs: number;
}

export interface MapEdge extends Calls {
  /** Places of nodes in the graph, two different ones. */
  readonly from: number;
  readonly to: number;
}

export function sumOfCalls(known: Calls | undefined, more: Calls): Calls {
  return known === undefined
    ? more
    : {
        calls: known.calls + more.calls,
        errors: known.errors + more.errors,
        totalNs: known.totalNs + more.totalNs,
        queued: known.queued + more.queued,
        waitNs: known.waitNs + more.waitNs,
      };
}

/** Nodes that a map shows at most. */
export const MOST_NODES = 100;

/** From this share of failed calls on an arrow is red; its number is with the first one. */
export const FAILING = 0.1;
