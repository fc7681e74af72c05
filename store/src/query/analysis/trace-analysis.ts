import {
  AttributeColumnDecoder,
  criticalPath,
  groupKey,
  parallelism,
  selfTime,
  serviceMap,
  spanIdText,
  statistics,
  UNTOLD_VALUE,
  type AnalysisInput,
  type CriticalPath,
  type GroupKey,
  type Parallelism,
  type ReadyKey,
  type ServiceMap,
  type Statistics,
  type Steps,
} from '@clew/trace-model';

import type { Engine } from '../../engine/engine.ts';
import type { ColumnPlan } from '../trace/column-plan.ts';
import { traceColumn } from '../trace/trace-column.ts';
import { firstOf } from './first-of.ts';
import { inTurns, namedSpan, readSkeleton, type NamedSpan } from './trace-skeleton.ts';

/** What spans are grouped by: something that every span has, or an attribute. `text`: as it was asked for. */
export type GroupBy =
  | { readonly kind: 'ready'; readonly text: ReadyKey }
  | { readonly kind: 'attribute'; readonly text: string; readonly plan: ColumnPlan };

export interface AnalysisRequest {
  readonly tenant: string;
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** Rows of the trace, at most. */
  readonly rows: number;
  readonly by: readonly [GroupBy] | readonly [GroupBy, GroupBy];
  /** 16 lower-case hex digits: the path is that of this span's subtree. */
  readonly spanId: string | undefined;
  /** The path goes on to the last end. */
  readonly wholeTrace: boolean;
  /** Elements of each list of the answer. */
  readonly limit: number;
}

/** As JSON has it. Times are in nanoseconds, starts after the trace's first start. docs/api.md says what each is. */
export interface AnalysisAnswer {
  readonly traceId: string;
  readonly spans: number;
  readonly durationNs: number;
  readonly criticalPath: {
    readonly totalNs: number;
    readonly segments: ReadonlyArray<
      NamedSpan & { readonly startNs: number; readonly durationNs: number; readonly wait: boolean }
    >;
    readonly segmentCount: number;
    readonly truncated: boolean;
  };
  readonly statistics: readonly StatisticsRow[];
  /** Of which `statistics` are the first. */
  readonly groupCount: number;
  readonly parallelism: {
    readonly busyNs: number;
    readonly workNs: number;
    readonly average: number;
    readonly max: number;
    readonly maxAtNs: number;
    readonly maxFanOut: number;
    /** Where children are `maxFanOut`. */
    readonly maxFanOutSpan: NamedSpan | null;
  };
  readonly services: { readonly nodes: readonly ServiceNode[]; readonly edges: readonly ServiceEdge[] };
}

export interface StatisticsRow {
  /** null where the spans have no value. */
  readonly by: Readonly<Record<string, string | null>>;
  /** Those of `by` that the spans have, with values too long or too many to be told. */
  readonly untold?: readonly string[];
  readonly count: number;
  readonly errors: number;
  readonly totalNs: number;
  readonly avgNs: number;
  readonly minNs: number;
  readonly maxNs: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly selfNs: number;
  readonly onPathNs: number;
  readonly pathShare: number;
}

export interface ServiceNode {
  readonly service: string;
  readonly spans: number;
  readonly errors: number;
  readonly selfNs: number;
}

export interface ServiceEdge {
  readonly from: string;
  readonly to: string;
  readonly async: boolean;
  readonly calls: number;
  readonly errors: number;
  readonly totalNs: number;
  readonly waitNs: number;
}

/** Why there is no answer: the span is not in the trace, or spans came in while it was read, more than once. */
export type NoAnalysis = 'no such span' | 'growing';

interface Key extends GroupKey {
  readonly isUntold: (index: number) => boolean;
}

/** Each reads the trace anew. */
const MOST_TRIES = 3;

/** What one trace is made of. Rejects with EngineError. */
export async function traceAnalysis(engine: Engine, request: AnalysisRequest): Promise<AnalysisAnswer | NoAnalysis> {
  const { tenant, traceId, rows, by } = request;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const [input, ...columns] = await Promise.all([
      readSkeleton(engine, tenant, traceId, rows),
      ...by.map((key) => (key.kind === 'attribute' ? readColumn(engine, request, key.plan) : undefined)),
    ]);
    if (columns.every((column) => column === undefined || column.values.length === input.tree.rows)) {
      return inTurns(answer(input, request, columns));
    }
  }
  return 'growing';
}

async function readColumn(
  engine: Engine,
  { tenant, traceId, rows }: AnalysisRequest,
  plan: ColumnPlan
): Promise<AttributeColumnDecoder> {
  const decoder = new AttributeColumnDecoder();
  for await (const chunk of traceColumn(engine, { tenant, traceId, plan, rows })) {
    decoder.push(chunk);
  }
  decoder.end();
  return decoder;
}

function* answer(
  input: AnalysisInput,
  { traceId, by, spanId, wholeTrace, limit }: AnalysisRequest,
  columns: ReadonlyArray<AttributeColumnDecoder | undefined>
): Steps<AnalysisAnswer | NoAnalysis> {
  const { tree } = input;
  const root = spanId === undefined ? undefined : yield* nodeOf(input, spanId);
  if (root === -1) {
    return 'no such span';
  }
  const keys = by.map((key, index) => keyOf(input, key, columns[index])) as [Key] | [Key, Key];
  const self = yield* selfTime(input);
  const path = yield* criticalPath(input, { root, wholeTrace });
  const groups = yield* statistics(input, self, path, { by: keys });
  return {
    traceId,
    spans: tree.rows,
    durationNs: tree.lastEnd - tree.firstStart,
    criticalPath: yield* pathAnswer(input, path, limit),
    statistics: yield* statisticsAnswer(groups, by, keys, limit),
    groupCount: groups.groups,
    parallelism: parallelismAnswer(input, yield* parallelism(input)),
    services: yield* servicesAnswer(input, yield* serviceMap(input, self), limit),
  };
}

