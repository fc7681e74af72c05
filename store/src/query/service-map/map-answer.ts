import type { EdgeSum, MapSum, NodeSum } from './map-sum.ts';

/** Times in nanoseconds. */
export interface MapNode {
  /** What edges call it; it stays the same from one answer to the next. */
  readonly id: string;
  readonly service: string;
  readonly kind: NodeSum['kind'];
  /** Of a database: which one of several of its system. */
  readonly address?: string;
  readonly spans: number;
  readonly errors: number;
  readonly selfNs: number;
  readonly requests: number;
  readonly failedRequests: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
}

export interface MapEdge {
  /** Ids of nodes. */
  readonly from: string;
  readonly to: string;
  readonly async: boolean;
  readonly calls: number;
  readonly errors: number;
  /** Calls of which the caller alone sent a span. */
  readonly unanswered: number;
  readonly totalNs: number;
  readonly waitNs: number;
  readonly p95Ns: number;
}

/** As JSON has it: docs/api.md. */
export interface MapAnswer {
  readonly traces: number;
  /** More traces match. */
  readonly truncated: boolean;
  /** When the first span of these traces began; null if there are none. */
  readonly startUnixNano: string | null;
  readonly nodes: readonly MapNode[];
  /** Of which `nodes` are the first. */
  readonly nodeCount: number;
  /** Between these nodes. */
  readonly edges: readonly MapEdge[];
}

interface Read {
  readonly traces: number;
  readonly truncated: boolean;
  readonly startNs: bigint | undefined;
}

/** Addresses may be many. */
const MOST_NODES = 1000;

/** Those of which the most was asked come first. */
export function mapAnswer(sum: MapSum, { traces, truncated, startNs }: Read): MapAnswer {
  const all = sum.result();
  const ordered = all.nodes
    .map((node) => ({ node, id: idOf(node) }))
    .sort(
      (a, b) => b.node.requests.count - a.node.requests.count || b.node.spans - a.node.spans || inOrder(a.id, b.id)
    );
  const ids = new Map(ordered.slice(0, MOST_NODES).map(({ node, id }) => [node, id]));
  const edges = all.edges.flatMap((edge) => {
    const [from, to] = [ids.get(edge.from), ids.get(edge.to)];
    return from === undefined || to === undefined ? [] : [edgeAnswer(edge, from, to)];
  });
  return {
    traces,
    truncated,
    startUnixNano: startNs === undefined ? null : String(startNs),
    nodes: [...ids].map(([node, id]) => nodeAnswer(node, id)),
    nodeCount: ordered.length,
    edges: edges.sort((a, b) => b.calls - a.calls || inOrder(a.from, b.from) || inOrder(a.to, b.to)),
  };
}

function nodeAnswer(node: NodeSum, id: string): MapNode {
  const { kind, name, address, spans, errors, selfNs, requests, failedRequests } = node;
  const [p50Ns, p95Ns] = requests.quantiles(0.5, 0.95);
  return {
    id,
    service: name,
    kind,
    ...(address === '' ? {} : { address }),
    ...{ spans, errors, selfNs, requests: requests.count, failedRequests, p50Ns, p95Ns },
  };
}

function edgeAnswer({ isAsync, errors, unanswered, waitNs, durations }: EdgeSum, from: string, to: string): MapEdge {
  const [p95Ns] = durations.quantiles(0.95);
  return {
    from,
    to,
    async: isAsync,
    calls: durations.count,
    errors,
    unanswered,
    totalNs: durations.totalNs,
    waitNs,
    p95Ns,
  };
}

const idOf = ({ kind, name, address }: NodeSum): string => `${kind}:${name}${address === '' ? '' : `@${address}`}`;

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
