import { CLIENT, CONSUMER, PRODUCER, SERVER } from '../tree/parents.ts';
import { STRIDE, type Steps } from '../tree/steps.ts';
import { STATUS_ERROR, type AnalysisInput } from './input.ts';
import { PairIndex } from './pair-index.ts';
import type { SelfTime } from './self-time.ts';

/**
 * Services and the calls between them. A call is a child of another service than its parent's, and a server below a client or a
 * consumer below a producer of the same one. Times in nanoseconds. Links are not followed.
 */
export interface ServiceMap {
  /** By service, in the order of their first rows: its index in the dictionary, its spans, those of them that failed, its work. */
  readonly services: Uint32Array;
  readonly spans: Uint32Array;
  readonly errors: Uint32Array;
  readonly selfNs: Float64Array;
  readonly edges: ServiceEdges;
}

/** By edge, in the order of their first calls' places in the tree. What goes through a queue is an edge apart. */
export interface ServiceEdges {
  /** Places in `services`. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** 1 where the caller is a producer or the called one a consumer. */
  readonly isAsync: Uint8Array;
  readonly calls: Uint32Array;
  /** Calls of which the called span failed, or the client or producer span that made it. */
  readonly errors: Uint32Array;
  /** The sum of the called spans' durations. */
  readonly totalNs: Float64Array;
  /** Asynchronous edges: the sum of the times between the end of the caller and the start of what it set off. */
  readonly waitNs: Float64Array;
}

/** Whether a span that is the child of another one is called by it. */
export const isCall = (parentKind: number, kind: number, isSameService: boolean): boolean =>
  !isSameService || (parentKind === CLIENT && kind === SERVER) || (parentKind === PRODUCER && kind === CONSUMER);

/** Whether a call goes through a queue. */
export const isQueued = (parentKind: number, kind: number): boolean => parentKind === PRODUCER || kind === CONSUMER;

/** Linear. */
export function* serviceMap(
  { tree, columns }: AnalysisInput,
  { selfNs: selfOfNode }: Pick<SelfTime, 'selfNs'>
): Steps<ServiceMap> {
  const { rows, nodes, order, parents, starts, ends } = tree;
  const { kinds, statuses } = columns;
  const services = new PairIndex();
  const edges = new PairIndex();
  const serviceOf = new Uint32Array(rows);
  const edgeOf = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    serviceOf[row] = services.add(columns.services[row], 0);
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  for (let position = 0; position < nodes; position++) {
    const row = order[position];
    const parent = parents[row];
    if (parent !== -1 && parent < rows) {
      if (isCall(kinds[parent], kinds[row], serviceOf[parent] === serviceOf[row])) {
        const isQueue = isQueued(kinds[parent], kinds[row]);
        edgeOf[row] = 1 + edges.add(serviceOf[parent], serviceOf[row] * 2 + (isQueue ? 1 : 0));
      }
    }
    if (position % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  const to = edges.seconds();
  const result = {
    services: services.firsts(),
    spans: new Uint32Array(services.length),
    errors: new Uint32Array(services.length),
    selfNs: new Float64Array(services.length),
    edges: {
      from: edges.firsts(),
      to: to.map((packed) => packed >>> 1),
      isAsync: Uint8Array.from(to, (packed) => packed & 1),
      calls: new Uint32Array(edges.length),
      errors: new Uint32Array(edges.length),
      totalNs: new Float64Array(edges.length),
      waitNs: new Float64Array(edges.length),
    },
  };
  for (let row = 0; row < rows; row++) {
    const service = serviceOf[row];
    const hasFailed = statuses[row] === STATUS_ERROR;
    result.spans[service] += 1;
    result.errors[service] += hasFailed ? 1 : 0;
    result.selfNs[service] += selfOfNode[row];
    if (edgeOf[row] !== 0) {
      const edge = edgeOf[row] - 1;
      const parent = parents[row];
      const callFailed =
        hasFailed || (statuses[parent] === STATUS_ERROR && (kinds[parent] === CLIENT || kinds[parent] === PRODUCER));
      result.edges.calls[edge] += 1;
      result.edges.errors[edge] += callFailed ? 1 : 0;
      result.edges.totalNs[edge] += ends[row] - starts[row];
      result.edges.waitNs[edge] += result.edges.isAsync[edge] === 1 ? Math.max(0, starts[row] - ends[parent]) : 0;
    }
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  return result;
}
