import type { Engine } from '../../engine/engine.ts';
import type { KnownKeys } from '../sql/known-keys.ts';
import { readNumber } from './cell.ts';
import {
  EXEMPLARS_PER_SLOT,
  exemplarSql,
  SHARES,
  slotCount,
  type ExemplarRequest,
  type ExemplarRow,
} from './exemplar-sql.ts';
import { readLabels } from './series-run.ts';

/** A span of a group. */
export interface ExemplarSpan {
  /** The key of its group. */
  readonly key: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly startNs: bigint;
  /** What is measured, durations in seconds; NaN where spans are counted. */
  readonly value: number;
}

const NS_PER_SECOND = 1e9;

/** Of so many exemplars as there could be, these are enough. */
const ENOUGH = 0.5;

/**
 * Some spans, from traces that differ, spread over the points. `occupied` resolves with the points that have values: it
 * says whether what was found in a share of the traces is all that one may expect. Rejects with EngineError.
 */
export async function readExemplars(
  engine: Engine,
  request: ExemplarRequest,
  keys: KnownKeys,
  occupied: Promise<ReadonlySet<number>>
): Promise<ExemplarSpan[]> {
  const { limit, points, measured } = request;
  let found: ExemplarSpan[] = [];
  for (const share of SHARES) {
    const statement = exemplarSql(request, keys, share);
    if (!statement) {
      return [];
    }
    const { query, encodings, unit } = statement;
    const rows = await engine.rows<ExemplarRow>(query);
    found = rows.map((row) => ({
      key: readLabels(row, encodings).key,
      traceId: row.traceId,
      spanId: row.spanId,
      startNs: BigInt(row.startNs),
      value: measured ? readNumber(row.measured) / (unit === 'ns' ? NS_PER_SECOND : 1) : NaN,
    }));
    const slots = slotCount(limit, points.size);
    const occupiedSlots = new Set(Array.from(await occupied, (point) => Math.floor((point * slots) / points.size)));
    if (found.length >= Math.min(limit, occupiedSlots.size * EXEMPLARS_PER_SLOT) * ENOUGH) {
      break;
    }
  }
  return found;
}
