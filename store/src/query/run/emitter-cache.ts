import type { Engine } from '../../engine/engine.ts';
import { resourcesByIdSql } from '../sql/trace-sql.ts';
import { emitterKey, readEmitters, type Emitter } from './resource-encoder.ts';

/** Emitters remembered at least; at most twice as many. A few hundred bytes each. */
const GENERATION = 10_000;
/** Ids in one statement: they travel in the URL of a ClickHouse server. */
const IDS_PER_QUERY = 1000;

/**
 * Resources and scopes by id. Their rows never change, and there are few of them beside the spans, so that a lookup of a
 * trace mostly needs no second query.
 */
export class EmitterCache {
  readonly #engine: Engine;
  #young = new Map<string, Emitter>();
  #old = new Map<string, Emitter>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Emitters by `emitterKey`; those that are nowhere are missing. Rejects with EngineError. */
  async get(tenant: string, resourceIds: ReadonlySet<bigint>): Promise<ReadonlyMap<string, Emitter>> {
    const found = new Map<string, Emitter>();
    const missing: bigint[] = [];
    for (const id of resourceIds) {
      const key = keyOf(id);
      const emitter = this.#find(`${tenant}\0${key}`);
      if (emitter) {
        found.set(key, emitter);
      } else {
        missing.push(id);
      }
    }
    for (let at = 0; at < missing.length; at += IDS_PER_QUERY) {
      const query = resourcesByIdSql(tenant, missing.slice(at, at + IDS_PER_QUERY));
      for (const [key, emitter] of readEmitters(await this.#engine.bytes(query, 'RowBinary'))) {
        found.set(key, emitter);
        this.#remember(`${tenant}\0${key}`, emitter);
      }
    }
    return found;
  }

  #find(name: string): Emitter | undefined {
    const young = this.#young.get(name);
    const emitter = young ?? this.#old.get(name);
    if (emitter && !young) {
      this.#remember(name, emitter);
    }
    return emitter;
  }

  #remember(name: string, emitter: Emitter): void {
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(name, emitter);
  }
}

const keyOf = (id: bigint): string => emitterKey(Number(id & 0xffff_ffffn), Number(id >> 32n));
