import { changeScore } from './changeScore';
import { errorShare, type RedRow } from './red';

export const SORT_KEYS = ['change', 'name', 'rate', 'errors', 'p50', 'p95', 'p99'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface RedSort {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

export const BY_CHANGE: RedSort = { key: 'change', isDescending: true };

/** `p95` upwards, `-p95` downwards; what is not known is by change. */
export function readSort(text: unknown): RedSort {
  const isDescending = typeof text === 'string' && text.startsWith('-');
  const key = SORT_KEYS.find((each) => each === (isDescending ? text.slice(1) : text));
  return key ? { key, isDescending } : BY_CHANGE;
}

export const sortText = ({ key, isDescending }: RedSort): string => `${isDescending ? '-' : ''}${key}`;

/** What is not known comes last in both directions; equals by their traffic, then by name. */
export function sortRows(rows: readonly RedRow[], { key, isDescending }: RedSort): RedRow[] {
  const sign = isDescending ? -1 : 1;
  const read = VALUES[key];
  const values = new Map(rows.map((row) => [row, read(row)]));
  return [...rows].sort((a, b) => {
    const [one, other] = [values.get(a), values.get(b)];
    if (one !== other) {
      if (one === undefined || other === undefined) {
        return one === undefined ? 1 : -1;
      }
      return (one < other ? -1 : 1) * sign;
    }
    return (b.now.requests ?? 0) - (a.now.requests ?? 0) || (a.key < b.key ? -1 : 1);
  });
}

const VALUES: Readonly<Record<SortKey, (row: RedRow) => number | string | undefined>> = {
  change: changeScore,
  name: ({ key }) => key.toLowerCase(),
  rate: ({ now }) => now.requests,
  errors: ({ now }) => errorShare(now),
  p50: ({ now }) => now.p50,
  p95: ({ now }) => now.p95,
  p99: ({ now }) => now.p99,
};
