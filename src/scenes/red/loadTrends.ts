import { asNumber } from '../../shared/narrowing';
import { type StoreClient, type TimeWindow } from '../../shared/storeClient';
import { type MetricSeries } from '../../shared/storeTypes';
import { type RedScope, MAX_SERIES, exactOrNot } from './loadRed';
import { BASIS_FILTER, textLabel, type Basis, type RedRow } from './red';
import { filterOf, isOneOf } from './traceqlText';

/** Points over the time range, evenly apart. Null: nothing was measured. */
export interface Trend {
  readonly rate: readonly number[];
  readonly errors: readonly number[];
  readonly p95: ReadonlyArray<number | null>;
}

export type Trends = ReadonlyMap<string, Trend>;

const POINTS = 30;

interface Steps {
  readonly window: TimeWindow;
  readonly stepSeconds: number;
  readonly size: number;
}

/**
 * Whole steps inside of the window: a part of a step would look like a fall. Undefined for a window that is too short for a line.
 */
export function wholeSteps({ fromMs, toMs }: TimeWindow): Steps | undefined {
  const stepSeconds = Math.max(1, Math.ceil((toMs - fromMs) / 1000 / POINTS));
  const stepMs = stepSeconds * 1000;
  const from = Math.ceil(fromMs / stepMs) * stepMs;
  const to = Math.floor(toMs / stepMs) * stepMs;
  const size = Math.round((to - from) / stepMs);
  return size > 1 ? { window: { fromMs: from, toMs: to }, stepSeconds, size } : undefined;
}

/** Lines for these rows. Rejects with StoreError. */
export async function loadTrends(
  client: StoreClient,
  scope: RedScope,
  rows: ReadonlyArray<Pick<RedRow, 'key' | 'basis'>>,
  window: TimeWindow,
  signal: AbortSignal
): Promise<Trends> {
  const steps = wholeSteps(window);
  const trends = new Map<string, Trend>();
  if (!steps) {
    return trends;
  }
  const load = async (basis: Basis): Promise<void> => {
    const keys = rows.flatMap((row) => (row.basis === basis ? [row.key] : []));
    if (keys.length === 0) {
      return;
    }
    const ask = async (stage: string, condition?: string, hint = '') => {
      const filter = filterOf(BASIS_FILTER[basis], scope.condition, isOneOf(scope.by, keys), condition);
      const options = {
        window: steps.window,
        step: `${steps.stepSeconds}s`,
        exemplars: 0,
        maxSeries: MAX_SERIES,
        signal,
      };
      const { series } = await client.metrics(`${filter} | ${stage} by (${scope.by})${hint}`, options);
      return new Map(series.map((each) => [textLabel(each.labels, scope.by), each]));
    };
    const [rates, errors, p95s] = await Promise.all([
      ask('rate()'),
      ask('rate()', 'status = error'),
      exactOrNot((hint) => ask('quantile_over_time(duration, .95)', undefined, hint)),
    ]);
    for (const key of keys) {
      trends.set(key, {
        rate: pointsOf(rates.get(key), steps).map((value) => value ?? 0),
        errors: pointsOf(errors.get(key), steps).map((value) => value ?? 0),
        p95: pointsOf(p95s.get(key), steps),
      });
    }
  };
  await Promise.all([load('requests'), load('spans')]);
  return trends;
}

/** A point is at the end of its step. */
function pointsOf(series: MetricSeries | undefined, { window, stepSeconds, size }: Steps): Array<number | null> {
  const points = Array<number | null>(size).fill(null);
  for (const { timestampMs, value } of series?.samples ?? []) {
    const at = Math.round(((asNumber(timestampMs) ?? 0) - window.fromMs) / 1000 / stepSeconds) - 1;
    if (at >= 0 && at < size) {
      points[at] = asNumber(value) ?? null;
    }
  }
  return points;
}
