import { CLEW_TYPE, type Datasource } from '../inventory.ts';
import { prometheusOf, queryInstant } from '../samples/prometheus.ts';
import { readStoreStatus } from '../samples/store.ts';
import type { DoctorContext } from '../types.ts';

/** Where a store was seen, and by what. */
export interface SeenStore {
  readonly url: string;
  readonly by: string;
}

/**
 * Looks for a store at the addresses that Grafana knows: of another datasource of traces, or of the target that Prometheus scrapes (the admin
 * port, which is the one after the query port by default). Undefined where neither is one. Never rejects.
 */
export async function findStore(context: DoctorContext, wrong: Datasource): Promise<SeenStore | undefined> {
  const others = context.inventory.datasources.filter(
    ({ uid, type, url }) => uid !== wrong.uid && (type === 'tempo' || type === CLEW_TYPE) && url !== undefined
  );
  const seen = await Promise.allSettled(
    others.map(async (other) => ((await readStoreStatus(context, other)).status ? other : undefined))
  );
  for (const result of seen) {
    if (result.status === 'fulfilled' && result.value?.url !== undefined) {
      return { url: result.value.url, by: `${result.value.name} has a store there` };
    }
  }
  const scraped = await Promise.allSettled(
    prometheusOf(context.inventory).map(async (source) => ({
      source,
      answer: await queryInstant(context, source, 'group by (instance) (clew_received_spans_total)'),
    }))
  );
  for (const result of scraped) {
    const instance = result.status === 'fulfilled' ? result.value.answer.samples?.[0]?.labels.instance : undefined;
    const [, host, port] = /^(.+):(\d+)$/.exec(instance ?? '') ?? [];
    if (result.status === 'fulfilled' && host !== undefined) {
      return {
        url: `http://${host}:${Number(port) - 1}`,
        by: `${result.value.source.name} scrapes a store at ${instance}`,
      };
    }
  }
  return undefined;
}
