import type { Datasource } from '../inventory.ts';
import { prometheusOf, queryInstant, readMetricNames, readReachable } from '../samples/prometheus.ts';
import { readStoreServices } from '../samples/store.ts';
import type { Check, DoctorContext, Remedy, Verdict } from '../types.ts';
import { storeOf } from './store-datasource.ts';
import { duration, lookBack, names, ok, skipped, subjectOf, unknown, warning } from './verdicts.ts';

/** Scrapes are a minute apart at most, as a rule. */
const FRESH_SECONDS = 180;
const NAME = 'traces_spanmetrics_calls_total';

export const spanMetrics: Check = {
  id: 'span-metrics',
  area: 'metrics',
  title: 'Span metrics are scraped',
  needs: ['store-reachable'],
  run: async (context) => {
    const sources = prometheusOf(context.inventory);
    if (sources.length === 0) {
      return [skipped('Grafana has no Prometheus datasource.')];
    }
    const verdicts = await Promise.all(sources.map((source) => judged(context, source)));
    const found = verdicts.filter((verdict): verdict is Verdict => verdict !== undefined);
    // One Prometheus that has them is enough.
    const best = found.filter(({ outcome }) => outcome === 'ok');
    if (best.length > 0) {
      return best;
    }
    const none = `No Prometheus has the metrics that the store makes of spans (${NAME}).`;
    return found.length > 0 ? found : [warning(none, { remedy: scrape(storeOf(context)) })];
  },
};

/** Undefined where this Prometheus has none. */
async function judged(context: DoctorContext, source: Datasource): Promise<Verdict | undefined> {
  const subject = subjectOf(source);
  try {
    return (await readReachable(context, source)).samples
      ? await ofReachable(context, source)
      : skipped(`Not tested, because ${source.name} does not answer.`, { subject });
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error), { subject });
  }
}

async function ofReachable(context: DoctorContext, source: Datasource): Promise<Verdict | undefined> {
  const subject = subjectOf(source);
  const store = storeOf(context);
  const remedy = scrape(store);
  const [age, byService] = await Promise.all([
    queryInstant(context, source, `time() - max(timestamp(${NAME}))`),
    queryInstant(context, source, `group by (service) (${NAME})`),
  ]);
  const seconds = age.samples?.[0]?.value;
  if (seconds === undefined) {
    const had = await readMetricNames(context, source, NAME);
    return had?.includes(NAME)
      ? warning(
          `${source.name} had span metrics in ${lookBack(context)}, and has none now: they are no longer scraped.`,
          {
            ...{ subject, remedy },
          }
        )
      : undefined;
  }
  const old = duration(seconds * 1000);
  if (seconds > FRESH_SECONDS) {
    return warning(`${source.name} has span metrics, the newest ${old} old: they are no longer scraped.`, {
      subject,
      remedy,
    });
  }
  const own = new Set((await readStoreServices(context, store))?.map(({ name }) => name));
  const told = (byService.samples ?? []).map(({ labels }) => labels.service ?? '');
  const shared = told.filter((name) => own.has(name));
  return shared.length > 0
    ? ok(`${source.name} has span metrics of ${shared.length} of the store’s services, ${old} old.`, { subject })
    : warning(`${source.name} has span metrics of ${names(told)}: of none of the services in ${store.name}.`, {
        subject,
        remedy,
      });
}

/** The admin port is the one after the query port, by default. */
function scrape({ url }: Datasource): Remedy {
  const [, host = 'clew', port = '3200'] = /^https?:\/\/([^/:]+)(?::(\d+))?/.exec(url ?? '') ?? [];
  return {
    summary:
      'Lets Prometheus scrape rates, errors and durations of all spans, with exemplars, from the store’s admin port.',
    file: {
      name: 'prometheus.yml',
      text: [
        'scrape_configs:',
        '  - job_name: clew-spans',
        '    metrics_path: /metrics/spans',
        `    static_configs: [{ targets: ['${host}:${Number(port) + 1}'] }]`,
        '',
      ].join('\n'),
    },
    steps: ['The address has to be that of the store’s admin port (CLEW_ADMIN_PORT, 3201) as Prometheus sees it.'],
  };
}
