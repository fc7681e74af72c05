import { type TraceTable } from '../../trace/traceTable';
import { type LogLine } from '../logLine';
import { type SentTimes } from './placeLogs';

/** By line: the node of the span that it names, -1 for none. Of spans that share an id, the one of the line's service and time. */
export function nodesOfSpanIds(
  lines: readonly LogLine[],
  times: Float64Array,
  table: TraceTable,
  sent: SentTimes
): Int32Array {
  const { columns, tree, services, traceId } = table;
  const wanted = new Map<string, number[]>();
  // Two bytes of an id tell nearly all spans that no line names from the others.
  const seen = new Uint8Array(0x1_0000);
  /** A line may tell of another trace and name this one besides. */
  const named = lines.map(({ spanId, traceId: other }) =>
    other === undefined || isSame(other, traceId) ? spanId : undefined
  );
  for (const spanId of named) {
    if (spanId !== undefined) {
      wanted.set(spanId, []);
      seen[parseInt(spanId.slice(12), 16)] = 1;
    }
  }
  const nodes = new Int32Array(lines.length).fill(-1);
  if (wanted.size === 0) {
    return nodes;
  }
  const collect = (ids: Uint8Array, count: number, firstNode: number): void => {
    for (let index = 0; index < count; index++) {
      const at = index * 8;
      if (seen[ids[at + 6] * 256 + ids[at + 7]] === 1) {
        wanted.get(hexOf(ids, at))?.push(firstNode + index);
      }
    }
  };
  collect(columns.spanIds, tree.rows, 0);
  collect(tree.phantomIds, tree.nodes - tree.rows, tree.rows);
  lines.forEach(({ service }, line) => {
    const found = wanted.get(named[line] ?? '') ?? [];
    const isOfService = (node: number) => node < tree.rows && services.get(columns.services[node]) === service;
    const ranThen = (node: number) =>
      node < tree.rows && sent.starts[node] <= times[line] && times[line] <= sent.ends[node];
    nodes[line] =
      found.find((node) => isOfService(node) && ranThen(node)) ??
      found.find(isOfService) ??
      found.find(ranThen) ??
      found[0] ??
      -1;
  });
  return nodes;
}

/** Also where one of the two has lost its upper half. */
const isSame = (named: string, traceId: string): boolean =>
  named === traceId || (named.startsWith('0'.repeat(16)) && named.slice(16) === traceId.slice(16));

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const hexOf = (bytes: Uint8Array, at: number): string =>
  HEX[bytes[at]] +
  HEX[bytes[at + 1]] +
  HEX[bytes[at + 2]] +
  HEX[bytes[at + 3]] +
  HEX[bytes[at + 4]] +
  HEX[bytes[at + 5]] +
  HEX[bytes[at + 6]] +
  HEX[bytes[at + 7]];
