import {
  NO_SPAN,
  format,
  leftSpine,
  parse,
  type FieldExpression,
  type MetricsExpression,
  type MetricsOperand,
  type Pipeline,
  type PipelineStage,
  type Query,
  type SpansetExpression,
  type SpansetFilter,
  type SpansetOperand,
} from '@clew/traceql';
import { conjunction, conjuncts } from '../query/conjuncts';

/**
 * The query as if there were no other spans than those for which the conditions hold: they stand in every `{ … }` that
 * looks for spans. Text that is no TraceQL stays as it is, for the store to say what is wrong with it.
 */
export function narrow(text: string, conditions: readonly FieldExpression[]): string {
  if (conditions.length === 0) {
    return text;
  }
  const query = parsed(text);
  return query ? format(withPipelines(query, (pipeline) => narrowPipeline(pipeline, conditions))) : text;
}

export function parsed(text: string): Query | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** The query with each of its pipelines, of which only arithmetic on metrics has several, in place of itself. */
export function withPipelines(query: Query, change: (pipeline: Pipeline) => Pipeline): Query {
  const { body } = query;
  return { ...query, body: body.kind === 'pipeline' ? change(body) : withMetricPipelines(body, change) };
}

function withMetricPipelines(metric: MetricsExpression, change: (pipeline: Pipeline) => Pipeline): MetricsExpression {
  if (metric.kind === 'metricsPipeline') {
    return { ...metric, pipeline: change(metric.pipeline) };
  }
  const operand = (each: MetricsOperand): MetricsOperand =>
    each.kind === 'metricsPipeline' || each.kind === 'metricsOperation' ? withMetricPipelines(each, change) : each;
  return { ...metric, left: operand(metric.left), right: operand(metric.right) };
}

/** Later filters only see what the first stage found. */
function narrowPipeline(pipeline: Pipeline, conditions: readonly FieldExpression[]): Pipeline {
  const [first, ...rest] = pipeline.stages;
  const stages: PipelineStage[] = isSpanset(first)
    ? [narrowSpanset(first, conditions), ...rest]
    : [filterOf(conditions), ...pipeline.stages];
  return { ...pipeline, stages };
}

export const isSpanset = (stage: PipelineStage): stage is SpansetExpression =>
  stage.kind === 'spansetFilter' || stage.kind === 'spansetOperation';

function narrowSpanset(spanset: SpansetExpression, conditions: readonly FieldExpression[]): SpansetExpression {
  if (spanset.kind === 'spansetFilter') {
    return { ...spanset, expression: conjunction([...conjunctsOf(spanset), ...conditions]) };
  }
  const [innermost, ...outer] = leftSpine(spanset);
  return outer.reduce(
    (left, operation) => ({ ...operation, left, right: narrowOperand(operation.right, conditions) }),
    {
      ...innermost,
      left: narrowOperand(innermost.left, conditions),
      right: narrowOperand(innermost.right, conditions),
    }
  );
}

const narrowOperand = (operand: SpansetOperand, conditions: readonly FieldExpression[]): SpansetOperand =>
  operand.kind === 'pipeline' ? narrowPipeline(operand, conditions) : narrowSpanset(operand, conditions);

export const conjunctsOf = ({ expression }: SpansetFilter): FieldExpression[] =>
  expression ? conjuncts(expression) : [];

export const filterOf = (conditions: readonly FieldExpression[]): SpansetFilter => ({
  kind: 'spansetFilter',
  expression: conjunction(conditions),
  span: NO_SPAN,
});
