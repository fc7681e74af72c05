import { readExemplars, readFlags } from '../samples/prometheus.ts';
import type { Check, DoctorContext, Verdict } from '../types.ts';
import { eachPrometheus, type PrometheusInQuestion } from './each-prometheus.ts';
import { failed, ok, skipped, unknown } from './verdicts.ts';

export const exemplarStorage: Check = {
  id: 'exemplar-storage',
  area: 'metrics',
  title: 'Prometheus keeps exemplars',
  needs: ['store-datasource'],
  run: async (context) => eachPrometheus(context, (one) => judged(context, one)),
};

async function judged(context: DoctorContext, { source, isLinked, isOnly }: PrometheusInQuestion): Promise<Verdict> {
  const flags = await readFlags(context, source);
  const features = flags?.['enable-feature'];
  if (features?.split(',').includes('exemplar-storage')) {
    return ok(`${source.name} runs with --enable-feature=exemplar-storage.`);
  }
  const { exemplars } = await readExemplars(context, source);
  if (exemplars.length > 0) {
    return ok(`${source.name} answers with exemplars.`);
  }
  if (!isLinked && !isOnly) {
    return skipped(`${source.name} is not linked, and has no exemplars.`);
  }
  if (features === undefined) {
    return unknown(
      `${source.name} does not tell how it was started (Mimir and Thanos have no such route), and has no exemplars.`,
      {
        remedy: {
          summary: 'Exemplars have to be switched on where metrics are kept.',
          steps: [
            'Mimir: limits.max_global_exemplars_per_user above 0.',
            'Thanos: exemplars of each sidecar’s Prometheus.',
          ],
        },
      }
    );
  }
  return failed(`${source.name} runs without exemplar storage: whatever exemplars it scrapes are dropped.`, {
    evidence: [`--enable-feature=${features}`],
    remedy: {
      summary: 'Prometheus keeps exemplars only when it is told to.',
      steps: [
        `Start it with --enable-feature=${[...features.split(',').filter(Boolean), 'exemplar-storage'].join(',')}.`,
        'How many it keeps is storage.exemplars.max_exemplars in prometheus.yml (100,000 without it).',
      ],
    },
  });
}
