import { type ServiceMap } from '@clew/trace-model';
import { MOST_NODES, sumOfCalls, type Calls, type MapEdge } from '../../../shared/serviceMap/mapEdge';

/** What is drawn of a trace's services. */
export interface MapGraph {
  /** Places in the `ServiceMap`, in its order: that of the services' first spans. */
  readonly services: readonly number[];
  /** Services that were left out, because there are too many. */
  readonly leftOut: number;
  /** All self time of the trace, in nanoseconds. */
  readonly totalNs: number;
  readonly edges: readonly MapEdge[];
  /** By place in `services`: calls of the service to itself. */
  readonly ownCalls: ReadonlyArray<Calls | undefined>;
}

/** Between two services one edge each way, whatever it goes through. */
export function mapGraph(map: ServiceMap, most = MOST_NODES): MapGraph {
  const all = Array.from(map.services, (_, place) => place);
  const bySelf = all.sort((left, right) => map.selfNs[right] - map.selfNs[left] || left - right);
  const services = bySelf.slice(0, most).sort((left, right) => left - right);
  const places = new Map(services.map((service, place) => [service, place]));
  const edges = new Map<number, MapEdge>();
  const ownCalls: Array<Calls | undefined> = services.map(() => undefined);
  map.edges.from.forEach((fromService, edge) => {
    const from = places.get(fromService);
    const to = places.get(map.edges.to[edge]);
    if (from === undefined || to === undefined) {
      return;
    }
    const calls = callsOf(map, edge);
    if (from === to) {
      ownCalls[from] = sumOfCalls(ownCalls[from], calls);
      return;
    }
    const key = from * most + to;
    edges.set(key, { from, to, ...sumOfCalls(edges.get(key), calls) });
  });
  return {
    services,
    leftOut: all.length - services.length,
    totalNs: map.selfNs.reduce((sum, selfNs) => sum + selfNs, 0),
    edges: [...edges.values()],
    ownCalls,
  };
}

function callsOf({ edges }: ServiceMap, edge: number): Calls {
  return {
    calls: edges.calls[edge],
    errors: edges.errors[edge],
    totalNs: edges.totalNs[edge],
    queued: edges.isAsync[edge] === 1 ? edges.calls[edge] : 0,
    waitNs: edges.waitNs[edge],
  };
}

/** By place in `ServiceMap.services`: spans that a search finds. `bits`: one a row. */
export function matchesByService(map: ServiceMap, serviceOfRow: Uint32Array, bits: Uint32Array): Uint32Array {
  const places = new Map(Array.from(map.services, (service, place) => [service, place]));
  const counts = new Uint32Array(map.services.length);
  for (let row = 0; row < serviceOfRow.length; row++) {
    if (bits[row >>> 5] & (1 << (row & 31))) {
      counts[places.get(serviceOfRow[row]) ?? 0] += 1;
    }
  }
  return counts;
}
