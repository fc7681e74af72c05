import { assertUnreachable, type MetricsOperation } from '../ast.ts';
import { withValues } from './exemplars.ts';
import type { MetricsGrid } from './grid.ts';
import { hasValues, labelsKey, type MetricLabel, type Series } from './series.ts';

type Operator = MetricsOperation['operator'];

/** One side: series, or a number. */
export type MetricsSide = readonly Series[] | number;

const NAME = '__name__';

/**
 * `left operator right`, point by point (features.md 1.10, Math; Tempo: ast_metrics_math.go). Series of both sides go
 * together where their labels are the same, but for the name; a series without labels goes together with each of the other
 * side. A value without a partner, and what is divided by 0, is none; a series that is left without values goes. With a
 * number on one side labels stay as they are.
 */
export function combineSides(operator: Operator, left: MetricsSide, right: MetricsSide, grid: MetricsGrid): Series[] {
  return combine(operator, left, right, grid).filter(hasValues);
}

function combine(operator: Operator, left: MetricsSide, right: MetricsSide, grid: MetricsGrid): Series[] {
  if (typeof left === 'number') {
    return typeof right === 'number'
      ? []
      : right.map((series) => calculated(series, (value) => calculate(operator, left, value), grid));
  }
  if (typeof right === 'number') {
    return left.map((series) => calculated(series, (value) => calculate(operator, value, right), grid));
  }
  const [lefts, rights] = [byLabels(left), byLabels(right)];
  const target = rights.has(UNLABELLED) ? lefts : rights;
  return [...target.keys()].flatMap((key) => {
    const [a, b] = [partnerOf(lefts, key), partnerOf(rights, key)];
    return a && b ? [merged(operator, a, b, grid)] : [];
  });
}

/** The key of a series that nothing but its name labels. */
const UNLABELLED = labelsKey([]);

const byLabels = (series: readonly Series[]): Map<string, Series> =>
  new Map(series.map((each) => [labelsKey(each.labels.filter(({ name }) => name !== NAME)), each]));

interface Partner {
  readonly series: Series;
  /** It goes together with others too. */
  readonly isShared: boolean;
}

function partnerOf(side: ReadonlyMap<string, Series>, key: string): Partner | undefined {
  const own = side.get(key);
  const series = own ?? side.get(UNLABELLED);
  return series && { series, isShared: own === undefined };
}

/** Exemplars of a shared series would stand on each line that it has a part in: they are left out. */
function merged(operator: Operator, left: Partner, right: Partner, grid: MetricsGrid): Series {
  const [a, b] = [left.series, right.series];
  const sides = left.isShared === right.isShared ? [a, b] : left.isShared ? [b] : [a];
  const values = a.values.map((value, point) => calculate(operator, value, b.values[point]));
  const labels = mergedLabels(operator, a.labels, b.labels);
  return withValues({ labels, values, exemplars: sides.flatMap(({ exemplars }) => exemplars) }, values, grid);
}

/** The result has a name where both sides have one, made of both. */
function mergedLabels(operator: Operator, left: readonly MetricLabel[], right: readonly MetricLabel[]): MetricLabel[] {
  const [a, b] = [nameOf(left), nameOf(right)];
  const name = a && b ? [{ name: NAME, value: `(${a} ${operator} ${b})` }] : [];
  const known = new Set([NAME, ...left.map((label) => label.name)]);
  return [...name, ...left.filter((label) => label.name !== NAME), ...right.filter((label) => !known.has(label.name))];
}

function nameOf(labels: readonly MetricLabel[]): string | undefined {
  const value = labels.find(({ name }) => name === NAME)?.value;
  return typeof value === 'string' ? value : undefined;
}

/** What an exemplar measured is calculated with as well. */
function calculated(series: Series, compute: (value: number) => number, grid: MetricsGrid): Series {
  const exemplars = series.exemplars.map((each) => ({ ...each, value: compute(each.value) }));
  return withValues({ ...series, exemplars }, series.values.map(compute), grid);
}

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
