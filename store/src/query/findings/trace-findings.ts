import { findings, type Finding, type LikelyCaller, type OtherHalf } from '@clew/trace-model';

import { EngineError, TIMEOUT_EXCEEDED, type Engine } from '../../engine/engine.ts';
import { inTurns, namedSpan, readSkeleton, type NamedSpan, type TraceSkeleton } from '../analysis/trace-skeleton.ts';
import { tagValuesSql, type TagValueRow } from '../sql/tag-catalogue-sql.ts';
import { readFindingAttributes } from './finding-attributes.ts';
import { readHistory } from './operation-history.ts';
import { callerOf, callerSql, otherHalfOf, otherHalfSql, type CallRow, type RootRow } from './other-half.ts';

export interface FindingsRequest {
  readonly tenant: string;
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** Rows of the trace, at most. */
  readonly rows: number;
  /** Unix nanoseconds. */
  readonly nowNs: bigint;
}

/** A finding as JSON has it: docs/findings.md. */
export type FindingAnswer = Omit<Finding, 'spans'> & {
  readonly spans: readonly NamedSpan[];
  /** Spans that prove it, of which `spans` are the first. */
  readonly spanCount: number;
};

const MOST_PROOFS = 50;
/** OTLP's SpanKind. */
const SERVER = 2;
/** For a look at other traces that most traces do not need. */
const CALLER_LIMITS = { seconds: 1 };
const MOST_SERVICES = 10_000;

/** What is wrong with a trace, measured by what was usual before it. Rejects with EngineError. */
export async function traceFindings(engine: Engine, request: FindingsRequest): Promise<FindingAnswer[]> {
  const { tenant, traceId, rows, nowNs } = request;
  const [trace, attribute, serviceOf] = await Promise.all([
    readSkeleton(engine, tenant, traceId, rows),
    readFindingAttributes(engine, tenant, traceId),
    readServices(engine, tenant),
  ]);
  const { tree, columns, names, services, baseNs } = trace;
  const [root] = tree.order;
  if (root === undefined || root >= tree.rows) {
    return [];
  }
  const [usual, likelyCaller] = await Promise.all([
    readHistory(engine, {
      tenant,
      service: services.get(columns.services[root]),
      name: names.get(columns.names[root]),
      startNs: baseNs + columns.startOffsets[root],
    }),
    readCaller(engine, tenant, traceId, trace, root),
  ]);
  const ageNs = Math.max(0, Number(nowNs - baseNs) - tree.lastEnd);
  const input = {
    ...trace,
    attribute,
    usual,
    instrumentedPeers: (peer: string) => serviceOf(peer) !== undefined,
    ageNs,
    likelyCaller,
  };
  const first = await inTurns(findings(input));
  const halves = await readOtherHalves(engine, tenant, trace, first, (row) => {
    const peer = PEER_ATTRIBUTES.map((key) => attribute(row, key)).find((value) => value !== undefined);
    return peer === undefined ? undefined : serviceOf(peer);
  });
  // The rule that says it is the one that writes the sentences.
  const found =
    halves.size === 0 ? first : await inTurns(findings({ ...input, likelyOtherHalf: (row) => halves.get(row) }));
  return found.map(({ spans, ...finding }) => ({
    ...finding,
    spans: spans.slice(0, MOST_PROOFS).map((node) => namedSpan(trace, node)),
    spanCount: spans.length,
  }));
}

/** The call that the trace's root is the other half of. Undefined too where a look at the calls of that time takes too long. */
async function readCaller(
  engine: Engine,
  tenant: string,
  traceId: string,
  { tree, columns, services, baseNs }: TraceSkeleton,
  root: number
): Promise<LikelyCaller | undefined> {
  if (columns.kinds[root] !== SERVER || tree.parents[root] !== -1) {
    return undefined;
  }
  const at = (ns: number): bigint => baseNs + BigInt(Math.round(ns));
  const service = services.get(columns.services[root]);
  const answer = { service, traceId, startNs: at(tree.starts[root]), endNs: at(tree.ends[root]) };
  try {
    return callerOf(answer, await engine.rows<CallRow>(callerSql(tenant, answer), CALLER_LIMITS));
  } catch (error) {
    if (error instanceof EngineError && error.clickhouseCode === TIMEOUT_EXCEEDED) {
      return undefined;
    }
    throw error;
  }
}

/** By row: the traces that calls without a server side likely went on in. */
async function readOtherHalves(
  engine: Engine,
  tenant: string,
  { tree, baseNs }: TraceSkeleton,
  found: readonly Finding[],
  serviceOf: (row: number) => string | undefined
): Promise<Map<number, OtherHalf>> {
  const halves = new Map<number, OtherHalf>();
  for (const { kind, spans } of found) {
    const [row] = spans;
    const service = kind === 'lost-context' ? serviceOf(row) : undefined;
    if (service !== undefined) {
      const at = (ns: number): bigint => baseNs + BigInt(Math.round(ns));
      const call = { service, startNs: at(tree.starts[row]), endNs: at(tree.ends[row]) };
      const half = otherHalfOf(call, await engine.rows<RootRow>(otherHalfSql(tenant, call)));
      if (half) {
        halves.set(row, half);
      }
    }
  }
  return halves;
}

/** Where a call says whom it called, as the rules read it. */
const PEER_ATTRIBUTES = ['peer.service', 'server.address', 'net.peer.name'] as const;

/**
 * The service that sends spans under a host's name, as its spans name it: `acquirer` for `acquirer.shop.svc.cluster.local`.
 */
async function readServices(engine: Engine, tenant: string): Promise<(peer: string) => string | undefined> {
  const isAny = { startNs: undefined, endNs: undefined };
  const rows = await engine.rows<TagValueRow>(tagValuesSql(tenant, ['resource'], 'service.name', isAny, MOST_SERVICES));
  const known = new Map(rows.map(({ value }) => [value.toLowerCase(), value]));
  return (peer) => known.get(peer.toLowerCase()) ?? known.get(peer.toLowerCase().split('.', 1)[0]);
}
