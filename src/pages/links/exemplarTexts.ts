import { formatAge, formatCount } from '../../shared/format';
import {
  type ExemplarCounts,
  type ExemplarListJson,
  type ExemplarState,
  type PrometheusJson,
} from '../../shared/storePageTypes';

/** States that can be asked for: what resolves needs no list. */
export type ShownState = Exclude<ExemplarState, 'resolved'>;

export const SHOWN_STATES: readonly ShownState[] = [
  'never_received',
  'expired',
  'other_tenant',
  'malformed_id',
  'too_new',
];

export const STATE_WORDS: Readonly<Record<ShownState, string>> = {
  never_received: 'Never received',
  expired: 'Expired',
  other_tenant: 'Other tenant',
  malformed_id: 'Malformed id',
  too_new: 'Too new to tell',
};

export const PROMETHEUS_SETTING = 'CLEW_PROMETHEUS_URL=http://prometheus:9090';

/** What to do about those of a state. */
export const STATE_ADVICE: Readonly<Record<ShownState, string>> = {
  never_received:
    'Have the service write exemplars of sampled spans only, and check that all of its spans are sent to this store.',
  expired:
    'Exemplars are older than the traces. What an exemplar leads to is kept from when the store reads it: link Prometheus early, or raise CLEW_RETENTION_DAYS.',
  other_tenant: 'Open the link with the datasource of the tenant that has the trace, or send both to the same tenant.',
  malformed_id: 'A trace id is 32 hexadecimal digits. What writes the label writes something else.',
  too_new: 'Spans come later than exemplars. Look again in a minute.',
};

/** Of all metrics, or of one. A metric that is not among them has none. */
export function countsOf({ counts, metrics }: ExemplarListJson, metric: string | undefined): ExemplarCounts {
  return metric === undefined ? counts : (metrics.find((one) => one.metric === metric) ?? NONE);
}

const NONE: ExemplarCounts = {
  resolved: 0,
  never_received: 0,
  expired: 0,
  other_tenant: 0,
  malformed_id: 0,
  too_new: 0,
};

export const unresolvedOf = (counts: ExemplarCounts): number =>
  counts.never_received + counts.expired + counts.other_tenant + counts.malformed_id;

/**
 * - `not-linked`: nothing is read, and nothing can be.
 * - `nothing-seen`: no exemplar with an id has been read yet.
 * - `all-resolve`: nothing to show, and that is well.
 * - `none-like-this`: nothing that was asked for, though there is something else.
 */
export type ExemplarsPicture = 'not-linked' | 'nothing-seen' | 'all-resolve' | 'none-like-this' | 'list';

export function pictureOf(
  list: ExemplarListJson,
  { reason, metric }: { readonly reason?: ShownState; readonly metric?: string }
): ExemplarsPicture {
  const seen = unresolvedOf(list.counts) + list.counts.resolved + list.counts.too_new;
  if (seen === 0) {
    return list.prometheus === null ? 'not-linked' : 'nothing-seen';
  }
  if (list.exemplars.length > 0) {
    return 'list';
  }
  return unresolvedOf(countsOf(list, metric)) === 0 && reason === undefined ? 'all-resolve' : 'none-like-this';
}

/** `All 90 exemplars seen lead to their traces.` */
export function allResolveText({ resolved, too_new: tooNew }: ExemplarCounts, metric?: string): string {
  const of = metric === undefined ? '' : ` of ${metric}`;
  if (resolved === 0) {
    return tooNew === 0
      ? `No exemplar${of} has been seen.`
      : `${exemplars(tooNew)}${of} ${tooNew === 1 ? 'is' : 'are'} too new to tell.`;
  }
  const first =
    resolved === 1
      ? `The one exemplar seen${of} leads to its trace.`
      : `All ${formatCount(resolved)} exemplars seen${of} lead to their traces.`;
  return tooNew === 0 ? first : `${first} ${formatCount(tooNew)} ${tooNew === 1 ? 'is' : 'are'} too new to tell.`;
}

const exemplars = (count: number): string => `${formatCount(count)} ${count === 1 ? 'exemplar' : 'exemplars'}`;

/** `Read from http://prometheus:9090 every 60 s, last 20 s ago.` */
export function readText({ url, everySeconds, lastReadMs }: PrometheusJson, atMs: number): string {
  const last = lastReadMs === null ? 'not read yet' : `last ${formatAge(atMs - lastReadMs)}`;
  return `Read from ${url} every ${formatCount(everySeconds)} s, ${last}.`;
}

/** What to do about a Prometheus that could not be read, by what the store says of it. */
export function prometheusAdvice(error: string): string {
  if (/\b(401|403)\b/.test(error)) {
    return 'Give the store CLEW_PROMETHEUS_TOKEN, or a user and a password in CLEW_PROMETHEUS_URL, and start it again.';
  }
  if (/\b404\b/.test(error)) {
    return 'Nothing answers at /api/v1/query_exemplars there: CLEW_PROMETHEUS_URL may lack a prefix, as /prometheus.';
  }
  if (/exemplar[ -]storage/i.test(error)) {
    return 'Start Prometheus with --enable-feature=exemplar-storage.';
  }
  if (/cannot be reached|did not answer/.test(error)) {
    return 'See that Prometheus runs and that the store can reach it: CLEW_PROMETHEUS_URL is an address as the store sees it.';
  }
  return 'The store tries again by itself. CLEW_PROMETHEUS_URL says where it reads.';
}

const SHOWN = 3;

/** `trace_id, traceID, traceId and 4 others` */
export function namesText(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return `${names.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} ${more === 1 ? 'other' : 'others'}` : ''}`;
}

/** Those that say least of what was measured: they come last. */
const LEAST_TELLING: readonly string[] = ['le', 'instance', 'job'];

/** `job="shop", le="0.5", and 2 more`; `all` names every one. */
export function labelsText(labels: Readonly<Record<string, string>>): { readonly short: string; readonly all: string } {
  const rank = ([name]: readonly [string, string]) => LEAST_TELLING.indexOf(name);
  const texts = Object.entries(labels)
    .sort((a, b) => rank(a) - rank(b))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const more = texts.length - SHOWN;
  return {
    short: [...texts.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join(', '),
    all: texts.join(', '),
  };
}
