import {
  type MetricsExpression,
  type MetricsOperand,
  type MetricsOperation,
  type MetricsPipeline,
  type Query,
} from '../ast.ts';
import { TraceqlError, positionAt } from '../errors.ts';
import type { MetricsGrid } from './grid.ts';
import { combineSides, type MetricsSide } from './operation.ts';
import { applySecondStages, numberOf } from './second-stage.ts';
import { hasValues, type Series, type SeriesSet } from './series.ts';

/** The metrics of a query: one pipeline, or several that are calculated with. @throws TraceqlError for a search */
export function metricsOf({ body, text }: Query): MetricsExpression {
  if (body.kind === 'pipeline') {
    const hint = 'end it with a metric: { … } | rate(), or ask for traces at /api/search';
    const position = positionAt(text, body.span.start);
    throw new TraceqlError('unsupported', 'A search for spans is no metric', body.span, position, hint);
  }
  return body;
}

/** Every pipeline of an expression, from left to right. */
export function metricsPipelines(expression: MetricsExpression): MetricsPipeline[] {
  const pipelines: MetricsPipeline[] = [];
  for (const operand of operandsOf(expression)) {
    if (operand.kind === 'metricsPipeline') {
      pipelines.push(operand);
    } else if (operand.kind === 'metricsOperation') {
      pipelines.push(...metricsPipelines(operand));
    }
  }
  return pipelines;
}

/** Operands of a chain of operations, none of them the chain itself. */
function operandsOf(expression: MetricsExpression): MetricsOperand[] {
  if (expression.kind === 'metricsPipeline') {
    return [expression];
  }
  const spine = spineOf(expression);
  return [spine[0].left, ...spine.map(({ right }) => right)];
}

function spineOf(top: MetricsOperation): MetricsOperation[] {
  const spine = [top];
  for (let left = top.left; left.kind === 'metricsOperation'; left = left.left) {
    spine.push(left);
  }
  return spine.reverse();
}

/**
 * What an expression gives, once `firstStage` says what each of its pipelines does: second stages, and what is calculated
 * with them. `text` is the query's, for errors.
 */
export function finishMetrics(
  expression: MetricsExpression,
  grid: MetricsGrid,
  text: string,
  firstStage: (pipeline: MetricsPipeline) => readonly Series[]
): SeriesSet {
  const side = (operand: MetricsOperand): MetricsSide =>
    operand.kind === 'metricsPipeline' || operand.kind === 'metricsOperation'
      ? finishMetrics(operand, grid, text, firstStage).series
      : numberOf(operand, text);
  if (expression.kind === 'metricsPipeline') {
    const series = firstStage(expression);
    return applySecondStages({ grid, series: series.filter(isTold) }, expression.secondStages, text);
  }
  const spine = spineOf(expression);
  let left = side(spine[0].left);
  for (const node of spine) {
    const series = combineSides(node.operator, left, side(node.right), grid);
    left = applySecondStages({ grid, series }, node.secondStages, text).series;
  }
  return { grid, series: typeof left === 'number' ? [] : left };
}

/** A series without values says nothing, unless that is what it says: see `finishComparison`. */
const isTold = (series: Series): boolean => hasValues(series) || series.labels[0]?.name === '__meta_error';
