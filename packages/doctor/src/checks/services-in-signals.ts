import { proxied } from '../grafana.ts';
import { isRecord, ofType, type Datasource } from '../inventory.ts';
import { prometheusOf, readLabelValues, readReachable } from '../samples/prometheus.ts';
import { readStoreServices } from '../samples/store.ts';
import type { Check, DoctorContext, Verdict } from '../types.ts';
import { storeOf } from './store-datasource.ts';
import { lookBack, names, ok, skipped, subjectOf, unknown, warning } from './verdicts.ts';

/** Labels that hold a service's name; `job` holds other things as well, so what it has alone says nothing. */
const LABELS = [
  { label: 'service', isCertain: true },
  { label: 'service_name', isCertain: true },
  { label: 'exported_job', isCertain: false },
  { label: 'job', isCertain: false },
  { label: 'app', isCertain: false },
];
/** What stands for services that are none: Clew's span metrics, Loki. */
const NO_SERVICES = ['', '__overflow__', 'unknown_service', 'user'];

export const servicesInSignals: Check = {
  id: 'services-in-signals',
  area: 'grafana',
  title: 'Services send all their signals',
  needs: ['store-reachable'],
  run: async (context) => {
    const store = storeOf(context);
    const own = ((await readStoreServices(context, store)) ?? []).map(({ name }) => name);
    if (own.length === 0) {
      return [unknown(`No service sent spans in ${lookBack(context)}, so there is nothing to compare.`)];
    }
    const metrics = prometheusOf(context.inventory).map((source) => inMetrics(context, source, own));
    const logs = ofType(context.inventory, 'loki').map((source) => inLogs(context, source, own));
    const verdicts = await Promise.all([...metrics, ...logs]);
    return verdicts.length > 0 ? verdicts : [skipped('Grafana has neither Prometheus nor Loki.')];
  },
};

async function inMetrics(context: DoctorContext, source: Datasource, own: readonly string[]): Promise<Verdict> {
  const subject = subjectOf(source);
  try {
    if (!(await readReachable(context, source)).samples) {
      return skipped(`${source.name} does not answer.`, { subject });
    }
    const read = await Promise.all(
      LABELS.map(async (one) => ({ ...one, values: (await readLabelValues(context, source, one.label)) ?? [] }))
    );
    const [best] = read.sort((a, b) => shared(own, b.values) - shared(own, a.values));
    return { ...compared(own, best.values, `metrics of ${source.name} (${best.label})`, best.isCertain), subject };
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error), { subject });
  }
}

async function inLogs(context: DoctorContext, source: Datasource, own: readonly string[]): Promise<Verdict> {
  const subject = subjectOf(source);
  const { fromMs, toMs } = context.range;
  const params = { start: `${Math.round(fromMs)}000000`, end: `${Math.round(toMs)}000000` };
  try {
    const { status, data } = await context.call(proxied(source.uid, 'loki/api/v1/label/service_name/values', params));
    if (status !== 200 || !isRecord(data)) {
      return skipped(`${source.name} does not tell its services (${status}).`, { subject });
    }
    const values = Array.isArray(data.data) ? data.data.filter((one): one is string => typeof one === 'string') : [];
    return { ...compared(own, values, `logs of ${source.name} (service_name)`, true), subject };
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error), { subject });
  }
}

const shared = (own: readonly string[], values: readonly string[]): number =>
  values.filter((value) => own.includes(value)).length;

function compared(own: readonly string[], all: readonly string[], where: string, isCertain: boolean): Verdict {
  const values = all.filter((value) => !NO_SERVICES.includes(value));
  if (shared(own, values) === 0) {
    return skipped(`None of the ${own.length} services with spans is in the ${where}.`);
  }
  const there = new Set(values);
  const traced = new Set(own);
  const notThere = own.filter((name) => !there.has(name));
  const notTraced = isCertain ? values.filter((value) => !traced.has(value)) : [];
  const sentences = [
    ...(notThere.length > 0 ? [`With spans, and not in the ${where}: ${names(notThere)}.`] : []),
    ...(notTraced.length > 0 ? [`In the ${where}, and without spans: ${names(notTraced)}.`] : []),
  ];
  return sentences.length === 0
    ? ok(`${own.length} services have spans, and are in the ${where}.`)
    : warning(sentences.join(' '), {
        remedy: {
          summary:
            'A service is found across signals by one name: service.name of its spans, the same in its metrics and logs.',
          steps: ['Set OTEL_SERVICE_NAME alike for all signals, and look whether these services send what is missing.'],
        },
      });
}
