import { byUid, type Datasource } from '../inventory.ts';
import { QuestionError } from '../logql/index.ts';
import { readLogsOfTraces } from '../samples/log-ids.ts';
import { SERVICE_LABELS, readLokiLabels, type SampledLine } from '../samples/loki.ts';
import { spansWithLogs, type SpanWithLine } from '../samples/spans-with-logs.ts';
import { readStoreServices } from '../samples/store.ts';
import type { DoctorContext, Remedy } from '../types.ts';
import { readSpanLogs, type SpanLogs } from './span-logs.ts';
import { asV2, logsLinkOf, type LogsLink } from './traces-to-logs-settings.ts';
import type { LinkProposal } from './types.ts';

const SERVICE = 'service.name';
const SHOWN_LINES = 3;
const SHOWN_CHARS = 160;

export interface TriedSpan extends SpanWithLine {
  /** Undefined where nothing could be asked, with the reason in `trouble`. */
  readonly logs: SpanLogs | undefined;
  readonly trouble: string | undefined;
}

/** Asks for the lines of real spans, as the link says. Rejects with CallFailed. */
export async function trySpans(
  context: DoctorContext,
  store: Datasource,
  loki: Datasource,
  link: LogsLink
): Promise<TriedSpan[]> {
  const keys = [...new Set([...link.tags.map(({ key }) => key), ...keysIn(link.customQuery)])];
  const spans = await spansWithLogs(context, store, loki, keys);
  return Promise.all(
    spans.map(async (one): Promise<TriedSpan> => {
      try {
        return { ...one, logs: await readSpanLogs(context, loki, link, one.span), trouble: undefined };
      } catch (error) {
        if (error instanceof QuestionError) {
          return { ...one, logs: undefined, trouble: error.message };
        }
        throw error;
      }
    })
  );
}

