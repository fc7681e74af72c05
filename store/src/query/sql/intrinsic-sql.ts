import type { Comparison, KindName, Literal, SpanIntrinsic, StatusName, TraceIntrinsic } from '../plan/plan.ts';
import { compareSql, isComparable, isNegative, NEVER, positive, rightSql, type ValueType } from './compare-sql.ts';
import type { SqlParameters } from './sql-text.ts';

/** A span without a parent. */
export const IS_ROOT = "parent_span_id = toFixedString('', 8)";

/** OTLP's numbers. */
export const STATUS_CODES: Readonly<Record<StatusName, number>> = { unset: 0, ok: 1, error: 2 };
export const KIND_CODES: Readonly<Record<KindName, number>> = {
  unspecified: 0,
  internal: 1,
  server: 2,
  client: 3,
  producer: 4,
  consumer: 5,
};

/** End of a span; a client whose clock went back sends ends before starts. */
export const SPAN_END = 'start_ns + toUInt64(greatest(duration_ns, 0))';

const hexOf = (expression: string): string => `lower(hex(${expression}))`;

/** An intrinsic with one value per span. */
const SCALARS: Partial<Record<SpanIntrinsic, { readonly type: ValueType; readonly sql: string }>> = {
  'span:name': { type: 'string', sql: 'name' },
  'span:statusMessage': { type: 'string', sql: 'status_message' },
  'span:duration': { type: 'number', sql: 'duration_ns' },
  'span:id': { type: 'string', sql: hexOf('span_id') },
  'span:parentID': { type: 'string', sql: `if(${IS_ROOT}, '', ${hexOf('parent_span_id')})` },
  'trace:id': { type: 'string', sql: hexOf('trace_id') },
  nestedSetParent: { type: 'number', sql: `if(${IS_ROOT}, -1, 1)` },
};

/** An intrinsic with a value per event or link. */
const LISTS: Partial<
  Record<SpanIntrinsic, { readonly type: ValueType; readonly array: string; readonly sql: string }>
> = {
  'event:name': { type: 'string', array: 'event_names', sql: 'v' },
  'event:timeSinceStart': { type: 'number', array: 'event_times', sql: 'toInt64(v - start_ns)' },
  'link:traceID': { type: 'string', array: 'link_trace_ids', sql: hexOf('v') },
  'link:spanID': { type: 'string', array: 'link_span_ids', sql: hexOf('v') },
};

/** Digits of an id that is compared as text. */
const ID_LENGTH: Partial<Record<SpanIntrinsic, number>> = {
  'span:id': 16,
  'span:parentID': 16,
  'trace:id': 32,
  'link:traceID': 32,
  'link:spanID': 16,
};

/** Columns that an id is compared with in its own form, where the sort key and the raw bytes help. */
const ID_COLUMNS: Partial<Record<SpanIntrinsic, string>> = { 'trace:id': 'trace_id', 'span:id': 'span_id' };

/** A comparison of a span's intrinsic. Those of the instrumentation scope are not here: they are in another table. */
export function compareSpanIntrinsic(
  name: SpanIntrinsic,
  comparison: Comparison,
  literal: Literal,
  params: SqlParameters
): string {
  if (name === 'span:status' || name === 'span:kind') {
    return compareCode(name, comparison, literal);
  }
  const idLength = ID_LENGTH[name];
  const operand = idLength === undefined ? literal : idLiteral(comparison, literal, idLength);
  const list = LISTS[name];
  if (list) {
    if (!isComparable(list.type, comparison, operand)) {
      return NEVER;
    }
    const test = compareSql(list.sql, positive(comparison), rightSql(comparison, operand, params));
    const any = `arrayExists(v -> ${test}, ${list.array})`;
    return isNegative(comparison) ? `(notEmpty(${list.array}) AND NOT ${any})` : any;
  }
  const scalar = SCALARS[name];
  if (!scalar || !isComparable(scalar.type, comparison, operand)) {
    return NEVER;
  }
  const column = ID_COLUMNS[name];
  if (column && (comparison === '=' || comparison === '!=') && operand.type === 'string' && idLength !== undefined) {
    return isHex(operand.value, idLength)
      ? `${column} ${comparison} toFixedString(unhex(${params.value('String', operand.value)}), ${idLength / 2})`
      : String(comparison === '!=');
  }
  return compareSql(scalar.sql, comparison, rightSql(comparison, operand, params));
}

/** Whether a span has the intrinsic at all: only events and links can be lacking. */
export function spanIntrinsicExists(name: SpanIntrinsic): string {
  const list = LISTS[name];
  return list ? `notEmpty(${list.array})` : 'true';
}

/** The value of an intrinsic as text, or an array of texts, for the answer; undefined for those that are fields of it. */
export function spanIntrinsicText(name: SpanIntrinsic): string | undefined {
  switch (name) {
    case 'span:status':
      return codeText('status_code', STATUS_CODES);
    case 'span:kind':
      return codeText('kind', KIND_CODES);
    case 'span:statusMessage':
    case 'span:parentID':
      return SCALARS[name]?.sql;
    case 'event:name':
    case 'link:traceID':
    case 'link:spanID': {
      const list = LISTS[name];
      return list && `arrayMap(v -> ${list.sql}, ${list.array})`;
    }
    default:
      return undefined;
  }
}

/** A condition on the spans of one trace, for HAVING. A trace without a root has no root's name: nothing is true of it. */
export function compareTraceIntrinsic(
  name: TraceIntrinsic,
  comparison: Comparison,
  literal: Literal,
  params: SqlParameters
): string {
  const type: ValueType = name === 'trace:duration' ? 'number' : 'string';
  if (!isComparable(type, comparison, literal)) {
    return NEVER;
  }
  const right = rightSql(comparison, literal, params);
  if (name === 'trace:duration') {
    return compareSql(`toInt64(max(${SPAN_END}) - min(start_ns))`, comparison, right);
  }
  const column = name === 'trace:rootName' ? 'name' : 'service';
  const value = `argMinIf(${column}, (start_ns, span_id), ${IS_ROOT})`;
  return `countIf(${IS_ROOT}) > 0 AND ${compareSql(value, comparison, right)}`;
}

export function traceIntrinsicExists(name: TraceIntrinsic): string {
  return name === 'trace:duration' ? 'true' : `countIf(${IS_ROOT}) > 0`;
}

function compareCode(name: 'span:status' | 'span:kind', comparison: Comparison, literal: Literal): string {
  if (comparison !== '=' && comparison !== '!=') {
    return NEVER;
  }
  if (name === 'span:status') {
    return literal.type === 'status' ? `status_code ${comparison} ${STATUS_CODES[literal.value]}` : NEVER;
  }
  return literal.type === 'kind' ? `kind ${comparison} ${KIND_CODES[literal.value]}` : NEVER;
}

function codeText(column: string, codes: Readonly<Record<string, number>>): string {
  const names = Object.entries(codes).sort(([, a], [, b]) => a - b);
  return `transform(${column}, [${names.map(([, code]) => code)}], [${names.map(([text]) => `'${text}'`)}], toString(${column}))`;
}

/** Ids are compared in their full length and lower case; Tempo lets leading zeros be left out. Patterns stay as they are. */
function idLiteral(comparison: Comparison, literal: Literal, length: number): Literal {
  if (literal.type !== 'string' || comparison === '=~' || comparison === '!~' || literal.value === '') {
    return literal;
  }
  return { type: 'string', value: literal.value.toLowerCase().padStart(length, '0') };
}

const isHex = (text: string, length: number): boolean => text.length === length && /^[0-9a-f]*$/.test(text);
