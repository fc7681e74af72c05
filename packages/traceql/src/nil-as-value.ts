import {
  leftSpine,
  type BinaryExpression,
  type FieldExpression,
  type MetricsExpression,
  type MetricsFirstStage,
  type MetricsOperand,
  type Pipeline,
  type PipelineStage,
  type Query,
  type SpansetFilter,
  type SpansetOperand,
  type SpansetOperation,
} from './ast.ts';
import { attributesOf } from './walk.ts';

/** The hint that asks for it: `with(nil_as_value=true)`. Tempo ignores hints that it does not know. */
export const NIL_AS_VALUE = 'nil_as_value';

/**
 * With the hint, `x != "a"` and `x !~ "a"` are true of spans without an x too, as people expect who come from other
 * languages; in TraceQL nothing is true of what is missing. The query comes back with that written out and without the
 * hint, and as it was where it has none. A comparison of two attributes is left as it is.
 */
export function writeOutNilAsValue(query: Query): Query {
  const isAsked = query.hints.some(
    ({ name, value }) => name === NIL_AS_VALUE && value.type === 'boolean' && value.value
  );
  if (!isAsked) {
    return query;
  }
  const { body } = query;
  const hints = query.hints.filter(({ name }) => name !== NIL_AS_VALUE);
  return { ...query, hints, body: body.kind === 'pipeline' ? pipeline(body) : metrics(body) };
}

const pipeline = (node: Pipeline): Pipeline => ({ ...node, stages: node.stages.map(stage) });

function stage(node: PipelineStage): PipelineStage {
  switch (node.kind) {
    case 'spansetFilter':
      return filter(node);
    case 'spansetOperation':
      return operation(node);
    default:
      return node;
  }
}

function operand(node: SpansetOperand): SpansetOperand {
  switch (node.kind) {
    case 'spansetFilter':
      return filter(node);
    case 'spansetOperation':
      return operation(node);
    case 'pipeline':
      return pipeline(node);
  }
}

function operation(top: SpansetOperation): SpansetOperation {
  const [first, ...rest] = leftSpine(top);
  const innermost = { ...first, left: operand(first.left), right: operand(first.right) };
  return rest.reduce((left, node) => ({ ...node, left, right: operand(node.right) }), innermost);
}

function filter(node: SpansetFilter): SpansetFilter {
  return node.expression ? { ...node, expression: expression(node.expression) } : node;
}

function metrics(node: MetricsExpression): MetricsExpression {
  return node.kind === 'metricsPipeline'
    ? { ...node, pipeline: pipeline(node.pipeline), firstStage: firstStage(node.firstStage) }
    : { ...node, left: metricsOperand(node.left), right: metricsOperand(node.right) };
}

function metricsOperand(node: MetricsOperand): MetricsOperand {
  return node.kind === 'metricsPipeline' || node.kind === 'metricsOperation' ? metrics(node) : node;
}

function firstStage(node: MetricsFirstStage): MetricsFirstStage {
  return node.kind === 'metricsCompare' ? { ...node, selection: filter(node.selection) } : node;
}

function expression(node: FieldExpression): FieldExpression {
  switch (node.kind) {
    case 'unary':
      return { ...node, operand: expression(node.operand) };
    case 'binary': {
      const spine = leftSpine(node);
      return spine.reduce<FieldExpression>(
        (left, each) => orMissing({ ...each, left, right: expression(each.right) }),
        expression(spine[0].left)
      );
    }
    default:
      return node;
  }
}

function orMissing(node: BinaryExpression): FieldExpression {
  const { operator, left, right, span } = node;
  if (operator !== '!=' && operator !== '!~') {
    return node;
  }
  const [onLeft, onRight] = [[...attributesOf(left)], [...attributesOf(right)]];
  if (onLeft.length > 0 && onRight.length > 0) {
    return node;
  }
  return [...onLeft, ...onRight]
    .filter(({ kind }) => kind === 'attribute')
    .reduce<FieldExpression>((either, attribute) => {
      const exists: FieldExpression = { kind: 'nilTest', operator: '!=', operand: attribute, span };
      const isMissing: FieldExpression = { kind: 'unary', operator: '!', operand: exists, span };
      return { kind: 'binary', operator: '||', left: either, right: isMissing, span };
    }, node);
}
