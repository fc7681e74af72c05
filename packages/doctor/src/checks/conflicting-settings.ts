import { CLEW_TYPE, byUid, isRecord, ofType, type Datasource, type Inventory } from '../inventory.ts';
import type { Check, DoctorContext, Remedy, Verdict } from '../types.ts';
import { failed, names, ok, subjectOf, warning } from './verdicts.ts';

export const conflictingSettings: Check = {
  id: 'conflicting-settings',
  area: 'grafana',
  title: 'No settings contradict each other',
  run: async (context) => {
    const { datasources } = context.inventory;
    const verdicts = [
      ...sameUrls(context),
      ...nameClashes(datasources),
      ...datasources.flatMap(twoTracesToLogs),
      ...datasources.flatMap((source) => twins(context, source, 'exemplarTraceIdDestinations')),
      ...datasources.flatMap((source) => twins(context, source, 'derivedFields')),
    ];
    return verdicts.length > 0 ? verdicts : [ok(`None among ${datasources.length} datasources.`)];
  },
};

function sameUrls({ inventory }: DoctorContext): Verdict[] {
  const byUrl = new Map<string, Datasource[]>();
  for (const store of ofType(inventory, CLEW_TYPE)) {
    const url = store.url?.replace(/\/+$/, '');
    if (url !== undefined) {
      byUrl.set(url, [...(byUrl.get(url) ?? []), store]);
    }
  }
  return [...byUrl]
    .filter(([, stores]) => stores.length > 1)
    .map(([url, stores]) =>
      warning(`${names(stores.map(told))} are the same store, at ${url}: links of one do not show in the other.`, {
        remedy: {
          summary: 'One of them is enough, unless they send different tenants.',
          steps: [`Delete all but one, and let links lead to that uid.`],
        },
      })
    );
}

const told = ({ name, uid }: Datasource): string => `${name} (uid ${uid})`;

/** Grafana keeps names apart by their letters exactly; people and dashboards that go by name do not. */
function nameClashes(datasources: readonly Datasource[]): Verdict[] {
  const byName = new Map<string, Datasource[]>();
  for (const source of datasources) {
    const name = source.name.trim().toLowerCase();
    byName.set(name, [...(byName.get(name) ?? []), source]);
  }
  return [...byName.values()]
    .filter((same) => same.length > 1)
    .map((same) => warning(`Datasources have the same name but for its case: ${names(same.map(told))}.`));
}

function twoTracesToLogs(source: Datasource): Verdict[] {
  const { tracesToLogs, tracesToLogsV2 } = source.jsonData;
  if (!isRecord(tracesToLogs) || !isRecord(tracesToLogsV2) || !isSet(tracesToLogs)) {
    return [];
  }
  const isSame = tracesToLogs.datasourceUid === tracesToLogsV2.datasourceUid;
  const sentence = `${source.name} has tracesToLogs, of old, beside tracesToLogsV2; Grafana uses the second alone.`;
  return [
    warning(isSame ? sentence : `${sentence} They name different datasources.`, {
      subject: subjectOf(source),
      remedy: {
        summary: 'Empties the setting of old.',
        change: { datasource: source, jsonData: { tracesToLogs: {} } },
      },
    }),
  ];
}

const isSet = (settings: Record<string, unknown>): boolean => Object.keys(settings).length > 0;

/** Two links with one name: the same twice is of no use, and to different stores is a question which of them is right. */
function twins(
  { inventory }: DoctorContext,
  source: Datasource,
  key: 'exemplarTraceIdDestinations' | 'derivedFields'
): Verdict[] {
  const all = source.jsonData[key];
  const entries = (Array.isArray(all) ? all : []).filter(isRecord);
  const subject = subjectOf(source);
  const what = key === 'derivedFields' ? 'derived fields' : 'links of exemplars';
  const verdicts: Verdict[] = [];
  const repeated = entries.filter((entry, at) => entries.findIndex((other) => isSameLink(other, entry)) !== at);
  if (repeated.length > 0) {
    verdicts.push(
      warning(`${source.name} has the same ${what} twice: ${names(repeated.map(({ name }) => String(name)))}.`, {
        subject,
        remedy: without(source, key, entries, repeated),
      })
    );
  }
  const groups = new Map<string, Set<string>>();
  for (const { name, datasourceUid, urlDisplayLabel } of entries) {
    if (typeof datasourceUid === 'string' && datasourceUid !== '') {
      const id = JSON.stringify([name, urlDisplayLabel ?? '']);
      groups.set(id, (groups.get(id) ?? new Set()).add(datasourceUid));
    }
  }
  for (const [id, uids] of groups) {
    if (uids.size > 1) {
      const [name, label] = JSON.parse(id) as [string, string];
      const targets = [...uids].map((uid) => nameOf(inventory, uid));
      const called = label ? `${name} (“${label}”)` : name;
      const isToClew = [...uids].some((uid) => ofType(inventory, CLEW_TYPE).some((store) => store.uid === uid));
      const judge = isToClew && targets.some((target) => target.startsWith('uid ')) ? failed : warning;
      verdicts.push(
        judge(`${source.name} has ${what} of one name, ${called}, that lead to different places: ${names(targets)}.`, {
          subject,
          remedy: {
            summary:
              'Links that look alike cannot be told apart: gives each a label of its own, unless you keep only one.',
            change: {
              datasource: source,
              jsonData: {
                [key]: entries.map((entry) =>
                  entry.name === name &&
                  (entry.urlDisplayLabel ?? '') === label &&
                  typeof entry.datasourceUid === 'string'
                    ? {
                        ...entry,
                        urlDisplayLabel: `${label || 'Open trace'} in ${nameOf(inventory, entry.datasourceUid)}`,
                      }
                    : entry
                ),
              },
            },
          },
        })
      );
    }
  }
  return verdicts;
}

const nameOf = (inventory: Inventory, uid: string): string => byUid(inventory, uid)?.name ?? `uid ${uid}`;

const LINK_KEYS = ['name', 'datasourceUid', 'url', 'matcherType', 'matcherRegex'] as const;

const isSameLink = (a: Record<string, unknown>, b: Record<string, unknown>): boolean =>
  LINK_KEYS.every((key) => (a[key] ?? '') === (b[key] ?? ''));

const without = (
  source: Datasource,
  key: string,
  entries: ReadonlyArray<Record<string, unknown>>,
  repeated: ReadonlyArray<Record<string, unknown>>
): Remedy => ({
  summary: 'Keeps each of them once.',
  change: { datasource: source, jsonData: { [key]: entries.filter((entry) => !repeated.includes(entry)) } },
});
