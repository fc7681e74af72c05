import { PROMOTED } from './promoted.ts';

/**
 * The two tables, as data: the columnizer writes blocks in this order and with these types, the planner reads by these
 * names, and the DDL is generated from them. docs/adr/0003-schema.md says why they look so.
 */
export interface Column {
  readonly name: string;
  /** ClickHouse type. */
  readonly type: string;
  readonly codec?: string;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Everything between the column list's closing bracket and the end of the statement. */
  readonly storage: string;
  readonly indexes: readonly string[];
}

export const DATABASE = 'clew';

/**
 * Inserts are durable when they return, and a token repeated within the last 10 000 inserts is dropped. ZSTD(1) instead of
 * LZ4 costs a tenth of the insert's CPU and saves a third of the disk (docs/adr/0003-schema.md). Merges that wait for eight
 * parts instead of five write each row fewer times.
 */
const SETTINGS =
  "SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, default_compression_codec = 'ZSTD(1)', merge_selector_base = 8";

const column = (name: string, type: string, codec?: string): Column => ({ name, type, codec });

/** Types of the four scalar attribute maps, by the suffix of their column. Arrays are repeated keys. */
export const ATTRIBUTE_MAPS = {
  str: 'Map(LowCardinality(String), String)',
  int: 'Map(LowCardinality(String), Int64)',
  float: 'Map(LowCardinality(String), Float64)',
  bool: 'Map(LowCardinality(String), Bool)',
} as const;

export type AttributeMapSuffix = keyof typeof ATTRIBUTE_MAPS;

/**
 * Five columns that keep one set of attributes: `<prefix>_{str,int,float,bool}` hold scalars, and, after them, the
 * elements of arrays (repeated keys), the leaves of nested lists (keys joined by dots) and bytes (base64);
 * `<prefix>_complex` holds the OTLP AnyValue bytes of each array, list, bytes and empty value, from which the exact
 * value is read back.
 */
const attributeSet = (prefix: string): Column[] => [
  ...Object.entries(ATTRIBUTE_MAPS).map(([suffix, type]) => column(`${prefix}_${suffix}`, type)),
  column(`${prefix}_complex`, 'Map(LowCardinality(String), String)'),
];

/** Hours since the epoch of a span's start: the first part of the sort key after the tenant. */
export const HOUR_NS = 3_600_000_000_000n;
export const HOUR_EXPRESSION = `intDiv(start_ns, ${HOUR_NS})`;

export const SPANS: Table = {
  name: `${DATABASE}.spans`,
  columns: [
    column('tenant', 'LowCardinality(String)'),
    /** Day of receipt, not of the span's own clock: one insert touches one partition however wrong the clocks are. */
    column('received_day', 'Date'),
    column('received_ms', 'UInt64', 'Delta, ZSTD(1)'),
    column('trace_id', 'FixedString(16)'),
    column('span_id', 'FixedString(8)', 'NONE'),
    /** Eight zero bytes: a root. */
    column('parent_span_id', 'FixedString(8)'),
    column('start_ns', 'UInt64', 'Delta, ZSTD(1)'),
    /** end − start modulo 2^64, read as signed: end is exact again by adding it to start. */
    column('duration_ns', 'Int64'),
    column('kind', 'UInt8'),
    /** OTLP's numbers: 0 unset, 1 ok, 2 error. */
    column('status_code', 'UInt8'),
    column('status_message', 'String'),
    column('name', 'LowCardinality(String)'),
    column('service', 'LowCardinality(String)'),
    column('resource_id', 'UInt64'),
    column('trace_state', 'String'),
    column('flags', 'UInt32'),
    column('dropped_attributes', 'UInt32'),
    column('dropped_events', 'UInt32'),
    column('dropped_links', 'UInt32'),
    ...PROMOTED.map(({ column: name, type }) =>
      column(name, type === 'string' ? 'LowCardinality(Nullable(String))' : 'Nullable(Int64)')
    ),
    ...attributeSet('attrs'),
    /** Events and links, one array element each; the `_attributes` are the OTLP fields as they came, tags included. */
    column('event_times', 'Array(UInt64)'),
    column('event_names', 'Array(LowCardinality(String))'),
    column('event_dropped', 'Array(UInt32)'),
    column('event_attributes', 'Array(String)'),
    column('link_trace_ids', 'Array(String)'),
    column('link_span_ids', 'Array(String)'),
    column('link_trace_states', 'Array(String)'),
    column('link_flags', 'Array(UInt32)'),
    column('link_dropped', 'Array(UInt32)'),
    column('link_attributes', 'Array(String)'),
    /** Attributes of all events and links for filtering: keys are `event.<key>` and `link.<key>`. */
    ...Object.entries(ATTRIBUTE_MAPS).map(([suffix, type]) => column(`nested_${suffix}`, type)),
    /** OTLP fields that this schema does not know, byte for byte, so that a newer client loses nothing. */
    column('rest', 'String'),
  ],
  indexes: [
    // A trace is looked for by its id alone, and the sort key begins with the hour: this says which granules to read.
    'INDEX trace_ids trace_id TYPE bloom_filter(0.001) GRANULARITY 1',
    'INDEX attr_values mapValues(attrs_str) TYPE bloom_filter(0.01) GRANULARITY 1',
    'INDEX durations duration_ns TYPE minmax GRANULARITY 1',
  ],
  storage: `ENGINE = MergeTree
PARTITION BY (tenant, received_day)
ORDER BY (tenant, ${HOUR_EXPRESSION}, trace_id, start_ns)
${SETTINGS}`,
};

