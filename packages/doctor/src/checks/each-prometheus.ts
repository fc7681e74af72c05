import type { Datasource } from '../inventory.ts';
import { destinationsOf, isToStore } from '../links/exemplars.ts';
import { prometheusOf, readReachable } from '../samples/prometheus.ts';
import type { DoctorContext, Verdict } from '../types.ts';
import { storeOf } from './store-datasource.ts';
import { skipped, subjectOf, unknown } from './verdicts.ts';

export interface PrometheusInQuestion {
  readonly source: Datasource;
  /** Its exemplars lead to the store, or are meant to. */
  readonly isLinked: boolean;
  /** There is no other. */
  readonly isOnly: boolean;
}

/** One verdict for each Prometheus datasource that answers. */
export async function eachPrometheus(
  context: DoctorContext,
  judge: (one: PrometheusInQuestion) => Promise<Verdict>
): Promise<Verdict[]> {
  const sources = prometheusOf(context.inventory);
  if (sources.length === 0) {
    return [skipped('Grafana has no Prometheus datasource.')];
  }
  const store = storeOf(context);
  return Promise.all(
    sources.map(async (source) => {
      const destinations = destinationsOf(context.inventory, source, store);
      const isLinked = destinations.some((one) => isToStore(one) || one.leadsTo === 'gone');
      return {
        ...(await judged(context, { source, isLinked, isOnly: sources.length === 1 }, judge)),
        subject: subjectOf(source),
      };
    })
  );
}

async function judged(
  context: DoctorContext,
  one: PrometheusInQuestion,
  judge: (one: PrometheusInQuestion) => Promise<Verdict>
): Promise<Verdict> {
  try {
    const { samples } = await readReachable(context, one.source);
    return samples ? await judge(one) : skipped(`Not tested, because ${one.source.name} does not answer.`);
  } catch (error) {
    return unknown(`${one.source.name} could not be tested. ${error instanceof Error ? error.message : String(error)}`);
  }
}
