import type { MetricsGrid } from './grid.ts';
import type { Exemplar, Series } from './series.ts';

/** Exemplars of an answer where neither the query nor the request says how many, as in Tempo. */
export const DEFAULT_EXEMPLARS = 100;

const EXEMPLARS_PER_SLOT = 2;

/**
 * Chooses spans to stand for a metric: no two of one trace, and spread over the range, which is cut into as many slots as
 * leave two exemplars to each. None for an instant query, which has no line for them to stand on. As in Tempo.
 */
export class ExemplarChoice {
  readonly #grid: MetricsGrid;
  readonly #slots: Uint8Array;
  readonly #traces = new Set<string>();
  #left: number;

  /** `limit`: exemplars at most. */
  constructor(grid: MetricsGrid, limit: number) {
    this.#grid = grid;
    this.#left = grid.isInstant ? 0 : limit;
    this.#slots = new Uint8Array(Math.max(1, Math.min(grid.size, Math.floor(limit / EXEMPLARS_PER_SLOT))));
  }

  /** Whether a span of the trace is wanted at the point; if so it counts as taken. */
  takes(point: number, traceId: string): boolean {
    const slot = Math.floor((point * this.#slots.length) / this.#grid.size);
    if (this.#left === 0 || this.#slots[slot] >= EXEMPLARS_PER_SLOT || this.#traces.has(traceId)) {
      return false;
    }
    this.#left -= 1;
    this.#slots[slot] += 1;
    this.#traces.add(traceId);
    return true;
  }
}

const NS_PER_MS = 1_000_000n;

/** Rounded up, the time stays in the window of its point, which ends with the point. */
export const exemplarTimeMs = (startNs: bigint): number => Number((startNs + NS_PER_MS - 1n) / NS_PER_MS);

/**
 * The series with other values, and without the exemplars of points that are left without one. `passes` says which of the
 * rest stay, by what they measured: not asked where they measured nothing.
 */
export function withValues(
  series: Series,
  values: Float64Array,
  grid: MetricsGrid,
  passes: (measured: number) => boolean = () => true
): Series {
  const hasValue = ({ timestampMs }: Exemplar): boolean => {
    const point = grid.pointOf(BigInt(timestampMs) * NS_PER_MS);
    return point >= 0 && !Number.isNaN(values[point]);
  };
  const exemplars = series.exemplars.filter(
    (exemplar) => hasValue(exemplar) && (Number.isNaN(exemplar.value) || passes(exemplar.value))
  );
  return { ...series, values, exemplars };
}
