import { CLEW_TYPE, byUid, isRecord, ofType, type Datasource, type Inventory } from '../inventory.ts';
import { isSettled, readExemplars, type Exemplar, type ExemplarSample } from '../samples/prometheus.ts';
import { findTrace, isTraceId, readStoreStatus, type TraceLookup } from '../samples/store.ts';
import type { DoctorContext, Remedy } from '../types.ts';
import type { LinkProposal } from './types.ts';

const APP_TRACE_URL = '/a/clew-correlation-app/trace/';
/** Names of a trace's id in exemplars, as clients write them. */
const USUAL_NAMES = ['trace_id', 'traceID', 'traceId', 'TraceID', 'TraceId', 'traceid', 'trace.id'];
/** Exemplars that are tried. */
const TRIED = 5;

/** One entry of a Prometheus datasource's `exemplarTraceIdDestinations` (packages/grafana-prometheus/src/types.ts). */
export interface Destination {
  readonly name: string;
  readonly datasourceUid: string | undefined;
  readonly url: string | undefined;
  /** `store`: to the store that is looked at. `app`: to the app's page, by URL. `gone`: to a uid that is not there. */
  readonly leadsTo: 'store' | 'app' | 'other' | 'gone' | 'nowhere';
  /** The datasource that it leads to. */
  readonly target: Datasource | undefined;
  /** The entry as it is set. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** The links that are set, in their order. */
export function destinationsOf(inventory: Inventory, from: Datasource, store: Datasource): Destination[] {
  const all = from.jsonData.exemplarTraceIdDestinations;
  return (Array.isArray(all) ? all : []).filter(isRecord).map((raw) => {
    const datasourceUid = textOf(raw.datasourceUid);
    const url = textOf(raw.url);
    const target = datasourceUid === undefined ? undefined : byUid(inventory, datasourceUid);
    return {
      ...{ name: textOf(raw.name) ?? '', datasourceUid, url, target, raw },
      leadsTo: leadsTo(datasourceUid, url, target, store),
    };
  });
}

function leadsTo(
  uid: string | undefined,
  url: string | undefined,
  target: Datasource | undefined,
  store: Datasource
): Destination['leadsTo'] {
  if (uid !== undefined) {
    if (!target) {
      return 'gone';
    }
    return target.uid === store.uid || isOnStore(target, store) ? 'store' : 'other';
  }
  if (url === undefined) {
    return 'nowhere';
  }
  return isAppUrl(url) ? 'app' : 'other';
}

/** A Tempo datasource, or another of Clew's, on the same store: links to it open the same traces. */
export const isOnStore = (one: Datasource, store: Datasource): boolean =>
  (one.type === 'tempo' || one.type === CLEW_TYPE) && one.url !== undefined && trimmed(one.url) === trimmed(store.url);

const trimmed = (url: string | undefined): string | undefined => url?.replace(/\/+$/, '');

export const isToStore = ({ leadsTo: where }: Destination): boolean => where === 'store' || where === 'app';

/**
 * Which of the exemplars' own labels holds the trace's id: a usual name with usable values, else whatever always has 32 hex digits.
 * Undefined where there is none.
 */
export function traceLabelOf({ exemplars, labelNames }: ExemplarSample): string | undefined {
  const share = (name: string, test: (value: string) => boolean) => {
    const values = exemplars.flatMap(({ labels }) => (labels[name] === undefined ? [] : [labels[name]]));
    return values.length === 0 ? 0 : values.filter(test).length / values.length;
  };
  return (
    labelNames.find((name) => USUAL_NAMES.includes(name) && share(name, isTraceId) > 0.5) ??
    labelNames.find((name) => share(name, (value) => /^[0-9a-f]{32}$/i.test(value)) > 0.9) ??
    labelNames.find((name) => USUAL_NAMES.includes(name))
  );
}

/** An exemplar and what the store has of it. */
export interface Tried {
  readonly exemplar: Exemplar;
  readonly lookup: TraceLookup;
  /** Why it leads nowhere; undefined where it does, or where the store did not tell. */
  readonly why: string | undefined;
  /** Not there, and it cannot be expected yet. */
  readonly isEarly: boolean;
}

/** Asks the store for the traces of up to five exemplars whose label is `label`. Rejects with CallFailed. */
export async function tryExemplars(
  context: DoctorContext,
  store: Datasource,
  { exemplars }: ExemplarSample,
  label: string
): Promise<Tried[]> {
  const { status, answeredMs } = await readStoreStatus(context, store);
  const seen = new Set<string>();
  const distinct = exemplars.filter(({ labels: { [label]: id } }) => {
    const isNew = id !== undefined && !seen.has(id);
    seen.add(id ?? '');
    return isNew;
  });
  const settled = distinct.filter((one) => isSettled(one, context.range.toMs));
  const chosen = [...inTurns(settled), ...distinct.filter((one) => !settled.includes(one))].slice(0, TRIED);
  return Promise.all(
    chosen.map(async (exemplar) => {
      const lookup = await findTrace(context, store, exemplar.labels[label]);
      const isOld = status?.oldestMs !== undefined && exemplar.atMs < status.oldestMs;
      return { exemplar, lookup, ...whyNot(lookup, isOld, !isSettled(exemplar, answeredMs)) };
    })
  );
}

function whyNot(lookup: TraceLookup, isOld: boolean, isNew: boolean): Pick<Tried, 'why' | 'isEarly'> {
  if (lookup.found !== false) {
    return { why: undefined, isEarly: false };
  }
  if (lookup.why === 'malformed') {
    return { why: 'malformed: an id is 1 to 32 hexadecimal digits, not all zero', isEarly: false };
  }
  if (isOld) {
    return { why: 'too old: it is from before the store’s first span', isEarly: false };
  }
  return isNew
    ? { why: 'not received yet: the exemplar is only seconds old', isEarly: true }
    : { why: 'never received: not sampled, sent elsewhere, or of another tenant', isEarly: false };
}

/** One of each metric, then the second of each. */
function inTurns(exemplars: readonly Exemplar[]): Exemplar[] {
  const turns = new Map<string, number>();
  return exemplars
    .map((exemplar) => {
      const turn = turns.get(exemplar.metric) ?? 0;
      turns.set(exemplar.metric, turn + 1);
      return { exemplar, turn };
    })
    .sort((a, b) => a.turn - b.turn)
    .map(({ exemplar }) => exemplar);
}

/** `http_requests_bucket{service="cart"} trace_id=… → 12 spans, cart GET /`. */
export function lineOf({ exemplar, lookup, why }: Tried, label: string): string {
  const of = ['service', 'service_name', 'job'].find((name) => exemplar.series[name] !== undefined);
  const series = of === undefined ? '' : `{${of}=${JSON.stringify(exemplar.series[of])}}`;
  const result = lookup.found
    ? `${lookup.spans} spans, ${lookup.root}`
    : (why ?? (lookup.found === undefined ? `the store answers ${lookup.status}` : 'not there'));
  return `${exemplar.metric}${series} ${label}=${lookup.traceId} → ${result}`;
}

/** Sets or mends the way from exemplars of `from`, a Prometheus datasource, to the store `to`. Rejects with CallFailed. */
export async function propose(context: DoctorContext, from: Datasource, to: Datasource): Promise<LinkProposal> {
  const sample = await readExemplars(context, from);
  const label = traceLabelOf(sample);
  const now = destinationsOf(context.inventory, from, to);
  const isRight = (one: Destination) => isToStore(one) && (label === undefined || one.name === label);
  const tried = label === undefined ? [] : await tryExemplars(context, to, sample, label);
  const found = tried.filter(({ lookup }) => lookup.found === true).length;
  const known = tried.filter(({ lookup, isEarly }) => lookup.found !== undefined && !isEarly).length;
  const preview = {
    lines: label === undefined ? [] : tried.map((one) => lineOf(one, label)),
    works: known === 0 ? undefined : found > 0,
  };
  const seen =
    label === undefined
      ? 'no exemplar with a trace’s id was seen'
      : `exemplars have their trace’s id as ${label}, and ${found} of ${known} that were tried are in ${to.name}`;
  if (now.some(isRight) && !now.some(({ leadsTo: where }) => where === 'gone')) {
    const sentence = `${from.name} leads to ${to.name}: ${seen}.`;
    return { id: 'exemplars', from, to, state: 'linked', sentence, remedy: undefined, preview };
  }
  const state = stateOf(now);
  const told = {
    missing: `Exemplars of ${from.name} lead nowhere`,
    broken: `The links of ${from.name}’s exemplars are broken`,
    elsewhere: `Exemplars of ${from.name} lead elsewhere`,
  }[state];
  return {
    ...{ id: 'exemplars', from, to, state, sentence: `${told}: ${seen}.`, preview },
    remedy: remedyOf(context.inventory, now, from, to, label),
  };
}

function stateOf(now: readonly Destination[]): 'missing' | 'broken' | 'elsewhere' {
  if (now.some((one) => isToStore(one) || one.leadsTo === 'gone' || one.leadsTo === 'nowhere')) {
    return 'broken';
  }
  return now.length > 0 ? 'elsewhere' : 'missing';
}

/** What is set stays; what is broken is mended in its place, and what is not there comes after it. */
function remedyOf(
  inventory: Inventory,
  now: readonly Destination[],
  from: Datasource,
  to: Datasource,
  label: string | undefined
): Remedy {
  const name = label ?? now.find(isToStore)?.name ?? 'trace_id';
  const isRight = (one: Destination) => isToStore(one) && one.name === name;
  const hasRight = now.some(isRight);
  const mended = now.flatMap(({ raw, leadsTo: where }) => {
    if (where === 'gone' || where === 'nowhere') {
      return hasRight ? [] : [{ ...raw, name, datasourceUid: to.uid }];
    }
    // With the right name there already, another name may be that of exemplars that were not seen.
    return (where === 'store' || where === 'app') && !hasRight ? [{ ...raw, name }] : [raw];
  });
  const hasStore =
    mended.some((entry) => entry.datasourceUid === to.uid) || now.some(({ leadsTo: where }) => where === 'store');
  const hasApp = mended.some(({ url }) => isAppUrl(url));
  // To the app's page too: Viewers may not use Explore.
  const which = ofType(inventory, CLEW_TYPE).length > 1 ? `?var-ds=${encodeURIComponent(to.uid)}` : '';
  const destinations = [
    ...mended,
    ...(hasStore || hasApp ? [] : [{ name, datasourceUid: to.uid, urlDisplayLabel: 'Open trace' }]),
    ...(hasApp ? [] : [{ name, url: `${APP_TRACE_URL}\${__value.raw}${which}`, urlDisplayLabel: 'Open in Clew' }]),
  ];
  return {
    summary: `Leads exemplars of ${from.name} by their label ${name} to ${to.name}, in Explore and on the app’s page; links that work stay.`,
    change: { datasource: from, jsonData: { exemplarTraceIdDestinations: destinations } },
  };
}

const isAppUrl = (url: unknown): boolean => typeof url === 'string' && url.includes(APP_TRACE_URL);

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
