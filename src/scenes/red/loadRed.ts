import { StoreError } from '../../shared/storeError';
import { type StoreClient, type TimeWindow } from '../../shared/storeClient';
import {
  BASIS_FILTER,
  mergeRed,
  quantileLabel,
  valuesBy,
  type Basis,
  type Measure,
  type Period,
  type RedPart,
} from './red';
import { filterOf, isOneOf } from './traceqlText';

/** Whose numbers: groups of the spans that a condition of TraceQL holds for. */
export interface RedScope {
  /** What the spans are grouped by, and what a row is. */
  readonly by: 'resource.service.name' | 'name';
  readonly condition: string | undefined;
  /** What counts as a request of all groups. Where it is missing each group has its own: all of its spans, if nothing else. */
  readonly basis?: Basis;
}

export interface RedRequest {
  readonly scope: RedScope;
  readonly window: TimeWindow;
  readonly signal: AbortSignal;
  /** Hears of each answer, with all that came before it. */
  readonly onParts: (parts: readonly RedPart[]) => void;
}

export interface RedAnswer {
  readonly parts: readonly RedPart[];
  readonly window: TimeWindow;
  /** Why it is not all there is, in a sentence. */
  readonly message: string | undefined;
}

const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
type Quantile = keyof typeof QUANTILES;
const ALL_QUANTILES = Object.keys(QUANTILES) as Quantile[];

/** The store's own limit of series in an answer. */
export const MAX_SERIES = 10_000;
/** Of more groups one answer does not hold three quantiles. */
const MAX_GROUPS_AT_ONCE = Math.floor(MAX_SERIES / ALL_QUANTILES.length);
/** Of more names the query would be long, and finding them no quicker. */
const MAX_NAMES = 50;

/** The period of the same length before. */
export function windowBefore({ fromMs, toMs }: TimeWindow): TimeWindow {
  return { fromMs: fromMs - (toMs - fromMs), toMs: fromMs };
}

/**
 * Rate, errors and duration of all groups, now and before. Rates come first, alone, so that there is something to show; the rest side
 * by side. Rejects with StoreError.
 */
export async function loadRed(client: StoreClient, { scope, window, signal, onParts }: RedRequest): Promise<RedAnswer> {
  const parts: RedPart[] = [];
  let message: string | undefined;
  const windows: Readonly<Record<Period, TimeWindow>> = { now: window, before: windowBefore(window) };
  const add = (...more: RedPart[]) => {
    parts.push(...more);
    onParts([...parts]);
  };
  const ask = async (basis: Basis, period: Period, stage: string, condition?: string, hint = '') => {
    const query = `${filterOf(BASIS_FILTER[basis], scope.condition, condition)} | ${stage} by (${scope.by})${hint}`;
    const answer = await client.instantMetrics(query, { window: windows[period], maxSeries: MAX_SERIES, signal });
    message ??= answer.message;
    return answer.series;
  };
  const count = async (basis: Basis, period: Period, measure: 'requests' | 'errors', names?: string) => {
    const condition = measure === 'errors' ? 'status = error' : undefined;
    const series = await ask(basis, period, 'count_over_time()', filterInside(names, condition));
    add({ basis, period, measure, values: valuesBy(series, scope.by) });
  };
  const quantiles = async (basis: Basis, period: Period, which: readonly Quantile[], names?: string) => {
    const levels = which.map((quantile) => QUANTILES[quantile]);
    const stage = `quantile_over_time(duration, ${levels.join(', ')})`;
    const series = await exactOrNot((hint) => ask(basis, period, stage, names, hint));
    add(
      ...which.map((measure): RedPart => {
        const own = series.filter(({ labels }) => quantileLabel(labels) === QUANTILES[measure]);
        return { basis, period, measure: measure satisfies Measure, values: valuesBy(own, scope.by) };
      })
    );
  };
  const bases: readonly Basis[] = scope.basis ? [scope.basis] : ['requests', 'spans'];
  await Promise.all(bases.map((basis) => count(basis, 'now', 'requests')));
  await Promise.all(bases.map((basis) => count(basis, 'before', 'requests')));
  const rest = (basis: Basis): Array<Promise<void>> => {
    const keys = mergeRed(parts).flatMap((row) => (row.basis === basis ? [row.key] : []));
    if (keys.length === 0) {
      return [];
    }
    const names = basis === 'spans' && keys.length <= MAX_NAMES ? isOneOf(scope.by, keys) : undefined;
    const asked = keys.length > MAX_GROUPS_AT_ONCE ? ALL_QUANTILES.map((each) => [each]) : [ALL_QUANTILES];
    return (['now', 'before'] as const).flatMap((period) => [
      count(basis, period, 'errors', names),
      ...asked.map((which) => quantiles(basis, period, which, names)),
    ]);
  };
  await Promise.all(bases.flatMap(rest));
  return { parts, window, message };
}

/** Quantiles of the values themselves take memory for each of them: where that is too much, those of buckets will do. */
export async function exactOrNot<T>(ask: (hint: string) => Promise<T>): Promise<T> {
  try {
    return await ask(' with (exact=true)');
  } catch (error) {
    if (error instanceof StoreError && error.details.status === 422) {
      return ask('');
    }
    throw error;
  }
}

/** Two conditions as one; either may be missing. */
function filterInside(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || b === undefined ? (a ?? b) : `(${a}) && ${b}`;
}
