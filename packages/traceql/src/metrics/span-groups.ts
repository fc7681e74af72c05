import type { MetricsAggregate } from '../ast.ts';
import { TraceqlError } from '../errors.ts';
import { groupKey, numberOf, type Value } from '../evaluate/value.ts';
import { bucketOf } from './buckets.ts';
import { ExemplarChoice, exemplarTimeMs } from './exemplars.ts';
import { finishExactQuantiles, finishFirstStage, type MetricsGroup } from './first-stage.ts';
import type { MetricsGrid } from './grid.ts';
import type { Exemplar, Series } from './series.ts';

/** A span that the pipeline yields, as a first stage sees it. */
export interface MeasuredSpan {
  /** Nanoseconds since 1970. */
  readonly startNs: bigint;
  /** What `by()` names, parallel to its attributes. */
  readonly labels: readonly Value[];
  /** The attribute that is measured; of `rate()` and `count_over_time()` undefined. */
  readonly measured: Value;
  readonly traceId: string;
  /** Asked for by exemplars alone. */
  spanId(): string;
}

export interface SpanGroupsOptions {
  /** Exemplars of all groups together, at most; none where it is left out. */
  readonly exemplars?: number;
  /** Quantiles from the values themselves, which are all kept for that: `with(exact=true)`. */
  readonly isExact?: boolean;
}

interface Group {
  readonly labels: readonly Value[];
  readonly unit: 'ns' | 'int';
  /** By point, and by bucket where there are buckets. */
  readonly cells: Map<string, Cell>;
  readonly exemplars: Exemplar[];
}

interface Cell {
  readonly point: number;
  readonly bucket: number;
  count: number;
  sum: number;
  min: number;
  max: number;
  /** Kept for exact quantiles alone. */
  readonly all: number[];
}

const NS_PER_SECOND = 1e9;

/** Points of all groups, and values that are kept, together: what a `by()` of ids would otherwise make is gigabytes. */
export const MAX_CELLS = 1_000_000;

/** `rate() by (…)` and its like over spans, one after the other: Tempo's first stage, in memory. */
export class SpanGroups {
  readonly #aggregate: MetricsAggregate;
  readonly #grid: MetricsGrid;
  readonly #groups = new Map<string, Group>();
  readonly #isExact: boolean;
  readonly #isBucketed: boolean;
  readonly #exemplars: ExemplarChoice;
  #cells = 0;

  constructor(
    aggregate: MetricsAggregate,
    grid: MetricsGrid,
    { exemplars = 0, isExact = false }: SpanGroupsOptions = {}
  ) {
    const { function: fn } = aggregate;
    this.#aggregate = aggregate;
    this.#grid = grid;
    this.#isExact = isExact && fn === 'quantile_over_time';
    this.#isBucketed = !this.#isExact && (fn === 'quantile_over_time' || fn === 'histogram_over_time');
    this.#exemplars = new ExemplarChoice(grid, exemplars);
  }

  /**
   * Passes over spans that start outside the grid, and those on which there is nothing to measure.
   * @throws TraceqlError of kind `invalid` for more than MAX_CELLS points
   */
  add({ startNs, labels, measured, traceId, spanId }: MeasuredSpan): void {
    const point = this.#grid.pointOf(startNs);
    const number = numberOf(measured);
    const unit = typeof measured === 'object' ? 'ns' : 'int';
    const bucket = !this.#isBucketed ? 0 : typeof number === 'bigint' ? bucketOf(number) : undefined;
    const isMeasured = bucket !== undefined && number !== undefined && !Number.isNaN(number);
    if (point < 0 || (this.#aggregate.attribute !== null && !isMeasured)) {
      return;
    }
    const value = number === undefined ? NaN : Number(number) / (unit === 'ns' ? NS_PER_SECOND : 1);
    const group = this.#group(labels, unit);
    const cell = cellOf(group, point, bucket ?? 0);
    this.#cells += cell.count === 0 || this.#isExact ? 1 : 0;
    if (this.#cells > MAX_CELLS) {
      throw this.#tooMany();
    }
    cell.count += 1;
    cell.sum += value;
    cell.min = Math.min(cell.min, value);
    cell.max = Math.max(cell.max, value);
    if (this.#isExact) {
      cell.all.push(value);
    }
    if (this.#exemplars.takes(point, traceId)) {
      const ids = [
        { name: 'trace:id', value: traceId },
        { name: 'span:id', value: spanId() },
      ];
      group.exemplars.push({ labels: ids, value, timestampMs: exemplarTimeMs(startNs) });
    }
  }

  #tooMany(): TraceqlError {
    const { span } = this.#aggregate;
    const message = `the metric has more than ${MAX_CELLS} points in all its groups`;
    const hint = 'group by something that has fewer values, take a longer step or a shorter time range';
    return new TraceqlError('invalid', message, span, { line: 1, column: span.start + 1 }, hint);
  }

  series(): Series[] {
    return this.#isExact ? this.#exactQuantiles() : this.#aggregated();
  }

  #group(labels: readonly Value[], unit: 'ns' | 'int'): Group {
    const key = `${this.#isBucketed ? unit : ''}${JSON.stringify(labels.map(groupKey))}`;
    const known = this.#groups.get(key);
    if (known) {
      return known;
    }
    const group: Group = { labels, unit, cells: new Map(), exemplars: [] };
    this.#groups.set(key, group);
    return group;
  }

  /** The value at the quantile's place among the sorted ones, as ClickHouse's `quantileExact` has it. */
  #exactQuantiles(): Series[] {
    const sorted = Array.from(this.#groups.values(), ({ labels, cells, exemplars }) => ({
      ...{ labels, exemplars },
      points: Array.from(cells.values(), ({ point }) => point),
      values: Array.from(cells.values(), ({ all }) => Float64Array.from(all).sort()),
    }));
    const groups = this.#aggregate.quantiles.map((quantile) =>
      sorted.map(({ values, ...group }): MetricsGroup => ({
        ...group,
        values: values.map((all) => pick(all, quantile)),
      }))
    );
    return finishExactQuantiles(this.#aggregate, this.#grid, groups);
  }

  #aggregated(): Series[] {
    const groups = Array.from(this.#groups.values(), (group): MetricsGroup => {
      const cells = [...group.cells.values()];
      return {
        labels: group.labels,
        points: cells.map(({ point }) => point),
        values: cells.map((cell) => this.#valueOf(cell)),
        buckets: cells.map(({ bucket }) => bucket),
        unit: group.unit,
        exemplars: group.exemplars,
      };
    });
    return finishFirstStage(this.#aggregate, this.#grid, groups);
  }

  #valueOf({ count, sum, min, max }: Cell): number {
    switch (this.#aggregate.function) {
      case 'min_over_time':
        return min;
      case 'max_over_time':
        return max;
      case 'sum_over_time':
        return sum;
      case 'avg_over_time':
        return sum / count;
      default:
        return count;
    }
  }
}

function cellOf({ cells }: Group, point: number, bucket: number): Cell {
  const key = `${point} ${bucket}`;
  const known = cells.get(key);
  if (known) {
    return known;
  }
  const cell: Cell = { point, bucket, count: 0, sum: 0, min: Infinity, max: -Infinity, all: [] };
  cells.set(key, cell);
  return cell;
}

const pick = (sorted: Float64Array, quantile: number): number =>
  sorted[Math.min(Math.floor(quantile * sorted.length), sorted.length - 1)];
