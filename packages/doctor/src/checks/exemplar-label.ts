import { destinationsOf, isToStore, propose, traceLabelOf } from '../links/exemplars.ts';
import { readExemplars } from '../samples/prometheus.ts';
import type { Check, DoctorContext, Verdict } from '../types.ts';
import { eachPrometheus, type PrometheusInQuestion } from './each-prometheus.ts';
import { storeOf } from './store-datasource.ts';
import { failed, lookBack, names, ok, skipped, unknown } from './verdicts.ts';

export const exemplarLabel: Check = {
  id: 'exemplar-label',
  area: 'metrics',
  title: 'Links and exemplars name the same label',
  needs: ['store-datasource'],
  run: async (context) => eachPrometheus(context, (one) => judged(context, one)),
};

async function judged(context: DoctorContext, { source }: PrometheusInQuestion): Promise<Verdict> {
  const store = storeOf(context);
  const set = destinationsOf(context.inventory, source, store).filter(isToStore);
  if (set.length === 0) {
    return skipped(`${source.name} has no link to ${store.name}.`);
  }
  const sample = await readExemplars(context, source);
  if (sample.exemplars.length === 0) {
    return unknown(`No exemplars in ${lookBack(context)}, so the label was not tried.`);
  }
  const label = traceLabelOf(sample);
  const linked = [...new Set(set.map(({ name }) => name))];
  const right = linked.filter((name) => sample.labelNames.includes(name));
  const have = `Exemplars have the labels ${names(sample.labelNames)}`;
  if (right.length > 0 && (label === undefined || right.includes(label))) {
    return ok(`${have}, and the link goes by ${names(right)}.`);
  }
  const { remedy, preview } = await propose(context, source, store);
  const but = label === undefined ? 'none of them is a trace’s id' : `the id is in ${label}`;
  return failed(`${have}; the link goes by ${names(linked)}, so Grafana shows none: ${but}.`, {
    evidence: preview.lines,
    remedy: label === undefined ? undefined : remedy,
  });
}
