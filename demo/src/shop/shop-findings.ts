import {
  buildTree,
  findings,
  LocalTrace,
  runNow,
  type Finding,
  type FindingAttribute,
  type FindingsInput,
  type OperationHistory,
  type TraceTree,
} from '@clew/trace-model';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { SeenSpan } from './test-shop.ts';

/** Spans as they would be sent to a store, and read back from what was sent. */
export function tracesOf(spans: readonly SeenSpan[]): LocalTrace[] {
  const request = ProtobufTraceSerializer.serializeRequest(spans.map(({ span }) => span));
  return request ? LocalTrace.fromOtlp(request) : [];
}

export interface Analysed {
  readonly trace: LocalTrace;
  readonly tree: TraceTree;
  readonly found: readonly Finding[];
}

export type Knowledge = Pick<FindingsInput, 'usual' | 'instrumentedPeers'>;

export function analyse(trace: LocalTrace, knowledge: Knowledge = {}): Analysed {
  const tree = runNow(buildTree(trace.columns, { correctSkew: true }));
  const { columns, names, services, messages } = trace;
  const attributes = new Map<FindingAttribute, ReturnType<LocalTrace['column']>>();
  const attribute = (row: number, key: FindingAttribute): string | undefined => {
    let column = attributes.get(key);
    if (!column) {
      column = trace.column(`span.${key}`);
      attributes.set(key, column);
    }
    const value = column.values[row];
    return value === 0 ? undefined : column.texts[value - 1];
  };
  const found = runNow(findings({ tree, columns, names, services, messages, attribute, ...knowledge }));
  return { trace, tree, found };
}

/** The span that a finding says to look at first, by service and name. */
export function lookAt({ trace }: Analysed, { spans: [row] }: Finding): string {
  const { columns, names, services } = trace;
  return row < trace.rows
    ? `${services.get(columns.services[row])}: ${names.get(columns.names[row])}`
    : 'a missing span';
}

/** What is usual of each operation, as a store would compute it from the traces that it has. */
export function historyOf(traces: readonly LocalTrace[]): NonNullable<FindingsInput['usual']> {
  const seen = new Map<string, { durations: number[]; dark: number[]; children: number[]; errors: number }>();
  for (const { columns, names, services } of traces) {
    const tree = runNow(buildTree(columns, { correctSkew: true }));
    for (let row = 0; row < tree.rows; row++) {
      const key = JSON.stringify([services.get(columns.services[row]), names.get(columns.names[row])]);
      const of = seen.get(key) ?? { durations: [], dark: [], children: [], errors: 0 };
      seen.set(key, of);
      const position = tree.positions[row];
      let covered = tree.starts[row];
      let dark = 0;
      let children = 0;
      for (let at = position + 1; at < position + tree.subtreeSizes[position]; at += tree.subtreeSizes[at]) {
        const child = tree.order[at];
        dark += Math.max(0, Math.min(tree.starts[child], tree.ends[row]) - covered);
        covered = Math.max(covered, Math.min(tree.ends[child], tree.ends[row]));
        children += 1;
      }
      const duration = tree.ends[row] - tree.starts[row];
      of.durations.push(duration);
      of.dark.push(duration > 0 ? (dark + tree.ends[row] - covered) / duration : 0);
      of.children.push(children);
      of.errors += columns.statuses[row] === 2 ? 1 : 0;
    }
  }
  const history = new Map<string, OperationHistory>();
  for (const [key, { durations, dark, children, errors }] of seen) {
    history.set(key, {
      count: durations.length,
      p50Ns: quantile(durations, 0.5),
      p95Ns: quantile(durations, 0.95),
      p99Ns: quantile(durations, 0.99),
      errorRate: errors / durations.length,
      darkShareP95: quantile(dark, 0.95),
      childCountP95: quantile(children, 0.95),
    });
  }
  return (service, name) => history.get(JSON.stringify([service, name]));
}

function quantile(values: readonly number[], share: number): number {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * share))];
}