const keysIn = (query = ''): string[] =>
  [...query.matchAll(/\$\{__span\.tags\["?([^"\]]+)"?\]\}/g)].map(([, key]) => key);

/** `cart GET / (trace 0af7…) → 3 lines`, and the first of them. */
export function linesOf({ span, logs, trouble }: TriedSpan): string[] {
  const number = logs?.lines.length ?? 0;
  const result = trouble ?? logs?.refused ?? `${number} ${number === 1 ? 'line' : 'lines'}`;
  const shown = logs?.lines.slice(0, SHOWN_LINES).map(({ line }) => `  ${line.slice(0, SHOWN_CHARS)}`) ?? [];
  return [`${span.service} ${span.name} (trace ${span.traceId}) → ${result}`, ...shown];
}

/** The label of Loki whose values are the store's services, in the lines of the sample; undefined where none is. Rejects with CallFailed. */
export async function serviceLabelIn(
  context: DoctorContext,
  store: Datasource,
  loki: Datasource
): Promise<string | undefined> {
  const [{ lines, indexed }, services] = await Promise.all([
    readLogsOfTraces(context, loki, store),
    readStoreServices(context, store),
  ]);
  const names = new Set(services?.map(({ name }) => name));
  const usual = SERVICE_LABELS.filter((label) => indexed.includes(label));
  const others = indexed.filter((label) => !usual.includes(label));
  const share = (label: string) => lines.filter(({ labels }: SampledLine) => names.has(labels[label] ?? '')).length;
  const counted = [...usual, ...others].map((label) => ({ label, number: share(label) }));
  const best = counted.reduce((a, b) => (b.number > a.number ? b : a), { label: '', number: 0 });
  return best.number > 0 ? best.label : undefined;
}

export interface MappedTags {
  readonly missing: ReadonlyArray<{ readonly key: string; readonly label: string }>;
  readonly present: ReadonlyArray<{ readonly key: string; readonly label: string }>;
  /** Labels of the index; undefined where Loki did not tell. */
  readonly names: readonly string[] | undefined;
}

/** Which of the mapped labels Loki has. Rejects with CallFailed. */
export async function mappedTags(context: DoctorContext, loki: Datasource, link: LogsLink): Promise<MappedTags> {
  const { names } = await readLokiLabels(context, loki);
  const has = ({ label }: { label: string }) => names?.includes(label) === true;
  return { names, present: link.tags.filter(has), missing: link.tags.filter((tag) => !has(tag)) };
}

/** Sets or mends the way from spans of `from`, the store's datasource, to lines of `to`, a Loki datasource. Rejects with CallFailed. */
export async function propose(context: DoctorContext, from: Datasource, to: Datasource): Promise<LinkProposal> {
  const now = logsLinkOf(from);
  const [label, sample] = await Promise.all([serviceLabelIn(context, from, to), readLogsOfTraces(context, to, from)]);
  const hasIds = sample.named.length > 0;
  const attempts = await settingsFor(context, now, to, label, hasIds);
  // What is set may be right and find nothing: then what is usual is tried too.
  let settings = attempts[0];
  let tried = await tryWith(context, from, to, settings);
  for (const next of hasIds ? attempts.slice(1) : []) {
    const others = tried.some(hasLines) ? [] : await tryWith(context, from, to, next);
    if (others.some(hasLines)) {
      [settings, tried] = [next, others];
    }
  }
  const proposed = logsLinkOf({ jsonData: { tracesToLogsV2: settings } });
  const asked = tried.filter(({ logs }) => logs?.refused === undefined);
  const works = asked.length === 0 || sample.lines.length === 0 ? undefined : asked.some(hasLines);
  const preview = { lines: tried.flatMap(linesOf), works };
  const isSame = now?.version === 'v2' && stable(now.raw) === stable(settings);
  const seen =
    label === undefined
      ? `no label of ${to.name} has the names of services that ${from.name} has`
      : `${to.name} has services as ${label}, and ${asked.filter(hasLines).length} of ${asked.length} spans that were tried have lines`;
  if (isSame && works !== false) {
    const sentence = `${from.name} leads to ${to.name}: ${seen}.`;
    return { id: 'traces-to-logs', from, to, state: 'linked', sentence, remedy: undefined, preview };
  }
  const state = stateOf(context, now, to);
  const told = {
    missing: `Spans of ${from.name} lead to no logs`,
    broken: `The way from spans of ${from.name} to logs is broken`,
    elsewhere: `Spans of ${from.name} lead to logs elsewhere`,
  }[state];
  const remedy: Remedy = {
    summary: `Leads spans of ${from.name} to ${to.name}, by ${mappingOf(proposed)}${
      now?.customQuery !== undefined && proposed?.customQuery === undefined ? '; its own query is switched off' : ''
    }.`,
    change: {
      datasource: from,
      // What was read from the old form would stand beside it.
      jsonData: { tracesToLogsV2: settings, ...(now?.version === 'v1' && { tracesToLogs: {} }) },
    },
  };
  return {
    ...{ id: 'traces-to-logs', from, to, state, preview },
    sentence: `${told}: ${seen}.`,
    // What is set already, and gives no lines, is not mended by setting it again.
    remedy: isSame ? undefined : remedy,
  };
}

async function tryWith(
  context: DoctorContext,
  store: Datasource,
  loki: Datasource,
  settings: Settings
): Promise<TriedSpan[]> {
  const link = logsLinkOf({ jsonData: { tracesToLogsV2: settings } });
  return link ? trySpans(context, store, loki, link) : [];
}

export const hasLines = ({ logs }: TriedSpan): boolean => (logs?.lines.length ?? 0) > 0;

const mappingOf = (link: LogsLink | undefined): string =>
  link?.tags.map(({ key, label }) => (key === label ? key : `${key} as ${label}`)).join(', ') ?? 'nothing';

function stateOf(
  { inventory }: DoctorContext,
  now: LogsLink | undefined,
  to: Datasource
): 'missing' | 'broken' | 'elsewhere' {
  if (now?.datasourceUid === undefined) {
    return 'missing';
  }
  return now.datasourceUid !== to.uid && byUid(inventory, now.datasourceUid) ? 'elsewhere' : 'broken';
}

type Settings = Readonly<Record<string, unknown>>;

/** First what is set, except labels that Loki does not have; then without what may be wrong with it. */
async function settingsFor(
  context: DoctorContext,
  now: LogsLink | undefined,
  to: Datasource,
  label: string | undefined,
  hasIds: boolean
): Promise<Settings[]> {
  const before: Settings = {
    ...(now ? asV2(now) : { ...DEFAULTS, filterByTraceID: hasIds }),
    datasourceUid: to.uid,
  };
  const usual = { key: SERVICE, value: label ?? 'service_name' };
  const plain = [
    { ...before, tags: [usual] },
    { ...before, tags: [usual], customQuery: false },
  ];
  if (!now) {
    return plain.slice(0, 1);
  }
  const { names, missing, present } = await mappedTags(context, to, now);
  if (!now.areTagsChosen) {
    return present.some(({ key }) => key === SERVICE) ? [before, ...plain] : plain;
  }
  const isMissing = (key: string) => names !== undefined && missing.some((tag) => tag.key === key);
  const kept = now.tags.flatMap(({ key, label: value }) =>
    key === SERVICE && isMissing(key) ? [usual] : isMissing(key) ? [] : [{ key, value }]
  );
  const tags = kept.length > 0 ? kept : [usual];
  const isUnchanged =
    JSON.stringify(tags) === JSON.stringify(now.tags.map(({ key, label: value }) => ({ key, value })));
  return [isUnchanged ? before : { ...before, tags }, ...plain];
}

/** The same for the same settings, whatever the order of their keys. */
const stable = (settings: Settings): string =>
  JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Lines come a little before and after what they tell of; Grafana's own view takes nothing beyond the span without it. */
const DEFAULTS = {
  spanStartTimeShift: '-1m',
  spanEndTimeShift: '1m',
  filterBySpanID: false,
  customQuery: false,
};
