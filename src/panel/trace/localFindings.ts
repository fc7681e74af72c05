import {
  buildTree,
  findings,
  spanIdText,
  type FindingAttribute,
  type LocalTrace,
  type Steps,
  type TraceTree,
} from '@clew/trace-model';
import { type TraceFinding } from './traceFinding';

/** What is wrong with a trace that no store has: what is usual is not known here. */
export function* localFindings(trace: LocalTrace): Steps<TraceFinding[]> {
  const { columns, names, services, messages } = trace;
  const tree = yield* buildTree(columns, { correctSkew: true });
  const read = new Map<FindingAttribute, ReturnType<LocalTrace['column']>>();
  const attribute = (row: number, key: FindingAttribute): string | undefined => {
    const column = read.get(key) ?? trace.column(`span.${key}`);
    read.set(key, column);
    const value = column.values[row];
    return value === 0 ? undefined : column.texts[value - 1];
  };
  const found = yield* findings({ tree, columns, names, services, messages, attribute });
  return found.map(({ kind, severity, title, detail, next, spans }) => ({
    ...{ kind, severity, title, detail, next },
    spanIds: spans.slice(0, MOST_SPANS).map((node) => idOf(tree, columns.spanIds, node)),
  }));
}

const MOST_SPANS = 50;

const idOf = (tree: TraceTree, spanIds: Uint8Array, node: number): string =>
  node < tree.rows ? spanIdText(spanIds, node) : spanIdText(tree.phantomIds, node - tree.rows);