/**
 * What emitted spans: a resource and an instrumentation scope together, written once a day and referred to by id.
 * The id is the first eight bytes (little endian) of a SHA-256 over the resource's and the scope's OTLP bytes.
 */
export const RESOURCES: Table = {
  name: `${DATABASE}.resources`,
  columns: [
    column('tenant', 'LowCardinality(String)'),
    column('received_day', 'Date'),
    column('resource_id', 'UInt64'),
    column('service', 'LowCardinality(String)'),
    ...attributeSet('resource'),
    column('resource_dropped', 'UInt32'),
    column('resource_schema_url', 'String'),
    column('scope_name', 'String'),
    column('scope_version', 'String'),
    ...attributeSet('scope'),
    column('scope_dropped', 'UInt32'),
    column('scope_schema_url', 'String'),
    /** Unknown OTLP fields of the Resource and of the InstrumentationScope message, byte for byte. */
    column('resource_rest', 'String'),
    column('scope_rest', 'String'),
  ],
  indexes: [],
  storage: `ENGINE = ReplacingMergeTree
PARTITION BY (tenant, received_day)
ORDER BY (tenant, resource_id)
${SETTINGS}`,
};

/** Why something of a stored trace is missing. */
export type LossReason = 'bad_span_id' | 'bad_parent_span_id' | 'span_too_large' | 'attribute_too_long';

/**
 * What of a stored trace was refused or cut, so that the trace can say so. `reason` is a LossReason, `count` spans or attributes, `limit_bytes` the limit that they were over, 0 where it was none.
 */
export const LOSSES: Table = {
  name: `${DATABASE}.losses`,
  columns: [
    column('tenant', 'LowCardinality(String)'),
    column('received_day', 'Date'),
    column('received_ms', 'UInt64'),
    column('trace_id', 'FixedString(16)'),
    column('reason', 'LowCardinality(String)'),
    column('limit_bytes', 'UInt32'),
    column('count', 'UInt32'),
  ],
  indexes: [],
  storage: `ENGINE = MergeTree
PARTITION BY (tenant, received_day)
ORDER BY (tenant, trace_id, received_ms)
${SETTINGS}`,
};

/**
 * Which attributes there are, and the values of those that have few, so that nobody has to look for them in the spans. A row
 * for each key (`is_value` 0) and for each value (`is_value` 1) of a scope and type; `count` says how many spans, or resources,
 * have it, by and by. `overflow` as a scope: there are more keys than are kept. Days are those of receipt.
 */
export const TAGS: Table = {
  name: `${DATABASE}.tags`,
  columns: [
    column('tenant', 'LowCardinality(String)'),
    column('received_day', 'Date'),
    /** span, column (promoted attributes of spans), resource, event, link, instrumentation, intrinsic. */
    column('scope', 'LowCardinality(String)'),
    column('key', 'LowCardinality(String)'),
    /** string, int, float, bool. */
    column('type', 'LowCardinality(String)'),
    column('is_value', 'UInt8'),
    column('value', 'String'),
    column('count', 'UInt64'),
  ],
  indexes: [],
  storage: `ENGINE = SummingMergeTree(count)
PARTITION BY (tenant, received_day)
ORDER BY (tenant, is_value, scope, key, type, value)
${SETTINGS}`,
};

export function createTableSql(table: Table): string {
  const lines = [
    ...table.columns.map(({ name, type, codec }) => `${name} ${type}${codec ? ` CODEC(${codec})` : ''}`),
    ...table.indexes,
  ];
  return `CREATE TABLE IF NOT EXISTS ${table.name} (\n  ${lines.join(',\n  ')}\n) ${table.storage}`;
}
