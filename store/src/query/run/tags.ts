import type { Engine } from '../../engine/engine.ts';
import type { AttributeScope, Condition, Operand, SpanTimeRange } from '../plan/plan.ts';
import { KIND_CODES, STATUS_CODES } from '../sql/intrinsic-sql.ts';
import { mayHaveAnywhere } from '../sql/known-keys.ts';
import { tagNamesSql, tagValuesSql, type TagPlace, type TagValueRow } from '../sql/tag-catalogue-sql.ts';
import { attributeNames, readKnownKeys } from './read-known-keys.ts';
import {
  attributeValuesSql,
  instrumentationTextsSql,
  isSpanTextName,
  resourceKeysSql,
  spanKeysSql,
  spanTextsSql,
  type KeyRow,
  type TextRow,
  type ValueRow,
} from '../sql/tags-sql.ts';

export const ATTRIBUTE_SCOPES: readonly AttributeScope[] = ['resource', 'span', 'event', 'link', 'instrumentation'];

/** Which spans are looked at, and how many names or values the answer may have. */
export interface TagsRequest {
  readonly tenant: string;
  readonly range: SpanTimeRange;
  readonly condition: Condition;
  readonly limit: number;
}

/** Names of the attributes of one scope, sorted: from the catalogue, unless a query narrows them. Rejects with EngineError. */
export async function tagNames(engine: Engine, scope: AttributeScope, request: TagsRequest): Promise<string[]> {
  const { tenant, range, condition, limit } = request;
  const query = isAlways(condition)
    ? tagNamesSql(tenant, scope, range, limit)
    : scope === 'resource' || scope === 'instrumentation'
      ? resourceKeysSql(scope, condition, { tenant, range }, limit)
      : spanKeysSql(scope, condition, { tenant, range }, limit);
  const rows = await engine.rows<KeyRow>(query);
  return rows.map(({ key }) => key);
}

const isAlways = (condition: Condition): boolean => condition.kind === 'constant' && condition.value;

/** tempopb.TagValue: `keyword` is what TraceQL writes without quotes. */
export interface TagValue {
  readonly type: 'string' | 'int' | 'float' | 'bool' | 'keyword';
  readonly value: string;
}

/**
 * Values of an attribute or intrinsic, each once: from the catalogue, the most frequent first, or, where a query narrows
 * them, from the spans, sorted. Durations and ids have no list. Rejects with EngineError.
 */
export async function tagValues(engine: Engine, operand: Operand, request: TagsRequest): Promise<TagValue[]> {
  if (operand.kind === 'intrinsic') {
    return intrinsicValues(engine, operand.name, request);
  }
  const { scope, name } = operand;
  if (isAlways(request.condition)) {
    return catalogued(engine, scope === 'any' ? ATTRIBUTE_SCOPES : [scope], name, request);
  }
  if (name === 'service.name' && scope === 'resource') {
    return texts(engine, spanTextsSql('resource.service.name', request.condition, request, request.limit));
  }
  // What is asked for is looked for like a condition on it: maps and scopes that lack it are not read.
  const keys = await readKnownKeys(engine, request.tenant, [name, ...attributeNames(request.condition)]);
  const places = scope === 'any' ? ATTRIBUTE_SCOPES.filter((place) => mayHaveAnywhere(keys, place, name)) : [scope];
  const lists = await Promise.all(
    places.map((place) =>
      engine.rows<ValueRow>(attributeValuesSql(place, name, request.condition, request, keys, request.limit))
    )
  );
  const distinct = new Map(lists.flat().map((row) => [`${row.type} ${row.value}`, row]));
  return [...distinct.values()]
    .sort((a, b) => compareTexts(a.type, b.type) || compareTexts(a.value, b.value))
    .slice(0, request.limit);
}

/** Intrinsics whose values the catalogue has, and their names there. */
const CATALOGUED: ReadonlyMap<string, string> = new Map([
  ['span:name', 'name'],
  ['event:name', 'event:name'],
  ['instrumentation:name', 'instrumentation:name'],
  ['instrumentation:version', 'instrumentation:version'],
]);

async function catalogued(
  engine: Engine,
  places: readonly TagPlace[],
  name: string,
  { tenant, range, limit }: TagsRequest
): Promise<TagValue[]> {
  return engine.rows<TagValueRow>(tagValuesSql(tenant, places, name, range, limit));
}

async function intrinsicValues(engine: Engine, name: string, request: TagsRequest): Promise<TagValue[]> {
  if (name === 'span:status') {
    return Object.keys(STATUS_CODES).map((value) => ({ type: 'keyword', value }));
  }
  if (name === 'span:kind') {
    return Object.keys(KIND_CODES).map((value) => ({ type: 'keyword', value }));
  }
  if (isAlways(request.condition) && CATALOGUED.has(name)) {
    return catalogued(engine, ['intrinsic'], CATALOGUED.get(name) ?? name, request);
  }
  if (name === 'instrumentation:name' || name === 'instrumentation:version') {
    return texts(engine, instrumentationTextsSql(name, request.condition, request, request.limit));
  }
  return isSpanTextName(name) ? texts(engine, spanTextsSql(name, request.condition, request, request.limit)) : [];
}

async function texts(engine: Engine, query: Parameters<Engine['rows']>[0]): Promise<TagValue[]> {
  const rows = await engine.rows<TextRow>(query);
  return rows.map(({ value }) => ({ type: 'string', value }));
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
