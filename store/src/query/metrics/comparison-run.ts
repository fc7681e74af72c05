import type { Value } from '@clew/traceql';

import type { Engine } from '../../engine/engine.ts';
import { anyValue } from '../run/search-result.ts';
import type { KnownKeys } from '../sql/known-keys.ts';
import { readCell, type Encoding } from './cell.ts';
import {
  comparisonSql,
  hasArraysSql,
  type ComparedValue,
  type ComparisonRequest,
  type ComparisonRow,
} from './comparison-sql.ts';

/** A value of an attribute, and its spans by point. */
export interface ValueCounts {
  readonly value: Value;
  readonly counts: readonly number[];
}

/** One attribute of the spans: how often its values are in the baseline and in the selection. */
export interface ComparedAttribute {
  readonly attribute: string;
  readonly baseline: readonly ValueCounts[];
  readonly selection: readonly ValueCounts[];
  readonly baselineTotal: readonly number[];
  readonly selectionTotal: readonly number[];
}

/** Of so many spans all values are counted by point, of more only the frequent ones are. */
const COUNTED_WHOLE = 50_000;
/** Spans of the baseline in which the frequent values are looked for; of more spans a share is. */
const LOOKED_AT = 250_000;

/** All attributes of the spans, each with more values than `topN` where it has more. Rejects with EngineError. */
export async function readComparison(
  engine: Engine,
  request: Omit<ComparisonRequest, 'countsAll' | 'share' | 'hasArrays'>,
  keys: KnownKeys
): Promise<ComparedAttribute[]> {
  const hasArrays = (await engine.rows(hasArraysSql(request, keys))).length > 0;
  const [first] = comparisonSql({ ...request, hasArrays, countsAll: true, share: 1 }, keys);
  const rows = [await engine.rows<ComparisonRow>(first)];
  // Every span has a name: it says how many there are.
  const spans = rows[0].find(({ attribute }) => attribute === 'name')?.totals.reduce((sum, n) => sum + n, 0) ?? 0;
  if (spans === 0) {
    return [];
  }
  const plan = { hasArrays, countsAll: spans <= COUNTED_WHOLE, share: Math.min(1, LOOKED_AT / spans) };
  // One after the other: they read the same spans, and other queries want to run too.
  for (const statement of comparisonSql({ ...request, ...plan }, keys).slice(1)) {
    rows.push(await engine.rows<ComparisonRow>(statement));
  }
  const attributes = new Map<string, ComparisonRow[]>();
  for (const row of rows.flat()) {
    attributes.set(row.attribute, [...(attributes.get(row.attribute) ?? []), row]);
  }
  return Array.from(attributes, ([attribute, parts]) => merged(attribute, parts));
}

/** Values of one attribute that differ in type, or in where they are kept, are counted by statements that differ. */
function merged(attribute: string, parts: readonly ComparisonRow[]): ComparedAttribute {
  const totals = sumOf(parts.map(({ totals }) => totals));
  return {
    attribute,
    baseline: valuesOf(parts.map(({ baselines }) => baselines)),
    selection: valuesOf(parts.map(({ selections }) => selections)),
    baselineTotal: totals.filter((_, index) => index % 2 === 0),
    selectionTotal: totals.filter((_, index) => index % 2 === 1),
  };
}

const sumOf = (lists: ReadonlyArray<readonly number[]>): number[] =>
  lists[0].map((_, index) => lists.reduce((sum, list) => sum + list[index], 0));

function valuesOf(parts: ReadonlyArray<readonly ComparedValue[]>): ValueCounts[] {
  const values = new Map<string, ValueCounts>();
  for (const each of parts.flat()) {
    const { value, counts } = readValue(each);
    const key = JSON.stringify(anyValue(value));
    const known = values.get(key);
    values.set(key, { value, counts: known ? sumOf([known.counts, counts]) : counts });
  }
  return [...values.values()];
}

const readValue = ([encoding, text, counts]: ComparedValue): ValueCounts => ({
  value: readText(encoding, text),
  counts,
});

/** Values come as text, whatever they are. */
function readText(encoding: Encoding, text: string): Value {
  return readCell(encoding, encoding === 'bools' ? text === 'true' : text);
}
