import { labelName } from '../logql/index.ts';
import { mappedTags, propose, serviceLabelIn } from '../links/traces-to-logs.ts';
import { readLogsOfTraces } from '../samples/log-ids.ts';
import type { Check, DoctorContext, Verdict } from '../types.ts';
import { linkedLoki, withoutLoki } from './logs-linked.ts';
import { storeOf } from './store-datasource.ts';
import { failed, lookBack, names, ok, skipped, subjectOf, unknown, warning } from './verdicts.ts';

export const logsLabels: Check = {
  id: 'logs-labels',
  area: 'traces-to-logs',
  title: 'Mapped attributes are labels of Loki',
  needs: ['store-datasource'],
  run: async (context) => {
    const linked = linkedLoki(context);
    return [linked ? { ...(await judged(context, linked)), subject: subjectOf(linked.loki) } : withoutLoki(context)];
  },
};

async function judged(
  context: DoctorContext,
  { loki, link }: NonNullable<ReturnType<typeof linkedLoki>>
): Promise<Verdict> {
  const store = storeOf(context);
  const { customQuery, areTagsChosen } = link;
  if (customQuery !== undefined && !customQuery.includes('${__tags}')) {
    return ok('The settings have a query of their own, in which no attribute is mapped.');
  }
  const { names: all, present, missing } = await mappedTags(context, loki, link);
  if (all === undefined) {
    return skipped(`Not tested: see what “Loki answers” says of ${loki.name}.`);
  }
  if (all.length === 0) {
    return unknown(`${loki.name} has no labels in ${lookBack(context)}, because it has no lines.`);
  }
  const has = `${loki.name} has ${names(all)}`;
  if (!areTagsChosen) {
    return present.length > 0
      ? ok(
          `No attribute is mapped, so the usual names count; of them there is ${names(present.map(({ label }) => label))}.`
        )
      : failed(`No attribute is mapped, and ${loki.name} has none of the usual labels. ${has}.`, {
          remedy: (await propose(context, store, loki)).remedy,
        });
  }
  if (missing.length > 0) {
    return missed(context, { loki, link }, missing, has);
  }
  const strange = link.tags.find(({ key, label }) => key === 'service.name' && label !== labelName(label));
  if (strange) {
    return warning(`${strange.label} cannot be a label of Loki: those are words of letters, digits and _.`);
  }
  const service = link.tags.find(({ key }) => key === 'service.name');
  const right = await serviceLabelIn(context, store, loki);
  const { lines } = await readLogsOfTraces(context, loki, store);
  const told = names(link.tags.map(({ key, label }) => `${key} as ${label}`));
  return service && right === undefined && lines.length > 0
    ? warning(`${told} is there, but none of ${lines.length} sampled lines is of a service that ${store.name} has.`)
    : ok(`All are labels: ${told}.`);
}

async function missed(
  context: DoctorContext,
  { loki, link }: NonNullable<ReturnType<typeof linkedLoki>>,
  missing: ReadonlyArray<{ readonly key: string; readonly label: string }>,
  has: string
): Promise<Verdict> {
  const store = storeOf(context);
  const [{ metadata }, { remedy }] = await Promise.all([
    readLogsOfTraces(context, loki, store),
    propose(context, store, loki),
  ]);
  const told = names(missing.map(({ key, label }) => `${label} (for ${key})`));
  const inMetadata = missing.filter(({ label }) => metadata.includes(label));
  const why =
    inMetadata.length > 0
      ? ` ${names(inMetadata.map(({ label }) => label))} is structured metadata, by which streams cannot be chosen.`
      : '';
  // Settings are kept by key: spans that have the attribute get no lines, others may.
  const isAll = missing.length === link.tags.length || missing.some(({ key }) => key === 'service.name');
  const sentence = `${loki.name} has no label ${told}.${why} ${has}.`;
  return isAll
    ? failed(sentence, { remedy })
    : warning(`${sentence} Spans with that attribute find no lines.`, { remedy });
}
