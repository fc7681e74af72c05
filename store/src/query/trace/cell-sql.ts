import { PROMOTED } from '../../schema/promoted.ts';
import { ATTRIBUTE_MAPS, type AttributeMapSuffix } from '../../schema/tables.ts';
import { AttributeSql, PLACES } from '../sql/attribute-sql.ts';
import type { KnownKeys } from '../sql/known-keys.ts';
import type { SqlParameters } from '../sql/sql-text.ts';

/** A cell with more bytes is not read: a page of them is held at a time. */
const MAX_CELL_BYTES = 256;

/**
 * What a cell begins with, as SQL makes it: a text per row, empty where the span has no value. Behind it stands the value, for
 * `list` a JSON array of texts or numbers, for `values` what `readValue` reads; nothing for `long`.
 */
export const CELL = { text: 's', number: 'n', float: 'f', bool: 'b', list: 'l', values: 'v', long: 'x' } as const;

/** The type of `boundedCellSql`. Few texts for many rows, so that each is looked at once. */
export const CELL_TYPE = 'LowCardinality(String)';

const TAGS: Readonly<Record<AttributeMapSuffix, string>> = {
  str: CELL.text,
  int: CELL.number,
  float: CELL.float,
  bool: CELL.bool,
};

export type RowScope = 'span' | 'event' | 'link';

/** The cell of an attribute in the columns of `clew.spans`; undefined where no span has it. */
export function attributeCellSql(
  scope: RowScope,
  name: string,
  params: SqlParameters,
  keys: KnownKeys
): string | undefined {
  const { columns, keyPrefix } = PLACES[scope];
  const promoted = scope === 'span' ? PROMOTED.find(({ key }) => key === name) : undefined;
  const maps = (Object.keys(ATTRIBUTE_MAPS) as AttributeMapSuffix[]).filter((suffix) =>
    keys.mayHave(scope, name, suffix)
  );
  if (!promoted && maps.length === 0) {
    return undefined;
  }
  const key = params.value('String', keyPrefix + name);
  const branches = [
    ...(promoted
      ? [
          {
            count: `toUInt64(isNotNull(${promoted.column}))`,
            cell: `concat('${promoted.type === 'string' ? CELL.text : CELL.number}', toString(assumeNotNull(${promoted.column})))`,
          },
        ]
      : []),
    ...maps.map((suffix) => ({
      count: `countEqual(mapKeys(${columns}_${suffix}), ${key})`,
      cell: `concat('${TAGS[suffix]}', toString(${columns}_${suffix}[${key}]))`,
    })),
  ];
  const count = branches.map((branch) => branch.count).join(' + ');
  const all = `concat('${CELL.values}', ${new AttributeSql(scope, name, params, keys).valuesText()})`;
  const several = maps.length === 0 ? [] : [`(${count}) > 1`, all];
  const alone = branches.flatMap((branch, index) =>
    index === branches.length - 1 ? [branch.cell] : [`${branch.count} = 1`, branch.cell]
  );
  return `multiIf((${count}) = 0, '', ${[...several, ...alone].join(', ')})`;
}

const hexOf = (value: string): string => `lower(hex(${value}))`;

/** Values of a span's events and links that are no attributes: an array, what an element is, and its tag. */
const LISTS = {
  'event:name': { array: 'event_names', sql: 'toString(e)', tag: CELL.text },
  'event:timeSinceStart': { array: 'event_times', sql: 'toInt64(e - start_ns)', tag: CELL.number },
  'link:traceID': { array: 'link_trace_ids', sql: hexOf('e'), tag: CELL.text },
  'link:spanID': { array: 'link_span_ids', sql: hexOf('e'), tag: CELL.text },
} as const;

export type ListIntrinsic = keyof typeof LISTS;

export const isListIntrinsic = (name: string): name is ListIntrinsic => Object.hasOwn(LISTS, name);

export function listCellSql(name: ListIntrinsic): string {
  const { array, sql, tag } = LISTS[name];
  const element = tag === CELL.text ? `toJSONString(${sql})` : `toString(${sql})`;
  const one = `concat('${tag}', toString(arrayMap(e -> ${sql}, ${array})[1]))`;
  const list = `concat('${CELL.list}[', arrayStringConcat(arrayMap(e -> ${element}, ${array}), ','), ']')`;
  return `multiIf(empty(${array}), '', length(${array}) = 1, ${one}, ${list})`;
}

/** Of a column's cell: `alias` is a name that no other column of the statement has. */
export function boundedCellSql(cell: string, alias: string): string {
  return `toLowCardinality(if(length(${cell} AS ${alias}) > ${MAX_CELL_BYTES}, '${CELL.long}', ${alias}))`;
}
