import { byUid, type Datasource } from '../inventory.ts';
import { isPrometheus, readLabelNames } from '../samples/prometheus.ts';
import { readStoreServices } from '../samples/store.ts';
import type { DoctorContext, Remedy } from '../types.ts';
import { findFamily, queriesOf, type MetricFamily } from './metric-families.ts';
import {
  labelOf,
  metricsSettingsOf,
  tryQueries,
  type MetricQuery,
  type MetricsSettings,
  type Tag,
  type TriedQuery,
} from './metrics-links.ts';
import type { LinkProposal } from './types.ts';

/** A name of a label: https://prometheus.io/docs/concepts/data_model/ */
export const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export const givesData = ({ state }: TriedQuery): boolean => state === 'data' || state === 'quiet';

/** One line of what was tried. */
export const lineOf = ({ name, state, why, withData, expr }: TriedQuery): string =>
  state === 'data' ? `${name}: data for ${withData.join(', ')}; ${expr}` : `${name}: ${why ?? state}; ${expr}`;

/** Sets or mends the way from spans of the store `from` to metrics in `to`, a Prometheus datasource. Rejects with CallFailed. */
export async function propose(context: DoctorContext, from: Datasource, to: Datasource): Promise<LinkProposal> {
  const settings = metricsSettingsOf(from);
  const services = ((await readStoreServices(context, from)) ?? []).map(({ name }) => name);
  const [family, labels] = await Promise.all([findFamily(context, to, services), readLabelNames(context, to)]);
  const state = stateOf(context, settings, to);
  const asSet = settings ? await tryQueries(context, from, to, settings) : [];
  const isServiceRight = asSet.some(({ state: one }) => one === 'data');
  const tags = mendedTags(settings?.tags ?? [], family, labels, isServiceRight);
  const queries = await mendedQueries(context, from, to, settings?.queries ?? [], tags, family);
  const tried = await tryQueries(context, from, to, { queries, tags });
  const preview = { lines: tried.map(lineOf), works: worksIn(tried) };
  const isSame =
    settings !== undefined && JSON.stringify([settings.tags, settings.queries]) === JSON.stringify([tags, queries]);
  const isLinked = state === 'linked' && isSame && tried.length > 0 && tried.every(givesData);
  const seen = family
    ? `${family.calls} has ${family.services.length} of ${services.length} services of ${from.name} as ${family.serviceLabel}`
    : `no metric of ${to.name} was recognised as one of the services of ${from.name}`;
  if (isLinked) {
    const sentence = `Spans of ${from.name} lead to ${to.name}: ${seen}.`;
    return { id: 'traces-to-metrics', from, to, state, sentence, remedy: undefined, preview };
  }
  const now = state === 'linked' ? 'broken' : state;
  const told = {
    missing: `Spans of ${from.name} do not lead to metrics`,
    broken: `The way from spans of ${from.name} to metrics is broken`,
    elsewhere: `Spans of ${from.name} lead to metrics elsewhere`,
  }[now];
  return {
    ...{ id: 'traces-to-metrics', from, to, state: now, sentence: `${told}: ${seen}.`, preview },
    remedy: remedyOf(from, to, settings, tags, queries),
  };
}

function stateOf(context: DoctorContext, settings: MetricsSettings | undefined, to: Datasource): LinkProposal['state'] {
  if (settings?.datasourceUid === undefined) {
    return 'missing';
  }
  const target = byUid(context.inventory, settings.datasourceUid);
  if (!target || !isPrometheus(target)) {
    return 'broken';
  }
  return target.uid === to.uid ? 'linked' : 'elsewhere';
}

/** `service.name` by the label that has the services; of the others those whose label there is. */
function mendedTags(
  set: readonly Tag[],
  family: MetricFamily | undefined,
  labels: readonly string[] | undefined,
  isServiceRight: boolean
): readonly Tag[] {
  const isThere = (tag: Tag) => LABEL_NAME.test(labelOf(tag)) && (labels?.includes(labelOf(tag)) ?? true);
  if (!family || (isServiceRight && set.every(isThere))) {
    return set;
  }
  const service = { key: 'service.name', value: family.serviceLabel };
  const kept = set.flatMap((tag) =>
    tag.key === 'service.name' && !isServiceRight ? [{ ...tag, ...service }] : isThere(tag) ? [tag] : []
  );
  return kept.some(({ key }) => key === 'service.name') ? kept : [service, ...kept];
}

/** Queries that give data stay; where one cannot, those that do come in its place. */
async function mendedQueries(
  context: DoctorContext,
  from: Datasource,
  to: Datasource,
  set: readonly MetricQuery[],
  tags: readonly Tag[],
  family: MetricFamily | undefined
): Promise<readonly MetricQuery[]> {
  const tried = await tryQueries(context, from, to, { queries: set, tags });
  const isDead = (_: MetricQuery, at: number) => ['empty', 'error'].includes(tried[at]?.state ?? '');
  if (!family || (set.length > 0 && !set.some(isDead))) {
    return set;
  }
  const kept = set.filter((query, at) => !isDead(query, at));
  const names = kept.map(({ name }) => name);
  return [...kept, ...queriesOf(family).filter(({ name }) => !names.includes(name))];
}

function remedyOf(
  from: Datasource,
  to: Datasource,
  settings: MetricsSettings | undefined,
  tags: readonly Tag[],
  queries: readonly MetricQuery[]
): Remedy | undefined {
  if (queries.length === 0) {
    return undefined;
  }
  const shifts = { spanStartTimeShift: '-5m', spanEndTimeShift: '5m' };
  return {
    summary: `Leads spans of ${from.name} to ${to.name}, with ${queries.length === 1 ? 'a query that gives' : 'queries that give'} data for its services.`,
    change: {
      datasource: from,
      jsonData: { tracesToMetrics: { ...shifts, ...settings?.raw, datasourceUid: to.uid, tags, queries } },
    },
  };
}

function worksIn(tried: readonly TriedQuery[]): boolean | undefined {
  const known = tried.filter(({ state }) => state !== 'unknown');
  return known.length === 0 ? undefined : known.some(({ state }) => state === 'data');
}
