import { falseDiscoveryRates, proportionTest } from '@clew/trace-model';

import type { Engine } from '../../engine/engine.ts';
import { probeMetricKeys } from '../metrics/metric-keys.ts';
import type { TwoSets } from './sampled-spans.ts';
import {
  emitterValuesSql,
  rangeSizeSql,
  setSizesSql,
  spanValuesSql,
  type CountRow,
  type PerSet,
  type SamplePlan,
  type ValueRow,
  type ValueType,
} from './span-differences-sql.ts';

/** A value of an attribute that the spans of the selection have more, or less, often than the others. */
export interface SpanDifference {
  /** As TraceQL writes it. */
  readonly attribute: string;
  readonly type: ValueType;
  /** Texts of more than 200 characters are cut. */
  readonly value: string;
  /** Of the spans of each set that were looked at. */
  readonly selectedShare: number;
  readonly othersShare: number;
  /** How sure the difference is, 0 to 1: as if spans were independent, which those of one trace are not. */
  readonly sure: number;
}

export interface SpanDifferences {
  /** Spans in each set. */
  readonly spans: PerSet;
  /** Those of whole traces that were looked at; fewer than there are where there are many. */
  readonly sampled: PerSet;
  /** The largest difference first. */
  readonly differences: readonly SpanDifference[];
}

/** Spans of a set of which a difference of a few points is sure. */
const WANTED = 1500;
/** Spans of all kinds in the traces that are read, as far as there are enough of each set among them: a page waits for it. */
const READ_ROWS = 400_000;
/** Spans of a set that are worth reading more for. */
const ENOUGH = 250;
const MOST_DIFFERENCES = 50;
/** Less is not worth a line. */
const LEAST_DIFFERENCE = 0.02;
const LEAST_SURE = 0.95;

/**
 * What sets some spans apart from others, by all of their attributes. Sizes of the sets are exact; shares are those of a sample of
 * traces, since reading all attributes of all spans takes seconds (TraceQL's compare() does). Rejects with EngineError.
 */
export async function spanDifferences(engine: Engine, sets: TwoSets): Promise<SpanDifferences> {
  const { tenant, range, condition, selection } = sets;
  const keys = await probeMetricKeys(engine, [condition, selection], [], { tenant, range });
  const [[sizes], [all]] = await Promise.all([
    engine.rows<CountRow>(setSizesSql(sets, keys)),
    engine.rows<{ spans: string }>(rangeSizeSql(sets)),
  ]);
  const spans = { selected: Number(sizes.selected), others: Number(sizes.others) };
  if (spans.selected === 0 || spans.others === 0) {
    return { spans, sampled: { selected: 0, others: 0 }, differences: [] };
  }
  const read = async (plan: SamplePlan) => {
    const [own, emitters] = await Promise.all([
      engine.rows<ValueRow>(spanValuesSql(sets, plan, keys)),
      engine.rows<ValueRow>(emitterValuesSql(sets, plan, keys)),
    ]);
    const total = own.find(({ attribute }) => attribute === '');
    const sampled = { selected: Number(total?.selected ?? 0), others: Number(total?.others ?? 0) };
    return { sampled, rows: [...own.filter(({ attribute }) => attribute !== ''), ...emitters] };
  };
  let found = await read(planSample(spans, Number(all.spans)));
  if (found.sampled.selected === 0 || found.sampled.others === 0) {
    // Trace ids that are not random, or few traces: all of them then.
    found = await read({ shares: { selected: 1, others: 1 }, expected: spans });
  }
  return { spans, sampled: found.sampled, differences: ranked(found.rows, found.sampled) };
}

/** How large a share of the traces is read for each set, out of so many spans of all kinds. */
export function planSample({ selected, others }: PerSet, stored: number): SamplePlan {
  const quick = Math.min(1, READ_ROWS / Math.max(stored, 1));
  const share = (spans: number) => Math.min(1, WANTED / spans, Math.max(quick, ENOUGH / spans));
  const shares = { selected: share(selected), others: share(others) };
  return { shares, expected: { selected: selected * shares.selected, others: others * shares.others } };
}

function ranked(rows: readonly ValueRow[], sampled: PerSet): SpanDifference[] {
  const all = rows.map(({ attribute, type, value, selected, others }) => ({
    ...{ attribute, type, value, hits: Number(selected), otherHits: Number(others) },
    ...{ selectedShare: Number(selected) / sampled.selected, othersShare: Number(others) / sampled.others },
  }));
  const rates = falseDiscoveryRates(
    Float64Array.from(all, ({ hits, otherHits }) => proportionTest(hits, sampled.selected, otherHits, sampled.others))
  );
  const size = (each: Pick<SpanDifference, 'selectedShare' | 'othersShare'>) =>
    Math.abs(each.selectedShare - each.othersShare);
  return all
    .map(({ hits: _, otherHits: __, ...each }, at): SpanDifference => ({ ...each, sure: 1 - rates[at] }))
    .filter((each) => size(each) >= LEAST_DIFFERENCE && each.sure >= LEAST_SURE)
    .sort((a, b) => size(b) - size(a) || (a.attribute < b.attribute ? -1 : 1))
    .slice(0, MOST_DIFFERENCES);
}
