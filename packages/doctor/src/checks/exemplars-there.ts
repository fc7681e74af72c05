import { readExemplars, readFlags } from '../samples/prometheus.ts';
import type { Check, DoctorContext, Verdict } from '../types.ts';
import { eachPrometheus, type PrometheusInQuestion } from './each-prometheus.ts';
import { count, duration, lookBack, names, ok, problemOf, skipped, warning } from './verdicts.ts';

export const exemplarsThere: Check = {
  id: 'exemplars-there',
  area: 'metrics',
  title: 'Metrics have exemplars',
  needs: ['store-datasource'],
  run: async (context) => eachPrometheus(context, (one) => judged(context, one)),
};

async function judged(context: DoctorContext, { source, isLinked, isOnly }: PrometheusInQuestion): Promise<Verdict> {
  const { exemplars, problem, labelNames } = await readExemplars(context, source);
  if (exemplars.length > 0) {
    const metrics = [...new Set(exemplars.map(({ metric }) => metric))];
    const ago = duration(context.range.toMs - exemplars[0].atMs);
    return ok(
      `${count(metrics.length, 'metric')} with exemplars, the newest ${ago} old; their labels: ${names(labelNames)}.`,
      {
        evidence: metrics.slice(0, 10),
      }
    );
  }
  if (!isLinked && !isOnly) {
    return skipped(`${source.name} is not linked, and has no exemplars.`);
  }
  const said = problem && problemOf(problem, source.name);
  if (said) {
    return said;
  }
  const features = (await readFlags(context, source))?.['enable-feature'];
  if (features !== undefined && !features.split(',').includes('exemplar-storage')) {
    return skipped(`${source.name} keeps no exemplars: see “Prometheus keeps exemplars”.`);
  }
  return warning(`${source.name} has no exemplar in ${lookBack(context)}, so nothing leads from metrics to traces.`, {
    remedy: {
      summary: 'Exemplars come from whoever exposes the metrics, in the OpenMetrics format.',
      steps: [
        'Switch exemplars on in the metrics library of the services; OpenTelemetry SDKs have them by default for sampled spans.',
        'Of a collector’s prometheus exporter set enable_open_metrics: true.',
        'Or scrape the store’s span metrics: they have one for each bucket (see “Span metrics are scraped”).',
      ],
    },
  });
}
