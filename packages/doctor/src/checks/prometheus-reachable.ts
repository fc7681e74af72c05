import { destinationsOf, isToStore } from '../links/exemplars.ts';
import { prometheusOf, readReachable } from '../samples/prometheus.ts';
import type { Check, Verdict } from '../types.ts';
import { failed, messageIn, ok, problemOf, skipped, subjectOf, unknown } from './verdicts.ts';

export const prometheusReachable: Check = {
  id: 'prometheus-reachable',
  area: 'metrics',
  title: 'Prometheus answers',
  run: async (context) => {
    const { inventory, store } = context;
    const sources = prometheusOf(inventory);
    if (sources.length === 0) {
      return [skipped('Grafana has no Prometheus datasource: there are no metrics to connect.')];
    }
    const metrics = store?.jsonData.tracesToMetrics;
    return Promise.all(
      sources.map(async (source): Promise<Verdict> => {
        const isUsed =
          sources.length === 1 ||
          (store !== undefined && destinationsOf(inventory, source, store).some(isToStore)) ||
          (typeof metrics === 'object' &&
            metrics !== null &&
            'datasourceUid' in metrics &&
            metrics.datasourceUid === source.uid);
        const subject = subjectOf(source);
        const at = source.url === undefined ? '' : ` at ${source.url}`;
        try {
          const started = Date.now();
          const { samples, response } = await readReachable(context, source);
          if (samples) {
            return ok(`${source.name} answers in ${Date.now() - started} ms.`, { subject });
          }
          const said = messageIn(response.data);
          const problem =
            problemOf(response, source.name) ??
            failed(`What answers${at} does not speak Prometheus’ API.`, { evidence: said === undefined ? [] : [said] });
          return isUsed || problem.outcome === 'unknown'
            ? {
                ...problem,
                subject,
                remedy: {
                  summary: 'The URL of the datasource has to be Prometheus’ own.',
                  steps: [`Look at the settings of ${source.name}${at === '' ? '' : `: its URL is${at.slice(3)}`}.`],
                },
              }
            : skipped(`${problem.sentence} Nothing is linked with it.`, { subject });
        } catch (error) {
          return unknown(error instanceof Error ? error.message : String(error), { subject });
        }
      })
    );
  },
};
