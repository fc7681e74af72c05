import { AttributeColumnEncoder, CHUNK_ROWS, wordsOf } from '@clew/trace-model';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Engine } from '../../engine/engine.ts';
import type { DictionaryColumn, FixedColumn } from '../run/native-reader.ts';
import { readKnownKeys } from '../run/read-known-keys.ts';
import { mayHaveAnywhere, type KnownKeys } from '../sql/known-keys.ts';
import { SqlParameters } from '../sql/sql-text.ts';
import { ROW_COLUMNS, type RowColumns } from '../sql/trace-frame-sql.ts';
import { attributeCellSql, boundedCellSql, CELL_TYPE, listCellSql } from './cell-sql.ts';
import type { ColumnPlace, ColumnPlan } from './column-plan.ts';
import { ColumnTexts } from './column-texts.ts';
import { EmitterNumbers, type EmitterPlace } from './emitter-numbers.ts';
import { rowPages, type RowBlock } from './row-pages.ts';

/** Rows between two turns of the event loop. */
const TURN_ROWS = CHUNK_ROWS;

export interface ColumnRequest {
  readonly tenant: string;
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  readonly plan: ColumnPlan;
  /** How many rows the trace has, at most. */
  readonly rows: number;
}

type NumberOfRow = (row: number) => number;

/**
 * One attribute of each row of the trace's frame, as chunks of an attribute column. Of a long text, and of distinct values
 * beyond what ColumnTexts takes, is told that they are there. Rejects with EngineError.
 */
export async function* traceColumn(engine: Engine, request: ColumnRequest): AsyncGenerator<Uint8Array> {
  const { tenant, traceId, rows: totalRows } = request;
  const names = request.plan.flatMap((place) => ('scope' in place ? [place.name] : []));
  const keys = await readKnownKeys(engine, tenant, names);
  const params = new SqlParameters();
  const plan = request.plan.filter((place) => isPossible(place, keys));
  const columns = columnsOf(plan, params, keys);
  const encoder = new AttributeColumnEncoder(Buffer.from(traceId, 'hex'));
  const texts = new ColumnTexts(encoder.texts);
  const emitters = new EmitterNumbers(engine, tenant, plan.filter(isEmitterPlace), texts);
  const sql = Object.values(columns).map((column) => column.sql);
  const source = { tenant, traceId, columns, params: params.query(sql.join(', ')).params };
  for await (const { blocks, isLast } of rowPages(engine, source)) {
    const numbers: Uint32Array[] = [];
    let rows = 0;
    for (const block of blocks) {
      const ofEmitters = 'resource_id' in columns ? await emitters.of(wordsOfColumn(block)) : [];
      let emitter = 0;
      const places = plan.map((place, index) =>
        isEmitterPlace(place) ? ofEmitters[emitter++] : numberOfCell(block, `v${index}`, texts)
      );
      numbers.push(firstOf(places, block.rows));
      if (Math.floor(rows / TURN_ROWS) < Math.floor((rows + block.rows) / TURN_ROWS)) {
        await nextTurn();
      }
      rows += block.rows;
    }
    const { bytes, values } = encoder.chunk({ rows, totalRows, last: isLast, numeric: texts.numeric });
    let at = 0;
    for (const part of numbers) {
      values.set(part, at);
      at += part.length;
    }
    yield bytes;
    await nextTurn();
  }
}

const isEmitterPlace = (place: ColumnPlace): place is EmitterPlace =>
  place.kind === 'emitterAttribute' || place.kind === 'emitterText';

const isPossible = (place: ColumnPlace, keys: KnownKeys): boolean =>
  !('scope' in place) || mayHaveAnywhere(keys, place.scope, place.name);

function columnsOf(plan: ColumnPlan, params: SqlParameters, keys: KnownKeys): RowColumns {
  const columns: Record<string, { type: string; sql: string }> = { ...ROW_COLUMNS };
  plan.forEach((place, index) => {
    if (isEmitterPlace(place)) {
      columns.resource_id = { type: 'UInt64', sql: 'resource_id' };
      return;
    }
    const sql =
      place.kind === 'list' ? listCellSql(place.name) : attributeCellSql(place.scope, place.name, params, keys);
    columns[`v${index}`] = { type: CELL_TYPE, sql: boundedCellSql(sql ?? "''", `cell${index}`) };
  });
  return columns;
}

/** An aligned copy. */
const wordsOfColumn = ({ columns, rows }: RowBlock): Uint32Array =>
  wordsOf(new Uint8Array((columns.resource_id as FixedColumn).bytes.subarray(0, rows * 8)));

/** Each text of the block's own dictionary is looked up once, if it is used. */
function numberOfCell(block: RowBlock, name: string, texts: ColumnTexts): NumberOfRow {
  const { source, starts, ends, indexes } = block.columns[name] as DictionaryColumn;
  const numbers = new Float64Array(starts.length).fill(-1);
  return (row) => {
    const index = indexes[row];
    if (numbers[index] < 0) {
      numbers[index] = texts.ofCell(source, starts[index], ends[index]);
    }
    return numbers[index];
  };
}

/** By row the first number that is not 0. */
function firstOf(places: readonly NumberOfRow[], rows: number): Uint32Array {
  const numbers = new Uint32Array(rows);
  for (const numberOf of places) {
    for (let row = 0; row < rows; row++) {
      if (numbers[row] === 0) {
        numbers[row] = numberOf(row);
      }
    }
  }
  return numbers;
}
