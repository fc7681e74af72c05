import { assertUnreachable, type MetricsOperation } from '../ast.ts';
import { hasValues, labelsKey, type MetricLabel, type Series } from './series.ts';

type Operator = MetricsOperation['operator'];

/** One side: series, or a number. */
export type MetricsSide = readonly Series[] | number;

const NAME = '__name__';

/**
 * `left operator right`, point by point (features.md 1.10, Math). Series of both sides go together where their labels are
 * the same, but for the name; a side of one series without labels goes together with each of the other. A value without a
 * partner, and what is divided by 0, is none; a series that is left without values goes. `name` is `__name__` of the result.
 */
export function combineSides(operator: Operator, left: MetricsSide, right: MetricsSide, name: string): Series[] {
  if (typeof left === 'number') {
    return typeof right === 'number'
      ? []
      : right.map((series) => calculated(series, (value) => calculate(operator, left, value), name)).filter(hasValues);
  }
  if (typeof right === 'number') {
    return left
      .map((series) => calculated(series, (value) => calculate(operator, value, right), name))
      .filter(hasValues);
  }
  const [onlyLeft, onlyRight] = [unlabelled(left), unlabelled(right)];
  if (onlyLeft && !onlyRight) {
    return pairs(
      right,
      () => onlyLeft,
      (series, other) => merged(series, operator, other, series, name)
    );
  }
  if (onlyRight) {
    return pairs(
      left,
      () => onlyRight,
      (series, other) => merged(series, operator, series, other, name)
    );
  }
  const byLabels = new Map(right.map((series) => [labelsKey(unnamed(series.labels)), series]));
  return pairs(
    left,
    (series) => byLabels.get(labelsKey(unnamed(series.labels))),
    (series, other) => merged(series, operator, series, other, name)
  );
}

function pairs(
  series: readonly Series[],
  partnerOf: (series: Series) => Series | undefined,
  merge: (series: Series, partner: Series) => Series
): Series[] {
  return series
    .flatMap((each) => {
      const partner = partnerOf(each);
      return partner ? [merge(each, partner)] : [];
    })
    .filter(hasValues);
}

/** The one series of a side, if that is all there is and nothing but its name labels it. */
function unlabelled(series: readonly Series[]): Series | undefined {
  return series.length === 1 && unnamed(series[0].labels).length === 0 ? series[0] : undefined;
}

const unnamed = (labels: readonly MetricLabel[]): MetricLabel[] => labels.filter((label) => label.name !== NAME);

function merged(labelled: Series, operator: Operator, left: Series, right: Series, name: string): Series {
  return {
    labels: named(labelled, name),
    values: left.values.map((value, point) => calculate(operator, value, right.values[point])),
    exemplars: [...left.exemplars, ...right.exemplars],
  };
}

function calculated(series: Series, compute: (value: number) => number, name: string): Series {
  return { labels: named(series, name), values: series.values.map(compute), exemplars: series.exemplars };
}

const named = ({ labels }: Series, name: string): MetricLabel[] => [{ name: NAME, value: name }, ...unnamed(labels)];

function calculate(operator: Operator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? NaN : left / right;
    default:
      return assertUnreachable(operator);
  }
}
