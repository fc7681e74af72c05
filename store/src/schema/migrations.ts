import { fillTagsSql } from './fill-tags.ts';
import { DROPPED_DAYS, KEPT_LOSSES, KEPT_RESOURCES, KEPT_SPANS, PINS } from './kept-tables.ts';
import { createTableSql, DATABASE, LOSSES, RESOURCES, SPANS, TAGS } from './tables.ts';

/** A step that brings the data from one version of the schema to the next. Never edited once released. */
export interface Migration {
  readonly version: number;
  readonly statements: readonly string[];
}

export const VERSION_TABLE = `${DATABASE}.schema_version`;

/** Run before anything else, on every start. */
export const BOOTSTRAP: readonly string[] = [
  `CREATE DATABASE IF NOT EXISTS ${DATABASE}`,
  `CREATE TABLE IF NOT EXISTS ${VERSION_TABLE} (version UInt32, applied_at DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY version`,
];

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, statements: [createTableSql(SPANS), createTableSql(RESOURCES)] },
  { version: 2, statements: [createTableSql(LOSSES)] },
  {
    version: 3,
    statements: [
      ...[SPANS, RESOURCES, LOSSES].map(({ name }) => `ALTER TABLE ${name} MODIFY SETTING merge_selector_base = 8`),
      `ALTER TABLE ${SPANS.name} ADD INDEX IF NOT EXISTS trace_ids trace_id TYPE bloom_filter(0.001) GRANULARITY 1`,
      `ALTER TABLE ${SPANS.name} MATERIALIZE INDEX trace_ids`,
    ],
  },
  { version: 4, statements: [createTableSql(TAGS), ...fillTagsSql()] },
  { version: 5, statements: [PINS, KEPT_SPANS, KEPT_RESOURCES, KEPT_LOSSES, DROPPED_DAYS].map(createTableSql) },
];
