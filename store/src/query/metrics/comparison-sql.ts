import type { SqlQuery } from '../../engine/engine.ts';
import { PROMOTED } from '../../schema/promoted.ts';
import { ATTRIBUTE_MAPS, RESOURCES, type AttributeMapSuffix } from '../../schema/tables.ts';
import type { Condition } from '../plan/plan.ts';
import type { KnownKeys } from '../sql/known-keys.ts';
import { SqlParameters } from '../sql/sql-text.ts';
import type { Encoding } from './cell.ts';
import { belowShare, SpanSource, type SpanSourceRequest } from './span-source.ts';

export interface ComparisonRequest extends SpanSourceRequest {
  /** Spans of the selection; all others are the baseline. */
  readonly selection: Condition;
  /** Only spans that start after the first and not after the second are in the selection. */
  readonly selectionRange: { readonly startNs: bigint; readonly endNs: bigint } | undefined;
  /** Values of each attribute in the answer, of the baseline and of the selection. */
  readonly topN: number;
  /**
   * Whether all values are counted by point, or only those that were found to be frequent before: that takes reading twice,
   * and no memory for the others.
   */
  readonly countsAll: boolean;
  /** Of the traces in the baseline, in which frequent values are looked for; counts are always of all. */
  readonly share: number;
  /** Whether some span has an attribute that is no scalar. */
  readonly hasArrays: boolean;
}

/** A value, how it is written, and its spans: by point, or of the selection. */
export type ComparedValue = readonly [encoding: Encoding, value: string, counts: readonly number[]];

/** What is counted of an attribute: spans of the baseline and of the selection by turns, point by point. */
export interface ComparisonRow {
  readonly attribute: string;
  readonly totals: readonly number[];
  /** The most frequent first, one more than was asked for where there are more. */
  readonly baselines: readonly ComparedValue[];
  readonly selections: readonly ComparedValue[];
}

/** Attributes in the answer to one statement, at most. */
const MAX_ATTRIBUTES = 2000;

const SUFFIXES = Object.keys(ATTRIBUTE_MAPS) as AttributeMapSuffix[];

const ENCODINGS: Readonly<Record<AttributeMapSuffix, Encoding>> = {
  str: 'string',
  int: 'int',
  float: 'floats',
  bool: 'bools',
};

/** Columns with a value of their own, few of them: each is an attribute. Null is none. */
const COLUMNS: ReadonlyArray<{ readonly attribute: string; readonly column: string; readonly encoding: Encoding }> = [
  { attribute: 'name', column: 'name', encoding: 'string' },
  { attribute: 'status', column: 'status_code', encoding: 'status' },
  { attribute: 'kind', column: 'kind', encoding: 'kind' },
  { attribute: 'resource.service.name', column: 'service', encoding: 'string' },
  ...PROMOTED.map(({ key, column, type }) => ({
    attribute: `span.${key}`,
    column,
    encoding: type === 'string' ? ('string' as const) : ('int' as const),
  })),
];

/**
 * Statements that together count every value of every attribute. The values of one attribute are counted by one statement,
 * or by one for each of their types. Ids and durations are left out, as with Tempo.
 */
export function comparisonSql(request: ComparisonRequest, keys: KnownKeys): SqlQuery[] {
  const statements = [
    columnValues,
    ...SUFFIXES.map((suffix) => (comparison: Comparison) => mapValues(comparison, suffix)),
    ...(request.hasArrays ? [arrayValues] : []),
    nestedValues,
    eventNames,
    statusMessages,
    emitterValues,
    rootValues,
  ];
  return statements.map((statement) => {
    const comparison = new Comparison(request, keys);
    return comparison.query(statement(comparison));
  });
}

/** A row if some span has an attribute that is no scalar: its bytes are in `attrs_complex`. */
export function hasArraysSql(request: SpanSourceRequest, keys: KnownKeys): SqlQuery {
  const params = new SqlParameters();
  const rows = new SpanSource(request, params, keys).rows([], HAS_ARRAYS);
  return params.query(`SELECT 1 FROM (${rows}) LIMIT 1`);
}

const HAS_ARRAYS = 'notEmpty(attrs_complex)';

