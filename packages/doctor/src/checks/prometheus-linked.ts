import { isRecord, type Datasource } from '../inventory.ts';
import { destinationsOf, isToStore, propose, type Destination } from '../links/exemplars.ts';
import type { Check, DoctorContext, Verdict } from '../types.ts';
import { eachPrometheus, type PrometheusInQuestion } from './each-prometheus.ts';
import { storeOf } from './store-datasource.ts';
import { failed, names, ok, skipped, warning } from './verdicts.ts';

/** Datasources that take a trace's id. */
const TRACING = /tempo|jaeger|zipkin|clew|trac|x-ray|honeycomb|signoz|quickwit|elastic/i;
const VALUE = '${__value.raw}';

export const prometheusLinked: Check = {
  id: 'exemplars-linked',
  area: 'metrics',
  title: 'Prometheus is linked to the store',
  needs: ['store-datasource'],
  run: async (context) => eachPrometheus(context, (one) => judged(context, one)),
};

async function judged(context: DoctorContext, one: PrometheusInQuestion): Promise<Verdict> {
  const { source } = one;
  const store = storeOf(context);
  const all = destinationsOf(context.inventory, source, store);
  const told = all.map(toldOf);
  const gone = all.filter(({ leadsTo }) => leadsTo === 'gone');
  if (gone.length > 0) {
    const uids = names(gone.map(({ name, datasourceUid }) => `${name} to the uid ${datasourceUid}`));
    const { remedy } = await propose(context, source, store);
    return failed(`Exemplars lead to a datasource that is not there: ${uids}. Grafana shows no link for it.`, {
      ...{ evidence: told, remedy },
    });
  }
  const strange = all.find(({ target }) => target && !TRACING.test(target.type));
  if (strange?.target) {
    const where = `${strange.target.name}, which is of the type ${strange.target.type} and has no traces`;
    return failed(`Exemplars (${strange.name}) lead to ${where}.`, {
      evidence: told,
      remedy: redirected(source, strange, store),
    });
  }
  const lame = all.find(
    ({ url, datasourceUid }) => datasourceUid === undefined && url !== undefined && !isTemplate(url)
  );
  if (lame) {
    return failed(`The link “${lame.name}” has a URL that does not carry the trace’s id: ${lame.url}.`, {
      evidence: told,
      remedy: retargeted(source, lame),
    });
  }
  const right = all.filter(isToStore);
  if (right.length > 0) {
    return ok(
      `Exemplars of ${source.name} lead to ${store.name}, by ${names([...new Set(right.map(({ name }) => name))])}.`,
      {
        evidence: told,
      }
    );
  }
  return unlinked(context, one, told);
}

/** Whether that matters shows in the data: exemplars whose traces are in the store. */
async function unlinked(
  context: DoctorContext,
  { source, isOnly }: PrometheusInQuestion,
  told: readonly string[]
): Promise<Verdict> {
  const { state, sentence, remedy, preview } = await propose(context, source, storeOf(context));
  const more = { evidence: [...told, ...preview.lines], remedy };
  if (preview.works) {
    return state === 'elsewhere' ? warning(sentence, more) : failed(sentence, more);
  }
  return isOnly
    ? warning(sentence, more)
    : skipped(`${source.name} is not linked, and has no exemplars of traces that are in the store.`, { remedy });
}

const toldOf = ({ name, url, datasourceUid, target }: Destination): string =>
  `${name || '(no name)'} → ${target?.name ?? (datasourceUid === undefined ? (url ?? 'nowhere') : `uid ${datasourceUid}`)}`;

/** `$${…}` is how a file writes it: in the settings it is a literal dollar sign too many. */
const isTemplate = (url: string): boolean => url.includes(VALUE) && !url.includes(`$${VALUE}`);

const listIn = (source: Datasource): Array<Record<string, unknown>> => {
  const all = source.jsonData.exemplarTraceIdDestinations;
  return Array.isArray(all) ? all.filter(isRecord) : [];
};

const changed = (source: Datasource, { raw }: Destination, entry: Record<string, unknown>) => ({
  datasource: source,
  jsonData: { exemplarTraceIdDestinations: listIn(source).map((one) => (one === raw ? { ...one, ...entry } : one)) },
});

const redirected = (source: Datasource, strange: Destination, store: Datasource) => ({
  summary: `Leads ${strange.name} to ${store.name}; other links stay.`,
  change: changed(source, strange, { datasourceUid: store.uid }),
});

function retargeted(source: Datasource, lame: Destination) {
  const { url = '' } = lame;
  const mended = url.includes(`$${VALUE}`)
    ? url.replaceAll(`$${VALUE}`, VALUE)
    : `/a/clew-correlation-app/trace/${VALUE}`;
  return {
    summary: `Puts the trace’s id into the link ${lame.name}; other links stay.`,
    change: changed(source, lame, { url: mended }),
  };
}
