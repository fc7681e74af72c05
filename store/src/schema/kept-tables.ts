import { DATABASE, LOSSES, RESOURCES, SPANS, type Table } from './tables.ts';

/** docs/adr/0008-kept-traces.md says why these tables are apart. */
const SETTINGS = "SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, default_compression_codec = 'ZSTD(1)'";

/**
 * Which traces are not to go with their day, and why. A row for each trace and kind; the newest row of both counts, and none
 * where `removed` is 1. `kind`: `hand`, `exemplar` (a linked Prometheus refers to it) or `span_metrics` (the store's own
 * metrics do). `source`: name of the metric.
 */
export const PINS: Table = {
  name: `${DATABASE}.pins`,
  columns: [
    { name: 'tenant', type: 'LowCardinality(String)' },
    { name: 'trace_id', type: 'FixedString(16)' },
    { name: 'kind', type: 'LowCardinality(String)' },
    { name: 'source', type: 'LowCardinality(String)' },
    { name: 'note', type: 'String' },
    { name: 'pinned_by', type: 'String' },
    { name: 'pinned_ms', type: 'UInt64' },
    { name: 'removed', type: 'UInt8' },
  ],
  indexes: [],
  storage: `ENGINE = ReplacingMergeTree(pinned_ms, removed)
ORDER BY (tenant, trace_id, kind)
${SETTINGS}`,
};

/** Columns as in the table that they come from; ordered for the lookup by id alone. */
const kept = (table: Table, orderBy: string, engine = 'MergeTree'): Table => ({
  name: table.name.replace('.', '.kept_'),
  columns: table.columns,
  indexes: [],
  storage: `ENGINE = ${engine}
PARTITION BY (tenant, received_day)
ORDER BY (${orderBy})
${SETTINGS}`,
});

export const KEPT_SPANS = kept(SPANS, 'tenant, trace_id, start_ns');
export const KEPT_RESOURCES = kept(RESOURCES, 'tenant, resource_id', 'ReplacingMergeTree');
export const KEPT_LOSSES = kept(LOSSES, 'tenant, trace_id, received_ms');

/** Days that retention dropped: what is missing since then is not "never received". */
export const DROPPED_DAYS: Table = {
  name: `${DATABASE}.dropped_days`,
  columns: [
    { name: 'tenant', type: 'LowCardinality(String)' },
    { name: 'received_day', type: 'Date' },
    { name: 'reason', type: 'LowCardinality(String)' },
    { name: 'dropped_ms', type: 'UInt64' },
  ],
  indexes: [],
  storage: `ENGINE = ReplacingMergeTree(dropped_ms)
ORDER BY (tenant, received_day)
${SETTINGS}`,
};
