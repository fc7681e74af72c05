import { PROMOTED } from './promoted.ts';
import { ATTRIBUTE_MAPS, RESOURCES, SPANS, TAGS } from './tables.ts';

const TYPES = { str: 'string', int: 'int', float: 'float', bool: 'bool' } as const;

/** Values of spans are taken from one trace in so many, and so many of each key. */
const SAMPLE = 100;
const MAX_VALUES = 500;
const MAX_VALUE_BYTES = 128;

interface Source {
  readonly table: string;
  readonly scope: string;
  /** Pairs of key and value, as text. */
  readonly pairs: string;
  /** The keys alone. */
  readonly keys: string;
  readonly type: string;
}

/** Fills `clew.tags` for what was stored before there was such a table. */
export function fillTagsSql(sample = SAMPLE): string[] {
  return sources().flatMap((source) => [keysSql(source), valuesSql(source, sample)]);
}

function sources(): Source[] {
  const maps = (table: string, columns: string, scope: string, prefix = ''): Source[] =>
    Object.keys(ATTRIBUTE_MAPS).map((suffix) => {
      const map = `${columns}_${suffix}`;
      const keep = prefix ? `arrayFilter((p -> startsWith(p.1, '${prefix}')), ` : '(';
      const name = (key: string) => (prefix ? `substring(${key}, ${prefix.length + 1})` : key);
      const pairs = `${keep}arrayZip(mapKeys(${map}), arrayMap(v -> toString(v), mapValues(${map}))))`;
      const keys = prefix ? `arrayFilter(k -> startsWith(k, '${prefix}'), mapKeys(${map}))` : `mapKeys(${map})`;
      return {
        table,
        scope,
        pairs: `arrayMap(p -> (toString(${name('p.1')}), p.2), ${pairs})`,
        keys: `arrayMap(k -> toString(${name('k')}), ${keys})`,
        type: TYPES[suffix as keyof typeof TYPES],
      };
    });
  const text = (table: string, scope: string, key: string, sql: string): Source => ({
    table,
    scope,
    pairs: `if(${sql} = '', [], [('${key}', toString(${sql}))])`,
    keys: `if(${sql} = '', [], ['${key}'])`,
    type: 'string',
  });
  return [
    ...maps(SPANS.name, 'attrs', 'span'),
    ...maps(SPANS.name, 'nested', 'event', 'event.'),
    ...maps(SPANS.name, 'nested', 'link', 'link.'),
    ...maps(RESOURCES.name, 'resource', 'resource'),
    ...maps(RESOURCES.name, 'scope', 'instrumentation'),
    ...PROMOTED.map(({ key, column, type }): Source => ({
      table: SPANS.name,
      scope: 'column',
      pairs: `if(isNull(${column}), [], [('${key}', toString(assumeNotNull(${column})))])`,
      keys: `if(isNull(${column}), [], ['${key}'])`,
      type: type === 'string' ? 'string' : 'int',
    })),
    text(SPANS.name, 'intrinsic', 'name', 'name'),
    text(SPANS.name, 'resource', 'service.name', 'service'),
    {
      table: SPANS.name,
      scope: 'intrinsic',
      pairs: `arrayMap(n -> ('event:name', toString(n)), arrayFilter(n -> n != '', event_names))`,
      keys: `arrayMap(n -> 'event:name', arrayFilter(n -> n != '', event_names))`,
      type: 'string',
    },
    text(RESOURCES.name, 'intrinsic', 'instrumentation:name', 'scope_name'),
    text(RESOURCES.name, 'intrinsic', 'instrumentation:version', 'scope_version'),
  ];
}

const COLUMNS = '(tenant, received_day, scope, key, type, is_value, value, count)';

/** One statement writes every tenant's days. */
const SETTINGS = 'SETTINGS max_partitions_per_insert_block = 0';

function keysSql({ table, scope, keys, type }: Source): string {
  return `INSERT INTO ${TAGS.name} ${COLUMNS} ${SETTINGS}
SELECT tenant, received_day, '${scope}', key, '${type}', 0, '', count()
FROM (SELECT tenant, received_day, arrayJoin(${keys}) AS key FROM ${table})
GROUP BY tenant, received_day, key`;
}

function valuesSql({ table, scope, pairs, type }: Source, sample: number): string {
  const where = table === SPANS.name ? ` WHERE cityHash64(trace_id) % ${sample} = 0` : '';
  const weight = table === SPANS.name ? sample : 1;
  return `INSERT INTO ${TAGS.name} ${COLUMNS} ${SETTINGS}
SELECT tenant, received_day, '${scope}', pair.1, '${type}', 1, pair.2, count() * ${weight} AS spans
FROM (SELECT tenant, received_day, arrayJoin(${pairs}) AS pair FROM ${table}${where})
WHERE length(pair.2) <= ${MAX_VALUE_BYTES}
GROUP BY tenant, received_day, pair.1, pair.2
ORDER BY spans DESC
LIMIT ${MAX_VALUES} BY tenant, received_day, pair.1`;
}
