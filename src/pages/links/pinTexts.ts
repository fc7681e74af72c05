import { formatAge, formatCount } from '../../shared/format';
import {
  type KeptSizeJson,
  type PinJson,
  type PinKind,
  type StoredPlace,
  type TracePinJson,
} from '../../shared/storePageTypes';

export const PIN_KINDS: readonly PinKind[] = ['hand', 'exemplar', 'span_metrics'];

export const KIND_WORDS: Readonly<Record<PinKind, string>> = {
  hand: 'By hand',
  exemplar: 'Exemplars',
  span_metrics: 'Span metrics',
};

/** `exemplar of http_request_duration_seconds_bucket` */
export function kindText({ kind, source }: Pick<PinJson, 'kind' | 'source'>): string {
  switch (kind) {
    case 'hand':
      return 'by hand';
    case 'exemplar':
      return source === '' ? 'exemplar' : `exemplar of ${source}`;
    case 'span_metrics':
      return source === '' ? 'span metrics' : `span metrics, ${source}`;
  }
}

export const PLACE_WORDS: Readonly<Record<StoredPlace, string>> = {
  live: 'live',
  kept: 'kept',
  both: 'live and kept',
  none: 'gone',
};

export const PLACES_EXPLAINED =
  'Live: retention has not come to it yet. Kept: retention has dropped its day, and copied the trace before. Gone: nothing of it is stored.';

const MIB = 1024 ** 2;

/** `120 of 1,024 MiB`: both in one unit, so that they can be compared. */
export function budgetText({ bytes, maxBytes }: Pick<KeptSizeJson, 'bytes' | 'maxBytes'>): string {
  const used = bytes / MIB;
  const text = used === 0 ? '0' : used < 0.1 ? '< 0.1' : used < 10 ? used.toFixed(1) : formatCount(used);
  return `${text} of ${formatCount(maxBytes / MIB)} MiB`;
}

/** 0 to 1. */
export const budgetShare = ({ bytes, maxBytes }: Pick<KeptSizeJson, 'bytes' | 'maxBytes'>): number =>
  maxBytes > 0 ? Math.min(1, bytes / maxBytes) : 0;

/** `40 traces of 3 days, 1,200 spans, the oldest of 2026-11-01` */
export function keptText({ traces, spans, days, oldestDay }: KeptSizeJson): string {
  if (traces === 0) {
    return 'Retention has not had to keep any trace yet.';
  }
  const oldest = oldestDay === null ? '' : `, the oldest of ${oldestDay}`;
  return `${plural(traces, 'trace')} of ${plural(days, 'day')}, ${plural(spans, 'span')}${oldest}.`;
}

/** The one that says most of why a trace is kept: a person's. */
export const tellingPin = ({ pins }: Pick<TracePinJson, 'pins'>): PinJson | undefined =>
  pins.find(({ kind }) => kind === 'hand') ?? pins[0];

/** `By hand, by admin, 3 min ago: "look at the retries"` */
export function pinText(pin: PinJson, atMs: number): string {
  const by = pin.by === '' ? '' : `, by ${pin.by}`;
  const note = pin.note === '' ? '' : `: "${pin.note}"`;
  const kind = kindText(pin);
  return `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}${by}, ${formatAge(atMs - pin.pinnedMs)}${note}`;
}

const plural = (count: number, word: string): string => `${formatCount(count)} ${word}${count === 1 ? '' : 's'}`;
