import type { Engine } from '../../engine/engine.ts';
import type { LossReason } from '../../schema/tables.ts';
import { lossesOfTraceSql, type LossRow } from '../sql/losses-sql.ts';

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

/** What is missing in a trace; `count` is 0 when it is all there. Rejects with EngineError. */
export async function traceLosses(engine: Engine, tenant: string, traceId: string): Promise<TraceLosses> {
  const rows = await engine.rows<LossRow>(lossesOfTraceSql(tenant, traceId));
  return { count: rows.reduce((sum, row) => sum + Number(row.count), 0), sentences: rows.map(sentence) };
}

function sentence({ reason, count, limitBytes, firstMs, lastMs }: LossRow): string {
  const { what, why } = SENTENCES[reason as LossReason](limitBytes);
  const noun = reason === 'attribute_too_long' ? 'attribute' : 'span';
  const first = new Date(Number(firstMs)).toISOString();
  const last = new Date(Number(lastMs)).toISOString();
  const when = first === last ? `at ${first}` : `from ${first} to ${last}`;
  return `${count} ${noun}${count === '1' ? '' : 's'} ${what} ${when} because ${why}`;
}
