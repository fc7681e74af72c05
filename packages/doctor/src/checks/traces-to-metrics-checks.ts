import { byUid, type Datasource } from '../inventory.ts';
import { labelOf, metricsSettingsOf, tagsUsed, tryQueries, type MetricsSettings } from '../links/metrics-links.ts';
import { LABEL_NAME, lineOf, propose } from '../links/traces-to-metrics.ts';
import { isPrometheus, prometheusOf, readLabelNames, readLabelValues, readReachable } from '../samples/prometheus.ts';
import { readStoreServices } from '../samples/store.ts';
import type { Check, DoctorContext, Remedy, Verdict } from '../types.ts';
import { storeOf } from './store-datasource.ts';
import { count, failed, lookBack, names, ok, skipped, subjectOf, unknown, warning } from './verdicts.ts';

const area = 'traces-to-metrics';

const linked: Check = {
  id: 'traces-to-metrics-linked',
  area,
  title: 'Spans are linked to metrics',
  needs: ['store-reachable'],
  run: async (context) => {
    const store = storeOf(context);
    const settings = metricsSettingsOf(store);
    const uid = settings?.datasourceUid;
    if (uid === undefined) {
      return [await unlinked(context, store)];
    }
    const source = byUid(context.inventory, uid);
    if (source && isPrometheus(source)) {
      const queries = count(settings?.queries.length ?? 0, 'query', 'queries');
      return (settings?.queries.length ?? 0) > 0
        ? [ok(`Spans of ${store.name} lead to ${source.name}, with ${queries}.`, { subject: subjectOf(source) })]
        : [
            failed(`The link to ${source.name} has no query, so Grafana shows none.`, {
              remedy: await remedyFor(context, store, source),
            }),
          ];
    }
    const what = source
      ? `${source.name}, which is of the type ${source.type}`
      : `the uid ${uid}, and there is no such datasource`;
    return [
      failed(`Spans of ${store.name} lead to ${what}. Grafana shows no link to metrics.`, {
        remedy: await remedyFor(context, store),
      }),
    ];
  },
};

async function unlinked(context: DoctorContext, store: Datasource): Promise<Verdict> {
  const sources = prometheusOf(context.inventory);
  if (sources.length === 0) {
    return skipped('Grafana has no Prometheus datasource to link with.');
  }
  const proposals = await proposalsFor(context, store);
  const best = proposals.find(({ preview }) => preview.works) ?? proposals[0];
  if (!best) {
    return unknown('No Prometheus answers, so no link could be proposed.');
  }
  const more = { evidence: best.preview.lines, remedy: best.remedy };
  return best.preview.works ? failed(best.sentence, more) : warning(best.sentence, more);
}

/** Of those that answer. */
async function proposalsFor(context: DoctorContext, store: Datasource) {
  const tried = await Promise.allSettled(
    prometheusOf(context.inventory).map(async (source) =>
      (await readReachable(context, source)).samples ? [await propose(context, store, source)] : []
    )
  );
  return tried.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}

async function remedyFor(context: DoctorContext, store: Datasource, source?: Datasource): Promise<Remedy | undefined> {
  const proposals = source ? [await propose(context, store, source)] : await proposalsFor(context, store);
  return (proposals.find(({ preview }) => preview.works) ?? proposals[0])?.remedy;
}

/** What the other checks rest on; a verdict where it is not there. */
async function linkOf(
  context: DoctorContext
): Promise<{ store: Datasource; source: Datasource; settings: MetricsSettings } | Verdict> {
  const store = storeOf(context);
  const settings = metricsSettingsOf(store);
  const source = byUid(context.inventory, settings?.datasourceUid);
  if (!settings || !source || !isPrometheus(source)) {
    return skipped('Spans are not linked to metrics.');
  }
  return (await readReachable(context, source)).samples
    ? { store, source, settings }
    : skipped(`Not tested, because ${source.name} does not answer.`);
}

