import { destinationsOf, isToStore, lineOf, tryExemplars } from '../links/exemplars.ts';
import { readExemplars } from '../samples/prometheus.ts';
import type { Check, DoctorContext, Verdict } from '../types.ts';
import { eachPrometheus, type PrometheusInQuestion } from './each-prometheus.ts';
import { storeOf } from './store-datasource.ts';
import { failed, lookBack, names, ok, skipped, unknown, warning } from './verdicts.ts';

export const exemplarsResolve: Check = {
  id: 'exemplars-resolve',
  area: 'metrics',
  title: 'Exemplars lead to traces',
  needs: ['store-reachable'],
  run: async (context) => eachPrometheus(context, (one) => judged(context, one)),
};

async function judged(context: DoctorContext, { source }: PrometheusInQuestion): Promise<Verdict> {
  const store = storeOf(context);
  const linked = destinationsOf(context.inventory, source, store)
    .filter(isToStore)
    .map(({ name }) => name);
  if (linked.length === 0) {
    return skipped(`${source.name} has no link to ${store.name}.`);
  }
  const sample = await readExemplars(context, source);
  const label = linked.find((name) => sample.labelNames.includes(name));
  if (label === undefined) {
    return sample.exemplars.length === 0
      ? unknown(`No exemplars in ${lookBack(context)}, so none was tried.`)
      : skipped(
          `No exemplar has the label ${names([...new Set(linked)])}: see “Links and exemplars name the same label”.`
        );
  }
  const tried = await tryExemplars(context, store, sample, label);
  const evidence = tried.map((one) => lineOf(one, label));
  const known = tried.filter(({ lookup, isEarly }) => lookup.found !== undefined && !isEarly);
  const lost = known.filter(({ lookup }) => lookup.found === false);
  if (known.length === 0) {
    return unknown(`${store.name} did not answer when asked for the traces of ${tried.length} exemplars.`, {
      evidence,
    });
  }
  if (lost.length === 0) {
    return ok(`The traces of all ${known.length} exemplars that were tried are in ${store.name}.`, { evidence });
  }
  const whys = names([...new Set(lost.map(({ why }) => why ?? ''))]);
  const sentence = `${lost.length} of ${known.length} exemplars lead to no trace: ${whys}.`;
  const remedy = {
    summary: 'An exemplar leads somewhere only where the trace that it names was kept.',
    steps: lost
      .flatMap(({ why = '' }) => STEPS.filter(([start]) => why.startsWith(start)).map(([, step]) => step))
      .filter(isFirst),
  };
  return lost.length === known.length
    ? failed(sentence, { evidence, remedy })
    : warning(sentence, { evidence, remedy });
}

const isFirst = (step: string, at: number, all: readonly string[]): boolean => all.indexOf(step) === at;

const STEPS: ReadonlyArray<readonly [string, string]> = [
  ['malformed', 'Let the metrics library write the W3C trace id: 32 hexadecimal digits.'],
  ['too old', 'Raise CLEW_RETENTION_DAYS or CLEW_RETENTION_BYTES, so that traces live as long as exemplars.'],
  [
    'never received',
    'Send the spans of these services to this store, and let exemplars be written for sampled spans alone.',
  ],
  [
    'never received',
    'With several tenants: the datasource has to send the tenant (X-Scope-OrgID) that the spans came with.',
  ],
];
