import { MOST_NODES, sumOfCalls, type Calls, type MapEdge } from '../../shared/serviceMap/mapEdge';
import { type MapEdgeJson, type MapNodeJson, type ServiceMapJson } from '../../shared/serviceMap/serviceMapJson';

/** What is drawn between two nodes, whatever it goes through. */
export interface PictureEdge extends MapEdge {
  readonly id: string;
  /** Of several kinds of calls that of the slower one. */
  readonly p95Ns: number;
  readonly unanswered: number;
}

export interface MapPicture {
  /** Their order is their places. */
  readonly nodes: readonly MapNodeJson[];
  readonly names: readonly string[];
  readonly leftOut: number;
  readonly edges: readonly PictureEdge[];
  /** By place: calls of a service to itself. */
  readonly ownCalls: ReadonlyArray<Calls | undefined>;
  /** All self time. */
  readonly selfNs: number;
}

export function mapPicture({ nodes: all, nodeCount, edges: found }: ServiceMapJson, most = MOST_NODES): MapPicture {
  const nodes = all.slice(0, most);
  const places = new Map(nodes.map(({ id }, place) => [id, place]));
  const edges = new Map<string, PictureEdge>();
  const ownCalls: Array<Calls | undefined> = nodes.map(() => undefined);
  for (const edge of found) {
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    if (from === undefined || to === undefined) {
      continue;
    }
    const calls = callsOf(edge);
    if (from === to) {
      ownCalls[from] = sumOfCalls(ownCalls[from], calls);
      continue;
    }
    const id = edgeId(edge);
    const known = edges.get(id);
    edges.set(id, {
      ...{ id, from, to },
      ...sumOfCalls(known, calls),
      p95Ns: Math.max(known?.p95Ns ?? 0, edge.p95Ns),
      unanswered: (known?.unanswered ?? 0) + edge.unanswered,
    });
  }
  return {
    nodes,
    names: nodes.map(nodeName),
    leftOut: nodeCount - nodes.length,
    edges: [...edges.values()],
    ownCalls,
    selfNs: all.reduce((sum, { selfNs }) => sum + selfNs, 0),
  };
}

export const edgeId = ({ from, to }: Pick<MapEdgeJson, 'from' | 'to'>): string => `${from} > ${to}`;

/** Of several databases of one system hosts are the names by which they are known, unless they are numbers. */
export function nodeName({ kind, service, address }: MapNodeJson): string {
  if (address !== undefined) {
    return /^(localhost|[\d.:a-f]+)$/i.test(address) ? `${service} ${address}` : address;
  }
  return service === '' && kind === 'service' ? '(no service name)' : service;
}

const callsOf = ({ calls, errors, totalNs, async: isAsync, waitNs }: MapEdgeJson): Calls => ({
  ...{ calls, errors, totalNs, waitNs },
  queued: isAsync ? calls : 0,
});
