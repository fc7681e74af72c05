import {
  AttributeColumnDecoder,
  AttributeColumnEncoder,
  FINDING_ATTRIBUTES,
  type FindingAttribute,
} from '@clew/trace-model';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Engine } from '../../engine/engine.ts';
import type { DictionaryColumn } from '../run/native-reader.ts';
import { readKnownKeys } from '../run/read-known-keys.ts';
import { SqlParameters } from '../sql/sql-text.ts';
import { ROW_COLUMNS, type RowColumns } from '../sql/trace-frame-sql.ts';
import { attributeCellSql, boundedCellSql, CELL_TYPE } from '../trace/cell-sql.ts';
import { ColumnTexts } from '../trace/column-texts.ts';
import { rowPages, type RowBlock } from '../trace/row-pages.ts';

interface AttributeReading {
  readonly key: FindingAttribute;
  readonly encoder: AttributeColumnEncoder;
  readonly texts: ColumnTexts;
  readonly decoder: AttributeColumnDecoder;
}

/**
 * Those of the attributes that rules read which spans of the tenant have, by row of the trace's frame: all in one pass, because most of
 * them lie in the same maps. Undefined for values that are long or too many. Rejects with EngineError.
 */
export async function readFindingAttributes(
  engine: Engine,
  tenant: string,
  traceId: string
): Promise<(row: number, key: FindingAttribute) => string | undefined> {
  const keys = await readKnownKeys(engine, tenant, FINDING_ATTRIBUTES);
  const params = new SqlParameters();
  const columns: Record<string, RowColumns[string]> = { ...ROW_COLUMNS };
  const readings = new Map<FindingAttribute, AttributeReading>();
  for (const key of FINDING_ATTRIBUTES) {
    const sql = attributeCellSql('span', key, params, keys);
    if (sql !== undefined) {
      columns[nameOf(readings.size)] = { type: CELL_TYPE, sql: boundedCellSql(sql, `cell${readings.size}`) };
      const encoder = new AttributeColumnEncoder(Buffer.from(traceId, 'hex'));
      const texts = new ColumnTexts(encoder.texts);
      readings.set(key, { key, encoder, texts, decoder: new AttributeColumnDecoder() });
    }
  }
  if (readings.size > 0) {
    const sql = Object.values(columns).map((column) => column.sql);
    const source = { tenant, traceId, columns, params: params.query(sql.join(', ')).params };
    for await (const { blocks, isLast } of rowPages(engine, source)) {
      for (const [index, reading] of [...readings.values()].entries()) {
        add(reading, blocks, nameOf(index), isLast);
        await nextTurn();
      }
    }
  }
  return (row, key) => {
    const decoder = readings.get(key)?.decoder;
    const value = decoder?.values[row] ?? 0;
    return decoder && value > 0 && value <= decoder.texts.length ? decoder.texts.get(value - 1) : undefined;
  };
}

const nameOf = (index: number): string => `v${index}`;

/** Each text of a block's own dictionary is looked up once, if it is used. */
function add(
  { encoder, texts, decoder }: AttributeReading,
  blocks: readonly RowBlock[],
  name: string,
  last: boolean
): void {
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const numbers = new Uint32Array(rows);
  let at = 0;
  for (const block of blocks) {
    const { source, starts, ends, indexes } = block.columns[name] as DictionaryColumn;
    const known = new Float64Array(starts.length).fill(-1);
    for (let row = 0; row < block.rows; row++) {
      const index = indexes[row];
      if (known[index] < 0) {
        known[index] = texts.ofCell(source, starts[index], ends[index]);
      }
      numbers[at++] = known[index];
    }
  }
  const { bytes, values } = encoder.chunk({ rows, last, numeric: texts.numeric });
  values.set(numbers);
  decoder.push(bytes);
}
