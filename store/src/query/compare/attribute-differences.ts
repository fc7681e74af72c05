import { falseDiscoveryRates, proportionTest } from '@clew/trace-model';
import { TraceqlError, type Value } from '@clew/traceql';

import type { Engine } from '../../engine/engine.ts';
import { readComparison, type ComparedAttribute, type ValueCounts } from '../metrics/comparison-run.ts';
import { probeMetricKeys } from '../metrics/metric-keys.ts';
import type { Condition, SpanTimeRange } from '../plan/plan.ts';
import { planTraceql } from '../plan/traceql-plan.ts';
import { anyValue } from '../run/search-result.ts';

/** A value that spans of one side have more often than those of the other. Shares are of all spans that the side's query yields. */
export interface AttributeDifference {
  /** As TraceQL writes it, intrinsics as compare() names them. */
  readonly attribute: string;
  readonly value: string;
  readonly a: { readonly spans: number; readonly share: number };
  readonly b: { readonly spans: number; readonly share: number };
  /** How sure the difference is, 0 to 1: as if spans were independent, which those of one trace are not. */
  readonly sure: number;
}

export interface SpanQuery {
  readonly q: string;
  readonly range: SpanTimeRange;
}

/** Values of each attribute that are looked at, by side: the most frequent ones. */
const TOP = 50;
const MOST_DIFFERENCES = 30;
/** Less is not worth a line. */
const LEAST_DIFFERENCE = 0.05;
const LEAST_SURE = 0.95;
/** Fewer spans are an anecdote. */
const LEAST_SPANS = 5;

/** A connection or a thread has these by chance: they tell spans apart, and say nothing of why. */
const BY_CHANCE: ReadonlySet<string> = new Set([
  'span.network.peer.port',
  'span.network.local.port',
  'span.client.port',
  'span.net.peer.port',
  'span.net.sock.peer.port',
  'span.thread.id',
]);

const NEVER: Condition = { kind: 'constant', value: false };

/**
 * What sets the spans of one query apart from those of another, by the counts that TraceQL's compare() makes: all spans of the range,
 * each attribute. Those that differ most come first. Undefined where SQL alone cannot say which spans a query yields. Rejects with
 * EngineError.
 */
export async function attributeDifferences(
  engine: Engine,
  tenant: string,
  a: SpanQuery,
  b: SpanQuery,
  nowNs: bigint
): Promise<AttributeDifference[] | undefined> {
  const [conditionA, conditionB] = [conditionOf(a.q), conditionOf(b.q)];
  if (!conditionA || !conditionB) {
    return undefined;
  }
  const countsA = await readCounts(engine, tenant, conditionA, a.range, nowNs);
  const countsB = await readCounts(engine, tenant, conditionB, b.range, nowNs);
  if (countsA.spans === 0 || countsB.spans === 0) {
    return [];
  }
  const all = Array.from(new Map([...countsA.values, ...countsB.values]), ([key, { attribute, value }]) => {
    const side = ({ values, spans }: SideCounts) => {
      const count = values.get(key)?.count ?? 0;
      return { spans: count, share: count / spans };
    };
    return { attribute, value, a: side(countsA), b: side(countsB) };
  });
  const rates = falseDiscoveryRates(
    Float64Array.from(all, ({ a: { spans: hitsA }, b: { spans: hitsB } }) =>
      proportionTest(hitsA, countsA.spans, hitsB, countsB.spans)
    )
  );
  const differences = all
    .map((difference, at): AttributeDifference => ({ ...difference, sure: 1 - rates[at] }))
    .filter(
      (difference) =>
        difference.sure > LEAST_SURE &&
        size(difference) >= LEAST_DIFFERENCE &&
        Math.max(difference.a.spans, difference.b.spans) >= LEAST_SPANS
    );
  return differences
    .sort((one, other) => size(other) - size(one) || (one.attribute < other.attribute ? -1 : 1))
    .slice(0, MOST_DIFFERENCES);
}

const size = ({ a: { share: before }, b: { share: after } }: AttributeDifference): number => Math.abs(after - before);

function conditionOf(q: string): Condition | undefined {
  try {
    return planTraceql(q).condition;
  } catch (error) {
    if (error instanceof TraceqlError && error.kind === 'unsupported') {
      return undefined;
    }
    throw error;
  }
}

interface SideCounts {
  readonly spans: number;
  readonly values: ReadonlyMap<string, { readonly attribute: string; readonly value: string; readonly count: number }>;
}

async function readCounts(
  engine: Engine,
  tenant: string,
  condition: Condition,
  { startNs = 1n, endNs = undefined }: SpanTimeRange,
  nowNs: bigint
): Promise<SideCounts> {
  // Clocks of senders may be ahead by a while.
  const range = { startNs, endNs: endNs ?? nowNs + 3_600_000_000_000n };
  const keys = await probeMetricKeys(engine, [condition], [], { tenant, range });
  // The first instant does not belong to a point, the last one does.
  const points = {
    startNs: range.startNs - 1n,
    endNs: range.endNs,
    stepNs: range.endNs - range.startNs + 1n,
    size: 1,
  };
  const counted = await readComparison(
    engine,
    { tenant, condition, selection: NEVER, selectionRange: undefined, points, topN: TOP },
    keys
  );
  // Every span has a name.
  const spans = counted.find(({ attribute }) => attribute === 'name')?.baselineTotal[0] ?? 0;
  return { spans, values: new Map(counted.filter(({ attribute }) => !BY_CHANCE.has(attribute)).flatMap(valuesOf)) };
}

function valuesOf({ attribute, baseline }: ComparedAttribute) {
  return baseline.map(({ value, counts }: ValueCounts) => {
    const text = valueText(value);
    return [JSON.stringify([attribute, text]), { attribute, value: text, count: counts[0] }] as const;
  });
}

function valueText(value: Value): string {
  if (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    typeof value === 'boolean'
  ) {
    return String(value);
  }
  if (typeof value === 'object' && 'type' in value && 'value' in value) {
    return String(value.value);
  }
  return JSON.stringify(anyValue(value) ?? null);
}