class Comparison {
  readonly params = new SqlParameters();
  readonly cells: number;
  readonly #request: ComparisonRequest;
  readonly #source: SpanSource;

  constructor(request: ComparisonRequest, keys: KnownKeys) {
    this.#request = request;
    this.cells = request.points.size * 2;
    this.#source = new SpanSource(request, this.params, keys);
  }

  /** Rows with these columns of the spans and `cell`: even in the baseline, odd in the selection. */
  rows(columns: readonly string[], where = 'true'): string {
    const rows = this.#source.rows([...columns, `CAST(${this.#isSelected} AS UInt8) AS isSelected`], where);
    return `SELECT *, toUInt32(point * 2 + isSelected) AS cell FROM (${rows})`;
  }

  get #isSelected(): string {
    const { selection, selectionRange } = this.#request;
    const value = (ns: bigint) => this.params.value('UInt64', ns);
    const range = selectionRange
      ? [`start_ns > ${value(selectionRange.startNs)}`, `start_ns <= ${value(selectionRange.endNs)}`]
      : [];
    return `(${[this.#source.test(selection), ...range].join(' AND ')})`;
  }

  /** Spans per cell. */
  get counts(): string {
    return `countResample(0, ${this.cells}, 1)(cell)`;
  }

  get limit(): number {
    return this.#request.topN + 1;
  }

  get tenant(): string {
    return this.params.value('String', this.#request.tenant);
  }

  get hasArrays(): boolean {
    return this.#request.hasArrays;
  }

  get source(): SpanSource {
    return this.#source;
  }

  /** Values `v` of keys `k` in rows that `rowsWhere` gives for a condition on spans. Two values of one hash would be one. */
  values(rowsWhere: (condition: string) => string, encoding: Encoding, attribute: string): string {
    return this.#request.countsAll
      ? this.#all(rowsWhere, encoding, attribute)
      : this.#frequent(rowsWhere, encoding, attribute);
  }

  #all(rowsWhere: (condition: string) => string, encoding: Encoding, attribute: string): string {
    const rows = `SELECT k AS key, v AS found, cell FROM (${rowsWhere('true')})`;
    const groups = `SELECT any(key) AS k, any(found) AS v, ${this.counts} AS counts FROM (${rows}) GROUP BY cityHash64(key, found)`;
    return `SELECT ${attribute} AS attribute, '${encoding}' AS encoding, toString(v) AS value, counts FROM (${groups})`;
  }

  #frequent(rowsWhere: (condition: string) => string, encoding: Encoding, attribute: string): string {
    const { share } = this.#request;
    const looked = share < 1 ? `(${this.#isSelected} OR ${belowShare(share)})` : 'true';
    const counted = `SELECT any(k) AS k1, any(v) AS v1, cityHash64(k, v) AS hash, countIf(isSelected = 0) AS b, countIf(isSelected = 1) AS s FROM (${rowsWhere(looked)}) GROUP BY hash`;
    const rank = (count: string) => `row_number() OVER (PARTITION BY k1 ORDER BY ${count} DESC, toString(v1))`;
    const ranked = `SELECT hash, b, s, ${rank('b')} AS bRank, ${rank('s')} AS sRank FROM (${counted})`;
    const chosen = `SELECT hash FROM (${ranked}) WHERE (bRank <= ${this.limit} AND b > 0) OR (sRank <= ${this.limit} AND s > 0)`;
    const rows = `SELECT k AS key, v AS found, cell, cityHash64(k, v) AS hash, hash IN (${chosen}) AS isChosen FROM (${rowsWhere('true')})`;
    const groups = `SELECT any(key) AS k, any(found) AS v, max(isChosen) AS isShown, ${this.counts} AS counts FROM (${rows}) GROUP BY if(isChosen, hash, cityHash64(key))`;
    return `SELECT ${attribute} AS attribute, if(isShown, '${encoding}', '') AS encoding, if(isShown, toString(v), '') AS value, counts FROM (${groups})`;
  }

  /** The answer of `values`, which have `attribute`, `encoding` (empty for what is only part of the total), `value` and `counts`. */
  query(values: string): SqlQuery {
    const top = (rank: string, offset: number) =>
      `arrayMap(v -> (v.1, v.2, arrayMap(point -> toUInt32(v.3[point * 2 + ${offset + 1}]), range(${this.cells / 2}))), arraySlice(arraySort(v -> (-v.${rank}, v.2), arrayFilter(v -> v.${rank} > 0, present)), 1, ${this.limit}))`;
    return this.params
      .query(`SELECT attribute, arrayMap(n -> toUInt32(n), total) AS totals, ${top('4', 0)} AS baselines, ${top('5', 1)} AS selections
FROM (SELECT attribute, sumForEach(counts) AS total, groupArrayIf((encoding, value, counts, b, s), encoding != '') AS present
FROM (SELECT attribute, encoding, value, counts, toInt64(arraySum((n, at) -> if(at % 2 = 0, n, 0), counts, range(${this.cells}))) AS b, toInt64(arraySum(counts)) - b AS s FROM (${values}))
GROUP BY attribute)
ORDER BY arraySum(total) DESC, attribute
LIMIT ${MAX_ATTRIBUTES}`);
  }
}

