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
import { compareLabels, hasValues, type Series, type SeriesSet } from './series.ts';

/** `| topk(5)`, `> 10`: stage after stage. `text` is the query's, for errors. */
export function applySecondStages(set: SeriesSet, stages: readonly MetricsSecondStage[], text: string): SeriesSet {
  return stages.reduce((input, stage) => {
    switch (stage.kind) {
      case 'metricsTop':
        return { ...input, series: top(input, stage) };
      case 'metricsFilter':
        return { ...input, series: filter(input.series, stage, text) };
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
 * At each point the largest, or smallest, values stay; series that are left with none go. Of equal values those whose
 * labels come first in the alphabet stay (Tempo: series_heap.go).
 */
function top({ grid, series }: SeriesSet, { function: fn, limit }: MetricsTop): Series[] {
  const inOrder = series.map((_, index) => index).sort((a, b) => compareLabels(series[a].labels, series[b].labels));
  const kept = series.map(() => new Float64Array(grid.size).fill(NaN));
  const sign = fn === 'topk' ? -1 : 1;
  for (let point = 0; point < grid.size; point++) {
    const present = inOrder.filter((index) => !Number.isNaN(series[index].values[point]));
    // The sort is stable: ties stay in the order of labels.
    present.sort((a, b) => {
      const [x, y] = [series[a].values[point], series[b].values[point]];
      return x === y ? 0 : x < y ? -sign : sign;
    });
    for (const index of present.slice(0, Number(limit > BigInt(series.length) ? BigInt(series.length) : limit))) {
      kept[index][point] = series[index].values[point];
    }
  }
  return series.map((each, index) => ({ ...each, values: kept[index] })).filter(hasValues);
}

/** Values that do not pass go, and series that are left with none. */
function filter(series: readonly Series[], { operator, value }: MetricsFilter, text: string): Series[] {
  const limit = numberOf(value, text);
  return series
    .map((each) => ({ ...each, values: each.values.map((one) => (passes(operator, one, limit) ? one : NaN)) }))
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