/** The first row with the id, -1 without one. */
function* nodeOf({ tree, columns: { spanIds } }: AnalysisInput, spanId: string): Steps<number> {
  const wanted = Buffer.from(spanId, 'hex');
  const ids = Buffer.from(spanIds.buffer, spanIds.byteOffset, spanIds.byteLength);
  for (let at = ids.indexOf(wanted); at !== -1; at = ids.indexOf(wanted, at + 1)) {
    if (at % 8 === 0) {
      return at / 8;
    }
    yield;
  }
  for (let phantom = 0; phantom < tree.nodes - tree.rows; phantom++) {
    if (spanIdText(tree.phantomIds, phantom) === spanId) {
      return tree.rows + phantom;
    }
    if (phantom % 4096 === 0) {
      yield;
    }
  }
  return -1;
}

function keyOf(input: AnalysisInput, key: GroupBy, column: AttributeColumnDecoder | undefined): Key {
  if (key.kind === 'ready' || column === undefined) {
    return { ...groupKey(input, key.text as ReadyKey), isUntold: () => false };
  }
  const { texts, values } = column;
  return { values, text: (index) => texts.get(index), isUntold: (index) => index === UNTOLD_VALUE - 1 };
}

function* pathAnswer(
  input: AnalysisInput,
  { nodes, starts, ends, waits, totalNs }: CriticalPath,
  limit: number
): Steps<AnalysisAnswer['criticalPath']> {
  const lengthOf = (segment: number) => ends[segment] - starts[segment];
  const longest = yield* firstOf(nodes.length, limit, (a, b) => lengthOf(b) - lengthOf(a) || a - b);
  return {
    totalNs,
    segments: longest
      .sort((a, b) => a - b)
      .map((segment) => ({
        ...namedSpan(input, nodes[segment]),
        startNs: starts[segment] - input.tree.firstStart,
        durationNs: lengthOf(segment),
        wait: waits[segment] === 1,
      })),
    segmentCount: nodes.length,
    truncated: nodes.length > longest.length,
  };
}

function* statisticsAnswer(
  groups: Statistics,
  by: readonly GroupBy[],
  keys: readonly Key[],
  limit: number
): Steps<StatisticsRow[]> {
  const { onPathNs, selfNs, totalNs } = groups;
  const first = yield* firstOf(
    groups.groups,
    limit,
    (a, b) => onPathNs[b] - onPathNs[a] || selfNs[b] - selfNs[a] || totalNs[b] - totalNs[a] || a - b
  );
  return first.map((group) => {
    const values = [groups.first[group], groups.second[group]];
    const untold = by.filter((_, at) => values[at] > 0 && keys[at].isUntold(values[at] - 1));
    const isTold = (at: number) => values[at] > 0 && !keys[at].isUntold(values[at] - 1);
    return {
      by: Object.fromEntries(by.map(({ text }, at) => [text, isTold(at) ? keys[at].text(values[at] - 1) : null])),
      ...(untold.length > 0 ? { untold: untold.map(({ text }) => text) } : {}),
      count: groups.counts[group],
      errors: groups.errors[group],
      totalNs: totalNs[group],
      avgNs: groups.avgNs[group],
      minNs: groups.minNs[group],
      maxNs: groups.maxNs[group],
      p50Ns: groups.p50Ns[group],
      p95Ns: groups.p95Ns[group],
      selfNs: selfNs[group],
      onPathNs: onPathNs[group],
      pathShare: groups.pathShare[group],
    };
  });
}

function parallelismAnswer(
  input: AnalysisInput,
  { busyNs, workNs, average, max, maxAt, fanOut, maxFanOut }: Parallelism
): AnalysisAnswer['parallelism'] {
  return {
    busyNs,
    workNs,
    average,
    max,
    maxAtNs: max === 0 ? 0 : maxAt - input.tree.firstStart,
    maxFanOut,
    maxFanOutSpan: maxFanOut === 0 ? null : namedSpan(input, fanOut.indexOf(maxFanOut)),
  };
}

function* servicesAnswer(
  { services: texts }: AnalysisInput,
  { services, spans, errors, selfNs, edges }: ServiceMap,
  limit: number
): Steps<AnalysisAnswer['services']> {
  const nameOf = (service: number) => texts.get(services[service]);
  const nodes = yield* firstOf(services.length, limit, (a, b) => selfNs[b] - selfNs[a] || a - b);
  const calls = yield* firstOf(
    edges.from.length,
    limit,
    (a, b) => edges.totalNs[b] - edges.totalNs[a] || edges.calls[b] - edges.calls[a] || a - b
  );
  return {
    nodes: nodes.map((node) => ({
      service: nameOf(node),
      spans: spans[node],
      errors: errors[node],
      selfNs: selfNs[node],
    })),
    edges: calls.map((edge) => ({
      from: nameOf(edges.from[edge]),
      to: nameOf(edges.to[edge]),
      async: edges.isAsync[edge] === 1,
      calls: edges.calls[edge],
      errors: edges.errors[edge],
      totalNs: edges.totalNs[edge],
      waitNs: edges.waitNs[edge],
    })),
  };
}