function columnValues(comparison: Comparison): string {
  const names = COLUMNS.map((_, index) => `c${index}`);
  const rows = comparison.rows(COLUMNS.map(({ column }, index) => `${column} AS c${index}`));
  // GROUPING has a bit for each column, the first highest, and the one that is grouped by has none.
  const grouped = `SELECT ${names.join(', ')}, ${names.length} - toUInt8(log2(bitXor(grouping(${names.join(', ')}), ${2 ** names.length - 1}))) AS at, ${comparison.counts} AS counts FROM (${rows}) GROUP BY GROUPING SETS (${names.map((name) => `(${name})`).join(', ')})`;
  const list = (texts: readonly string[]) => `[${texts.join(', ')}][at]`;
  const quoted = (texts: readonly string[]) => list(texts.map((text) => `'${text}'`));
  return `SELECT ${quoted(COLUMNS.map(({ attribute }) => attribute))} AS attribute, ${quoted(COLUMNS.map(({ encoding }) => encoding))} AS encoding, assumeNotNull(shown) AS value, counts
FROM (SELECT at, ${list(names.map((name) => `toNullable(toString(${name}))`))} AS shown, counts FROM (${grouped}))
WHERE isNotNull(shown)`;
}

/** Scalars. Of spans with arrays only the keys that have one value, whatever its type. */
function mapValues(comparison: Comparison, suffix: AttributeMapSuffix): string {
  const value = suffix === 'float' || suffix === 'bool' ? 'toString(v)' : 'v';
  const from = (rows: string, map: string) =>
    `SELECT k, ${value} AS v, isSelected, cell FROM (${rows}) ARRAY JOIN mapKeys(${map}) AS k, mapValues(${map}) AS v`;
  return comparison.values(
    (condition) => {
      const plain = comparison.hasArrays ? 'empty(attrs_complex) AND ' : '';
      const rows = comparison.rows(
        [`attrs_${suffix} AS ${suffix}`],
        `${plain}notEmpty(attrs_${suffix}) AND ${condition}`
      );
      const ofArrays = `${from(attributeRows(comparison, 'attrs', `${HAS_ARRAYS} AND ${condition}`), suffix)} WHERE ${countOfKey('')} = 1`;
      return comparison.hasArrays ? `${from(rows, suffix)} UNION ALL ${ofArrays}` : from(rows, suffix);
    },
    ENCODINGS[suffix],
    "concat('span.', k)"
  );
}

function arrayValues(comparison: Comparison): string {
  return comparison.values(
    (condition) => `${wholeValues(comparison, 'attrs', `${HAS_ARRAYS} AND ${condition}`)} WHERE ${countOfKey('')} > 1`,
    'text',
    "concat('span.', k)"
  );
}

function nestedValues(comparison: Comparison): string {
  const present = SUFFIXES.map((suffix) => `notEmpty(nested_${suffix})`).join(' OR ');
  return comparison.values(
    (condition) => wholeValues(comparison, 'nested', `(${present}) AND ${condition}`),
    'text',
    'k'
  );
}

/** Attributes with all their values, as `AttributeSql.valuesText` has them. */
function wholeValues(comparison: Comparison, columns: string, where: string): string {
  const joined = `SELECT *, arrayJoin(${allKeys('')}) AS k FROM (${attributeRows(comparison, columns, where)})`;
  return `SELECT k, ${textOfKey('')} AS v, isSelected, cell FROM (${joined})`;
}

