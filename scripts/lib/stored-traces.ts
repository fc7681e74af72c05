import { join } from 'node:path';

import { EmbeddedEngine } from '../../store/src/engine/embedded.ts';
import { RESOURCES, SPANS } from '../../store/src/schema/tables.ts';

/** What the engine holds against what was acknowledged, in spans. */
export interface Comparison {
  readonly acknowledgedSpans: number;
  readonly lost: number;
  /** Rows beyond one for each span, of acknowledged and other traces alike. */
  readonly doubled: number;
  readonly rowsStored: number;
  /** Spans whose resource is not stored: they would have no service. */
  readonly withoutResource: number;
  /** Up to three traces that differ, to look for in the log. */
  readonly examples: readonly string[];
}

interface StoredTrace {
  readonly id: string;
  readonly rows: string;
  readonly spans: string;
}

/**
 * Opens the data of a store that has ended and looks at the rows themselves: the query API shows a span that is stored
 * twice once. `acknowledged` has the number of spans by trace id, in hex.
 */
export async function compareWithStored(
  dataDir: string,
  acknowledged: ReadonlyMap<string, number>
): Promise<Comparison> {
  const engine = new EmbeddedEngine({ path: join(dataDir, 'engine'), readers: 1 });
  let stored: StoredTrace[];
  let withoutResource: number;
  try {
    stored = await engine.rows<StoredTrace>({
      sql: `SELECT lower(hex(trace_id)) AS id, count() AS rows, uniqExact(span_id) AS spans FROM ${SPANS.name} GROUP BY id`,
      params: {},
    });
    const [orphans] = await engine.rows<{ spans: string }>({
      sql: `SELECT count() AS spans FROM ${SPANS.name}
WHERE (tenant, received_day, resource_id) NOT IN (SELECT tenant, received_day, resource_id FROM ${RESOURCES.name})`,
      params: {},
    });
    withoutResource = Number(orphans.spans);
  } finally {
    await engine.close();
  }
  const found = new Map(stored.map(({ id, spans }) => [id, Number(spans)]));
  const examples: string[] = [];
  let lost = 0;
  let doubled = 0;
  let acknowledgedSpans = 0;
  for (const [traceId, spans] of acknowledged) {
    const missing = spans - (found.get(traceId) ?? 0);
    acknowledgedSpans += spans;
    if (missing > 0) {
      lost += missing;
      examples.push(`${traceId}: ${missing} of ${spans} spans lost`);
    }
  }
  for (const { id, rows, spans } of stored) {
    const extra = Number(rows) - Number(spans);
    if (extra > 0) {
      doubled += extra;
      examples.push(`${id}: ${extra} of ${spans} spans doubled`);
    }
  }
  const rowsStored = stored.reduce((sum, { rows }) => sum + Number(rows), 0);
  return { acknowledgedSpans, lost, doubled, rowsStored, withoutResource, examples: examples.slice(0, 3) };
}
