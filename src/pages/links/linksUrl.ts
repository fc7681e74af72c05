import { type PinKind } from '../../shared/storePageTypes';
import { SHOWN_STATES, type ShownState } from './exemplarTexts';
import { PIN_KINDS } from './pinTexts';

export type LinksTab = 'exemplars' | 'kept';

/** What the page shows. */
export interface LinksQuery {
  readonly tab: LinksTab;
  /** Undefined: all that do not resolve. */
  readonly reason?: ShownState;
  readonly metric?: string;
  readonly kind?: PinKind;
}

export const EVERYTHING: LinksQuery = { tab: 'exemplars' };
export const URL_KEYS = ['tab', 'reason', 'metric', 'kind'] as const;

type UrlValue = string | string[] | null | undefined;

export function toUrl({
  tab,
  reason,
  metric,
  kind,
}: LinksQuery): Record<(typeof URL_KEYS)[number], string | undefined> {
  return { tab, reason, metric, kind };
}

/** What the URL does not name stays; what it names wrongly is as if it were not there. */
export function fromUrl(before: LinksQuery, values: Readonly<Record<string, UrlValue>>): LinksQuery {
  return {
    tab: 'tab' in values ? (values.tab === 'kept' ? 'kept' : 'exemplars') : before.tab,
    reason: 'reason' in values ? SHOWN_STATES.find((state) => state === values.reason) : before.reason,
    metric: 'metric' in values ? textOf(values.metric) : before.metric,
    kind: 'kind' in values ? PIN_KINDS.find((kind) => kind === values.kind) : before.kind,
  };
}

const textOf = (value: UrlValue): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