const attributeRows = (comparison: Comparison, columns: string, where: string): string =>
  comparison.rows(
    SUFFIXES.map((suffix) => `${columns}_${suffix} AS ${suffix}`),
    where
  );

/** How many values the key `k` has. */
const countOfKey = (prefix: string): string =>
  SUFFIXES.map((suffix) => `countEqual(mapKeys(${prefix}${suffix}), k)`).join(' + ');

const allKeys = (prefix: string): string =>
  `arrayDistinct(arrayConcat(${SUFFIXES.map((suffix) => `mapKeys(${prefix}${suffix})`).join(', ')}))`;

function textOfKey(prefix: string): string {
  const lists = SUFFIXES.map((suffix) => {
    const found = `arrayFilter((v, key) -> key = k, mapValues(${prefix}${suffix}), mapKeys(${prefix}${suffix}))`;
    return suffix === 'str' ? found : `arrayMap(n -> toString(n), ${found})`;
  });
  return `toJSONString((${lists.join(', ')}))`;
}

function eventNames(comparison: Comparison): string {
  const rowsWhere = (condition: string) => {
    const rows = comparison.rows(['event_names'], `notEmpty(event_names) AND ${condition}`);
    return `SELECT 'event:name' AS k, toJSONString((arrayMap(v -> toString(v), event_names), [], [], [])) AS v, isSelected, cell FROM (${rows})`;
  };
  return comparison.values(rowsWhere, 'text', 'k');
}

function statusMessages(comparison: Comparison): string {
  const rowsWhere = (condition: string) =>
    `SELECT 'statusMessage' AS k, status_message AS v, isSelected, cell FROM (${comparison.rows(['status_message'], `status_message != '' AND ${condition}`)})`;
  return comparison.values(rowsWhere, 'string', 'k');
}

/** Spans are counted by emitter first: there are few of these. */
function emitterValues(comparison: Comparison): string {
  const counted = `SELECT resource_id, ${comparison.counts} AS counts FROM (${comparison.rows(['resource_id'])}) GROUP BY resource_id`;
  const emitters = `SELECT * FROM ${RESOURCES.name} WHERE tenant = ${comparison.tenant} LIMIT 1 BY resource_id`;
  const of = (prefix: string, scope: string) =>
    `SELECT resource_id, concat('${scope}.', k) AS attribute, 'text' AS encoding, ${textOfKey(prefix)} AS value FROM (SELECT *, arrayJoin(${allKeys(prefix)}) AS k FROM (${emitters}))`;
  const named = (attribute: string, column: string) =>
    `SELECT resource_id, '${attribute}' AS attribute, 'string' AS encoding, ${column} AS value FROM (${emitters}) WHERE ${column} != ''`;
  const values = [
    `${of('resource_', 'resource')} WHERE k != 'service.name'`,
    of('scope_', 'instrumentation'),
    named('instrumentation:name', 'scope_name'),
    named('instrumentation:version', 'scope_version'),
  ].join('\nUNION ALL\n');
  return `SELECT attribute, encoding, value, sumForEach(counts) AS counts FROM (${values}) AS emitters INNER JOIN (${counted}) AS spans USING (resource_id) GROUP BY attribute, encoding, value`;
}

function rootValues(comparison: Comparison): string {
  const { source } = comparison;
  const names = source.group(0, { kind: 'intrinsic', name: 'trace:rootName' });
  const services = source.group(1, { kind: 'intrinsic', name: 'trace:rootService' });
  const counted = `SELECT trace_id, cell, count() AS n FROM (${comparison.rows([])}) GROUP BY trace_id, cell`;
  const known = `SELECT arrayJoin([('rootName', ${names?.sql ?? '[]'}), ('rootServiceName', ${services?.sql ?? '[]'})]) AS named, cell, n FROM ${source.joined(counted)}`;
  return `SELECT named.1 AS attribute, 'string' AS encoding, named.2[1] AS value, sumResample(0, ${comparison.cells}, 1)(n, cell) AS counts FROM (${known}) WHERE notEmpty(named.2) GROUP BY attribute, encoding, value`;
}