const tags: Check = {
  id: 'traces-to-metrics-tags',
  area,
  title: 'Tags exist as labels',
  needs: ['traces-to-metrics-linked'],
  run: async (context) => {
    const link = await linkOf(context);
    if ('outcome' in link) {
      return [link];
    }
    const { store, source, settings } = link;
    const subject = subjectOf(source);
    if (!settings.queries.some(({ query }) => query?.includes('__tags'))) {
      return [skipped('No query uses $__tags, so tags do not count.', { subject })];
    }
    const labels = await readLabelNames(context, source);
    if (!labels) {
      return [unknown(`${source.name} does not tell its labels.`, { subject })];
    }
    const used = tagsUsed(settings.tags);
    const told = used.map(
      (tag) => `${tag.key} → ${labelOf(tag)}${labels.includes(labelOf(tag)) ? '' : ' (no such label)'}`
    );
    const lacking = used.filter((tag) => !labels.includes(labelOf(tag)));
    if (lacking.length === 0) {
      return [ok(`${source.name} has every label: ${names(used.map(labelOf))}.`, { evidence: told, subject })];
    }
    const which = names(lacking.map(labelOf));
    const dotted = lacking.find((tag) => !LABEL_NAME.test(labelOf(tag)));
    const because = dotted ? ` ${labelOf(dotted)} cannot be a label’s name: the tag needs a value.` : '';
    const isDefault = settings.tags.length === 0;
    const more = { evidence: told, subject, remedy: await remedyFor(context, store, source) };
    if (isDefault) {
      const hasService = lacking.every(({ key }) => key !== 'service.name');
      return hasService
        ? [ok(`No tags are set; of Grafana’s own, ${source.name} has the service’s.`, { evidence: told, subject })]
        : [failed(`No tags are set, and of Grafana’s own ${source.name} has no ${which}.`, more)];
    }
    return [failed(`${source.name} has no label ${which} in ${lookBack(context)}.${because}`, more)];
  },
};

const services: Check = {
  id: 'traces-to-metrics-services',
  area,
  title: 'Services have the same names in metrics',
  needs: ['traces-to-metrics-linked'],
  run: async (context) => {
    const link = await linkOf(context);
    if ('outcome' in link) {
      return [link];
    }
    const { store, source, settings } = link;
    const subject = subjectOf(source);
    const tag = tagsUsed(settings.tags).find(({ key }) => key === 'service.name');
    if (!tag) {
      return [skipped('No tag stands for service.name.', { subject })];
    }
    if (!LABEL_NAME.test(labelOf(tag))) {
      return [skipped(`${labelOf(tag)} cannot be a label’s name: see “Tags exist as labels”.`, { subject })];
    }
    const own = ((await readStoreServices(context, store)) ?? []).map(({ name }) => name);
    const values = await readLabelValues(context, source, labelOf(tag));
    if (own.length === 0 || !values) {
      return [unknown(`There is no service, or no label ${labelOf(tag)}, to compare.`, { subject })];
    }
    const there = new Set(values);
    const missing = own.filter((name) => !there.has(name));
    if (missing.length === 0) {
      return [ok(`All ${own.length} services of ${store.name} are values of ${labelOf(tag)}.`, { subject })];
    }
    if (missing.length < own.length) {
      return [
        warning(`${labelOf(tag)} does not have: ${names(missing)}. Links of their spans show nothing.`, { subject }),
      ];
    }
    const evidence = [`Services: ${names(own)}`, `Values of ${labelOf(tag)}: ${names(values)}`];
    const remedy = await remedyFor(context, store, source);
    return [
      failed(`None of the ${own.length} services of ${store.name} is a value of ${labelOf(tag)}.`, {
        evidence,
        subject,
        remedy,
      }),
    ];
  },
};

const queries: Check = {
  id: 'traces-to-metrics-queries',
  area,
  title: 'Queries of spans give data',
  needs: ['traces-to-metrics-linked'],
  run: async (context) => {
    const link = await linkOf(context);
    if ('outcome' in link) {
      return [link];
    }
    const { store, source, settings } = link;
    const subject = subjectOf(source);
    const tried = await tryQueries(context, store, source, settings);
    const firstDead = tried.find(({ state }) => state === 'empty' || state === 'error');
    const mending = firstDead && (await remedyFor(context, store, source));
    return tried.map((one): Verdict => {
      // One remedy mends them all.
      const remedy = one === firstDead ? mending : undefined;
      const evidence = [lineOf(one)];
      const { name, state, why, withData, tried: all } = one;
      switch (state) {
        case 'data':
          return ok(`“${name}” gives data for ${withData.length} of ${all.length} services.`, { evidence, subject });
        case 'quiet':
          return ok(`“${name}” is sound: ${why}.`, { evidence, subject });
        case 'unknown':
          return unknown(`“${name}” was not tried: ${why}.`, { evidence, subject });
        case 'error':
          return failed(`“${name}” is not accepted: ${why}.`, { evidence, subject, remedy });
        case 'empty':
          return failed(`“${name}” gives nothing for ${names(all)}: ${why}.`, { evidence, subject, remedy });
      }
    });
  },
};

export const TRACES_TO_METRICS_CHECKS: readonly Check[] = [linked, tags, services, queries];
