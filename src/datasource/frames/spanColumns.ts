import { parseDuration } from '@clew/traceql';
import { FieldType, type Field } from '@grafana/data';
import { type AnyValueJson, type FoundSpan, type FoundSpanSet, type KeyValueJson } from '../../shared/storeTypes';
import { type MentionedAttribute } from '../query/mentioned';
import { tagValue } from './attributes';

/** A found span with the set it is in; what `by()` and aggregates say of the set stands on each of its spans. */
export interface SpanInSet {
  readonly span: FoundSpan;
  readonly set: FoundSpanSet;
}

/** A column for each key that any of the spans has, and how to fill it for some of them. */
export interface AttributeColumn {
  readonly name: string;
  readonly type: FieldType;
  readonly unit: string | undefined;
  /** Whether `name` is an attribute that a query can ask for. */
  readonly isAttribute: boolean;
  readonly valueOf: (row: SpanInSet) => unknown;
}

/**
 * Of sets first, then what the query mentions in its order, then the rest by name. Types are those of the values of all
 * rows, so that the same column is the same everywhere.
 */
export function attributeColumns(
  rows: readonly SpanInSet[],
  mentioned: readonly MentionedAttribute[]
): AttributeColumn[] {
  const setKeys = unique(rows.flatMap(({ set }) => keysOf(set.attributes)));
  const spanKeys = new Set(rows.flatMap(({ span }) => keysOf(span.attributes)));
  const present = mentioned.filter(({ key }) => spanKeys.has(key));
  const knownKeys = new Set(present.map(({ key }) => key));
  // What the sets are by is said already.
  const known = present.filter(({ name }) => !setKeys.includes(`by(${name})`));
  const rest = [...spanKeys].filter((key) => !knownKeys.has(key)).sort();
  return [
    ...setKeys.map((key) => {
      const valueOf = ({ set }: SpanInSet) => valueOfKey(set.attributes, key);
      return columnOf(key, rows, valueOf, { isAttribute: false, isDuration: /\(.*duration/i.test(key) });
    }),
    ...[...known, ...rest.map((key) => ({ key, name: key, isDuration: false }))].map(({ key, name, isDuration }) => {
      const valueOf = ({ span }: SpanInSet) => valueOfKey(span.attributes, key);
      return columnOf(name, rows, valueOf, { isAttribute: knownKeys.has(key), isDuration });
    }),
  ];
}

export function attributeFields(columns: readonly AttributeColumn[], rows: readonly SpanInSet[]): Field[] {
  return columns.map(({ name, type, unit, isAttribute, valueOf }) => ({
    name,
    type,
    config: { ...(unit && { unit }), ...(isAttribute && { filterable: true }) },
    values: rows.map(valueOf),
  }));
}

function columnOf(
  name: string,
  rows: readonly SpanInSet[],
  read: (row: SpanInSet) => AnyValueJson | undefined,
  { isAttribute, isDuration }: { isAttribute: boolean; isDuration: boolean }
): AttributeColumn {
  const plain = (row: SpanInSet) => {
    const value = read(row);
    return value && tagValue(value).value;
  };
  const ofDuration = (row: SpanInSet) => durationNs(plain(row));
  const present = rows.filter((row) => read(row) !== undefined);
  if (isDuration && present.every((row) => ofDuration(row) !== undefined)) {
    return { name, type: FieldType.number, unit: 'ns', isAttribute: false, valueOf: ofDuration };
  }
  const types = new Set(present.map((row) => typeof plain(row)));
  const [only] = types;
  if (types.size === 1 && only !== 'string') {
    const type = only === 'number' ? FieldType.number : FieldType.boolean;
    // Plain digits: a status code is no amount to be shortened.
    return { name, type, unit: only === 'number' ? 'none' : undefined, isAttribute, valueOf: plain };
  }
  const asText = (row: SpanInSet) => {
    const value = plain(row);
    return value === undefined ? undefined : String(value);
  };
  return { name, type: FieldType.string, unit: 'string', isAttribute, valueOf: asText };
}

function durationNs(value: string | number | boolean | undefined): number | undefined {
  const ns = typeof value === 'string' ? parseDuration(value) : undefined;
  return ns === undefined ? undefined : Number(ns);
}

const valueOfKey = (attributes: readonly KeyValueJson[] | undefined, key: string): AnyValueJson | undefined =>
  attributes?.findLast((attribute) => (attribute.key ?? '') === key)?.value;

const keysOf = (attributes: readonly KeyValueJson[] | undefined): string[] =>
  (attributes ?? []).map(({ key = '' }) => key);

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
