import {
  assertUnreachable,
  leftSpine,
  type ComparisonOperator,
  type ConstantExpression,
  type MetricsFilter,
  type MetricsSecondStage,
  type MetricsTop,
} from '../ast.ts';
import { foldConstant } from '../constant.ts';
import { withValues } from './exemplars.ts';
import type { MetricsGrid } from './grid.ts';
import { hasValues, type Series, type SeriesSet } from './series.ts';
import { compareTied } from './tie-order.ts';

/** `| topk(5)`, `> 10`: stage after stage. `text` is the query's, for errors. */
export function applySecondStages(set: SeriesSet, stages: readonly MetricsSecondStage[], text: string): SeriesSet {
  return stages.reduce((input, stage) => {
    switch (stage.kind) {
      case 'metricsTop':
        return { ...input, series: top(input, stage) };
      case 'metricsFilter':
        return { ...input, series: filter(input.series, stage, input.grid, text) };
      default:
        return assertUnreachable(stage);
    }
  }, set);
}

/** A constant as it stands beside metrics: durations are seconds there. */
export function numberOf(constant: ConstantExpression, text: string): number {
  // Folded, a duration that was computed with is a float of nanoseconds.
  const { value } = foldConstant(constant, text);
  return hasDuration(constant) ? Number(value) / 1e9 : Number(value);
}

function hasDuration(constant: ConstantExpression): boolean {
  switch (constant.kind) {
    case 'literal':
      return constant.type === 'duration';
    case 'constantNegation':
      return hasDuration(constant.operand);
    case 'constantOperation':
      return leftSpine(constant).some(
        ({ left, right }) => hasDuration(right) || (left.kind !== 'constantOperation' && hasDuration(left))
      );
    default:
      return assertUnreachable(constant);
  }
}

/**
 * At each point the largest, or smallest, values stay; series that are left with none go. Of equal values `topk` keeps
 * those whose labels come first in the alphabet and `bottomk` those whose come last (Tempo: series_heap.go).
 */
function top({ grid, series }: SeriesSet, { function: fn, limit }: MetricsTop): Series[] {
  const isTop = fn === 'topk';
  const inOrder = series
    .map((_, index) => index)
    .sort((a, b) => compareTied(series[a].labels, series[b].labels) * (isTop ? 1 : -1));
  const kept = series.map(() => new Float64Array(grid.size).fill(NaN));
  const count = Number(limit > BigInt(series.length) ? BigInt(series.length) : limit);
  for (let point = 0; point < grid.size; point++) {
    const present = inOrder.filter((index) => !Number.isNaN(series[index].values[point]));
    // The sort is stable: ties stay in the order of labels.
    present.sort((a, b) => {
      const [x, y] = [series[a].values[point], series[b].values[point]];
      return x === y ? 0 : x > y === isTop ? -1 : 1;
    });
    for (const index of present.slice(0, count)) {
      kept[index][point] = series[index].values[point];
    }
  }
  return series.map((each, index) => withValues(each, kept[index], grid)).filter(hasValues);
}

/** Values that do not pass go, exemplars that measured such a value too, and series that are left with no value. */
function filter(
  series: readonly Series[],
  { operator, value }: MetricsFilter,
  grid: MetricsGrid,
  text: string
): Series[] {
  const limit = numberOf(value, text);
  const isPassed = (one: number): boolean => passes(operator, one, limit);
  return series
    .map((each) => {
      const values = each.values.map((one) => (isPassed(one) ? one : NaN));
      // The values of a histogram count, while its exemplars measure.
      const isHistogram = each.labels.some(({ name }) => name === '__bucket');
      return withValues(each, values, grid, isHistogram ? undefined : isPassed);
    })
    .filter(hasValues);
}

function passes(operator: ComparisonOperator, value: number, limit: number): boolean {
  switch (operator) {
    case '=':
      return value === limit;
    case '!=':
      return value !== limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    default:
      return assertUnreachable(operator);
  }
}
