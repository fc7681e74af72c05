import { ResourceDictionaryWriter } from '@clew/trace-model';
import type { Value } from '@clew/traceql';

import type { Engine } from '../../engine/engine.ts';
import { readValue } from '../run/span-columns.ts';
import { resourceValuesSql, type ResourceValuesRow } from '../sql/trace-columns-sql.ts';
import type { ColumnPlace } from './column-plan.ts';
import type { ColumnTexts } from './column-texts.ts';

export type EmitterPlace = Extract<ColumnPlace, { kind: 'emitterAttribute' | 'emitterText' }>;

/** Emitters in one statement: a remote engine gets their ids in its URL. */
const MAX_IDS = 2000;

/** Numbers of texts by what emitted a span, a number for each place. */
export class EmitterNumbers {
  readonly #engine: Engine;
  readonly #tenant: string;
  readonly #places: readonly EmitterPlace[];
  readonly #texts: ColumnTexts;
  readonly #ids = new ResourceDictionaryWriter();
  /** By place, then by the id's index: a value until a row asks for its number, then that. */
  readonly #values: readonly Value[][];
  readonly #numbers: readonly number[][];

  constructor(engine: Engine, tenant: string, places: readonly EmitterPlace[], texts: ColumnTexts) {
    this.#engine = engine;
    this.#tenant = tenant;
    this.#places = places;
    this.#texts = texts;
    this.#values = places.map(() => []);
    this.#numbers = places.map(() => []);
  }

  /**
   * For each place a function from rows to numbers. `ids`: halves of each row's resource id. Reads of emitters what was not
   * read before. Rejects with EngineError.
   */
  async of(ids: Uint32Array): Promise<ReadonlyArray<(row: number) => number>> {
    const indexes = new Uint32Array(ids.length / 2);
    const known = this.#ids.count;
    const unknown: bigint[] = [];
    for (let row = 0; row < indexes.length; row++) {
      const low = ids[row * 2];
      const high = ids[row * 2 + 1];
      indexes[row] = this.#ids.intern(low, high);
      if (indexes[row] === known + unknown.length) {
        unknown.push((BigInt(high) << 32n) | BigInt(low));
      }
    }
    await this.#read(unknown, known);
    return this.#numbers.map((numbers, place) => {
      const values = this.#values[place];
      // A text that no row shows is none of the column's.
      return (row: number) => (numbers[indexes[row]] ??= this.#texts.ofValue(values[indexes[row]]));
    });
  }

  async #read(ids: readonly bigint[], firstIndex: number): Promise<void> {
    const attributes = this.#places.flatMap((place) => (place.kind === 'emitterAttribute' ? [place] : []));
    for (let at = 0; at < ids.length; at += MAX_IDS) {
      const part = ids.slice(at, at + MAX_IDS);
      const rows = await this.#engine.rows<ResourceValuesRow>(resourceValuesSql(this.#tenant, attributes, part));
      const byId = new Map(rows.map((row) => [row.resourceId, row]));
      for (const [place, values] of this.#values.entries()) {
        part.forEach((id, index) => {
          const row = byId.get(String(id));
          values[firstIndex + at + index] = row && valueOf(this.#places[place], attributes, row);
        });
      }
    }
  }
}

function valueOf(place: EmitterPlace, attributes: readonly EmitterPlace[], row: ResourceValuesRow): Value {
  if (place.kind === 'emitterAttribute') {
    return readValue(row[`v${attributes.indexOf(place)}`]);
  }
  const text = place.name === 'instrumentation:name' ? row.scopeName : row.scopeVersion;
  return text === '' ? undefined : text;
}
