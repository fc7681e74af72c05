import type { Engine } from '../../engine/engine.ts';
import type { LossReason } from '../../schema/tables.ts';
import { anyLossesSql, lossesOfTraceSql, type LossRow } from '../sql/losses-sql.ts';

/** In the words of "2 spans refused at T because …". */
const SENTENCES: Readonly<Record<LossReason, (limit: number) => { what: string; why: string }>> = {
  bad_span_id: () => ({ what: 'refused', why: 'their span id is not 8 bytes, or all zero' }),
  bad_parent_span_id: () => ({ what: 'refused', why: 'their parent span id is not 8 bytes' }),
  span_too_large: (limit) => ({ what: 'refused', why: `they are larger than ${limit} bytes (CLEW_MAX_SPAN_BYTES)` }),
  attribute_too_long: (limit) => ({
    what: 'cut',
    why: `they are longer than ${limit} bytes (CLEW_MAX_ATTRIBUTE_BYTES)`,
  }),
};

export interface TraceLosses {
  /** Spans and attributes, all together; grows with each that is lost. */
  readonly count: number;
  /** A sentence for each reason. */
  readonly sentences: readonly string[];
}

const NOTHING_LOST: TraceLosses = { count: 0, sentences: [] };

/** For how long "this tenant lost nothing at all" is believed. */
const BELIEVED_MS = 1000;

/** Reads what is missing in traces. Most stores have lost nothing, and then no lookup pays for the question. */
export class LossReader {
  readonly #engine: Engine;
  /** By tenant: until when nothing is taken to be lost. */
  readonly #nothingUntil = new Map<string, number>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** `count` is 0 when the trace is all there. Rejects with EngineError. */
  async ofTrace(tenant: string, traceId: string): Promise<TraceLosses> {
    if ((this.#nothingUntil.get(tenant) ?? 0) > performance.now()) {
      return NOTHING_LOST;
    }
    const [{ any }] = await this.#engine.rows<{ any: number }>(anyLossesSql(tenant));
    if (!any) {
      this.#nothingUntil.set(tenant, performance.now() + BELIEVED_MS);
      return NOTHING_LOST;
    }
    const rows = await this.#engine.rows<LossRow>(lossesOfTraceSql(tenant, traceId));
    return { count: rows.reduce((sum, row) => sum + Number(row.count), 0), sentences: rows.map(sentence) };
  }
}

function sentence({ reason, count, limitBytes, firstMs, lastMs }: LossRow): string {
  const { what, why } = SENTENCES[reason as LossReason](limitBytes);
  const noun = reason === 'attribute_too_long' ? 'attribute' : 'span';
  const first = new Date(Number(firstMs)).toISOString();
  const last = new Date(Number(lastMs)).toISOString();
  const when = first === last ? `at ${first}` : `from ${first} to ${last}`;
  return `${count} ${noun}${count === '1' ? '' : 's'} ${what} ${when} because ${why}`;
}
