import { CYCLE, DUPLICATE_ID, SKEWED, spanIdText } from '@clew/trace-model';
import { type TraceTable } from '../trace/traceTable';

const STATUS_ERROR = 2;

/** What stands above a trace. Counts are of spans. */
export interface TraceFacts {
  readonly rootService: string;
  readonly rootName: string;
  /** The first root was not sent: what is named is the first span below it. */
  readonly isRootMissing: boolean;
  /** Unix milliseconds. */
  readonly startMs: number;
  readonly durationNs: number;
  readonly spans: number;
  readonly services: number;
  readonly errors: number;
  /** Levels: 1 for a trace of roots. */
  readonly depth: number;
  readonly roots: number;
  /** Parents that spans name and nobody sent. */
  readonly phantoms: number;
  readonly cycles: number;
  readonly duplicates: number;
  readonly skewed: number;
}

export function traceFacts({ baseNs, columns, names, services, tree }: TraceTable): TraceFacts {
  const firstRow = tree.order.find((node) => node < tree.rows);
  const rootNode = tree.order.length > 0 ? tree.order[0] : -1;
  const seen = new Uint8Array(services.length);
  let errors = 0;
  for (let row = 0; row < tree.rows; row++) {
    seen[columns.services[row]] = 1;
    errors += columns.statuses[row] === STATUS_ERROR ? 1 : 0;
  }
  let cycles = 0;
  let duplicates = 0;
  let skewed = 0;
  let roots = 0;
  for (let node = 0; node < tree.nodes; node++) {
    const flags = tree.flags[node];
    cycles += flags & CYCLE ? 1 : 0;
    duplicates += flags & DUPLICATE_ID ? 1 : 0;
    skewed += flags & SKEWED ? 1 : 0;
    roots += tree.parents[node] < 0 ? 1 : 0;
  }
  return {
    rootService: firstRow === undefined ? '' : services.get(columns.services[firstRow]),
    rootName: firstRow === undefined ? '' : names.get(columns.names[firstRow]),
    isRootMissing: rootNode >= tree.rows,
    startMs: Number(baseNs / 1_000_000n) + tree.firstStart / 1e6,
    durationNs: tree.lastEnd - tree.firstStart,
    spans: tree.rows,
    services: seen.reduce((sum, one) => sum + one, 0),
    errors,
    depth: tree.nodes === 0 ? 0 : tree.maxDepth + 1,
    roots,
    phantoms: tree.nodes - tree.rows,
    cycles,
    duplicates,
    skewed,
  };
}

/** The row of a span id of 16 hex digits, -1 if it is not there. */
export function rowOfSpan({ columns, tree }: TraceTable, spanId: string): number {
  if (!/^[0-9a-f]{16}$/.test(spanId)) {
    return -1;
  }
  const wanted = Uint8Array.from({ length: 8 }, (_, at) => parseInt(spanId.slice(at * 2, at * 2 + 2), 16));
  const { spanIds } = columns;
  for (let row = 0, at = 0; row < tree.rows; row++, at += 8) {
    // Ids are random: the last byte tells most apart.
    if (
      spanIds[at + 7] === wanted[7] &&
      spanIds[at] === wanted[0] &&
      spanIds[at + 1] === wanted[1] &&
      spanIds[at + 2] === wanted[2] &&
      spanIds[at + 3] === wanted[3] &&
      spanIds[at + 4] === wanted[4] &&
      spanIds[at + 5] === wanted[5] &&
      spanIds[at + 6] === wanted[6]
    ) {
      return row;
    }
  }
  return -1;
}

/** 16 hex digits, of a phantom too. */
export function spanIdOfNode({ columns, tree }: TraceTable, node: number): string {
  return node < tree.rows ? spanIdText(columns.spanIds, node) : spanIdText(tree.phantomIds, node - tree.rows);
}

/** The status message of a row; empty if it has none. */
export function messageOfRow({ columns, messages }: TraceTable, row: number): string {
  const { messageRows } = columns;
  let low = 0;
  let high = messageRows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (messageRows[middle] < row) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return messageRows[low] === row ? messages.get(columns.messages[low]) : '';
}
