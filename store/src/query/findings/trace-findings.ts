import {
  AttributeColumnDecoder,
  buildTree,
  decodeTraceFrame,
  FINDING_ATTRIBUTES,
  findings,
  joinChunks,
  runSliced,
  spanIdText,
  type Finding,
  type FindingAttribute,
  type Steps,
} from '@clew/trace-model';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Engine } from '../../engine/engine.ts';
import { readKnownKeys } from '../run/read-known-keys.ts';
import { traceFrame } from '../run/trace-frame.ts';
import { mayHaveAnywhere } from '../sql/known-keys.ts';
import { tagValuesSql, type TagValueRow } from '../sql/tag-catalogue-sql.ts';
import { planColumn } from '../trace/column-plan.ts';
import { traceColumn } from '../trace/trace-column.ts';
import { readHistory } from './operation-history.ts';

export interface FindingsRequest {
  readonly tenant: string;
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** Rows of the trace, at most. */
  readonly rows: number;
  /** Unix nanoseconds. */
  readonly nowNs: bigint;
}

/** A span that proves something. A parent that nobody sent has an id alone. */
export interface ProofSpan {
  readonly spanId: string;
  readonly service?: string;
  readonly name?: string;
}

/** A finding as JSON has it: docs/findings.md. */
export type FindingAnswer = Omit<Finding, 'spans'> & {
  readonly spans: readonly ProofSpan[];
  /** Spans that prove it, of which `spans` are the first. */
  readonly spanCount: number;
};

/** Milliseconds of work before others get a turn. */
const BUDGET_MS = 5;
const MOST_PROOFS = 50;
const MOST_SERVICES = 10_000;

/** What is wrong with a trace, measured by what was usual before it. Rejects with EngineError. */
export async function traceFindings(engine: Engine, request: FindingsRequest): Promise<FindingAnswer[]> {
  const { tenant, traceId, rows, nowNs } = request;
  const bytes: Uint8Array[] = [];
  for await (const chunk of traceFrame(engine, tenant, traceId, rows)) {
    bytes.push(chunk);
  }
  const { frame, chunks } = decodeTraceFrame(Buffer.concat(bytes));
  const columns = joinChunks(chunks);
  const { names, services, messages, baseNs } = frame;
  const tree = await inTurns(buildTree(columns, { correctSkew: true }));
  const [root] = tree.order;
  if (root === undefined || root >= tree.rows) {
    return [];
  }
  const [attribute, usual, instrumentedPeers] = await Promise.all([
    readAttributes(engine, request),
    readHistory(engine, {
      tenant,
      service: services.get(columns.services[root]),
      name: names.get(columns.names[root]),
      startNs: baseNs + columns.startOffsets[root],
    }),
    readServices(engine, tenant),
  ]);
  const ageNs = Math.max(0, Number(nowNs - baseNs) - tree.lastEnd);
  const found = await inTurns(
    findings({ tree, columns, names, services, messages, attribute, usual, instrumentedPeers, ageNs })
  );
  const proof = (node: number): ProofSpan =>
    node < tree.rows
      ? {
          spanId: spanIdText(columns.spanIds, node),
          service: services.get(columns.services[node]),
          name: names.get(columns.names[node]),
        }
      : { spanId: spanIdText(tree.phantomIds, node - tree.rows) };
  return found.map(({ spans, ...finding }) => ({
    ...finding,
    spans: spans.slice(0, MOST_PROOFS).map(proof),
    spanCount: spans.length,
  }));
}

const inTurns = <Result>(steps: Steps<Result>): Promise<Result> =>
  runSliced(steps, { budgetMs: BUDGET_MS, pause: nextTurn, now: () => performance.now() });

/** Those of the attributes that rules read which spans of the tenant have. */
async function readAttributes(
  engine: Engine,
  { tenant, traceId, rows }: FindingsRequest
): Promise<(row: number, key: FindingAttribute) => string | undefined> {
  const keys = await readKnownKeys(engine, tenant, FINDING_ATTRIBUTES);
  const columns = new Map<FindingAttribute, AttributeColumnDecoder>();
  await Promise.all(
    FINDING_ATTRIBUTES.filter((key) => mayHaveAnywhere(keys, 'span', key)).map(async (key) => {
      const decoder = new AttributeColumnDecoder();
      for await (const chunk of traceColumn(engine, { tenant, traceId, plan: planColumn(`span.${key}`), rows })) {
        decoder.push(chunk);
      }
      columns.set(key, decoder);
    })
  );
  return (row, key) => {
    const column = columns.get(key);
    const value = column?.values[row] ?? 0;
    return column && value > 0 && value <= column.texts.length ? column.texts.get(value - 1) : undefined;
  };
}

/** Whether a host's name is that of a service that sends spans: `acquirer`, `acquirer.shop.svc.cluster.local`. */
async function readServices(engine: Engine, tenant: string): Promise<(peer: string) => boolean> {
  const isAny = { startNs: undefined, endNs: undefined };
  const rows = await engine.rows<TagValueRow>(tagValuesSql(tenant, ['resource'], 'service.name', isAny, MOST_SERVICES));
  const known = new Set(rows.map(({ value }) => value.toLowerCase()));
  return (peer) => known.has(peer.toLowerCase()) || known.has(peer.toLowerCase().split('.', 1)[0]);
}
