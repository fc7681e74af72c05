import { type FlameGraph } from '@clew/trace-model';
import { quoteString } from '@clew/traceql';
import { formatCount, formatDurationMs, formatPercent } from '../../../shared/format';
import { type TraceTable } from '../../trace/traceTable';
import { WHOLE, type FlamePlaces } from './flameLayout';

/** By path from the roots down, or by operation and who called it. */
export type FlameMode = 'paths' | 'callers';

export interface FlameFacts {
  /** '' for what is no one's. */
  readonly service: string;
  readonly name: string;
  readonly count: number;
  readonly errors: number;
  readonly isSpans: boolean;
  /** Title and value. */
  readonly lines: ReadonlyArray<readonly [string, string]>;
}

type TextTable = Pick<TraceTable, 'names' | 'services'>;

export const serviceOf = ({ services }: TextTable, graph: FlameGraph, node: number): string =>
  node === WHOLE || graph.services[node] === -1 ? '' : services.get(graph.services[node]);

export function nameOf({ names }: TextTable, graph: FlameGraph, node: number, mode: FlameMode): string {
  if (node === WHOLE) {
    return mode === 'paths' ? 'All of the trace' : 'All operations';
  }
  if (graph.names[node] === -1) {
    return 'Missing parent';
  }
  return names.get(graph.names[node]) || '(no name)';
}

/** What is said of a node, or of WHOLE. */
export function factsOf(table: TextTable, places: FlamePlaces, node: number, mode: FlameMode): FlameFacts {
  const { graph, total } = places;
  const service = serviceOf(table, graph, node);
  const name = nameOf(table, graph, node, mode);
  if (node === WHOLE) {
    return { service, name, count: 0, errors: 0, isSpans: false, lines: [['Self time', duration(total)]] };
  }
  const count = graph.counts[node];
  const errors = graph.errors[node];
  const value = graph.valueNs[node];
  const isSpans = graph.names[node] !== -1;
  const lines: Array<readonly [string, string]> = [];
  const isCaller = mode === 'callers' && graph.parents[node] !== WHOLE;
  if (isCaller) {
    lines.push(['Caller of', operationText(table, graph, rootOf(graph, node))]);
  }
  lines.push(
    [isCaller ? 'Calls this way' : isSpans ? 'Spans' : 'Missing', formatCount(count)],
    [
      'Total',
      count > 1
        ? `${duration(graph.totalNs[node])} (${duration(graph.totalNs[node] / count)} each)`
        : duration(graph.totalNs[node]),
    ],
    ['Self', duration(graph.selfNs[node])]
  );
  if (mode === 'paths' && graph.subtreeSizes[node] > 1) {
    lines.push(['Self with all below', duration(value)]);
  }
  lines.push(['Share of the trace', formatPercent(value, total)]);
  if (errors > 0) {
    lines.push(['Errors', formatCount(errors)]);
  }
  return { service, name, count, errors, isSpans, lines };
}

export const duration = (ns: number): string => formatDurationMs(ns / 1e6);

/** `cart GET /items`. */
export const operationText = (table: TextTable, graph: FlameGraph, node: number): string =>
  [serviceOf(table, graph, node), nameOf(table, graph, node, 'paths')].filter(Boolean).join(' ');

/** TraceQL of all spans of the node's operation; undefined for what has no spans. */
export function queryOf({ names, services }: TextTable, graph: FlameGraph, node: number): string | undefined {
  if (node === WHOLE || graph.names[node] === -1) {
    return undefined;
  }
  const name = `name = ${quoteString(names.get(graph.names[node]))}`;
  const service = services.get(graph.services[node]);
  // What names no service has nothing to be asked for by.
  return service === '' ? `{ ${name} }` : `{ resource.service.name = ${quoteString(service)} && ${name} }`;
}

function rootOf({ parents }: FlameGraph, node: number): number {
  let root = node;
  while (parents[root] !== WHOLE) {
    root = parents[root];
  }
  return root;
}
