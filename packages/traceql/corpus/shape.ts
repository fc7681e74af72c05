import {
  assertUnreachable,
  type FieldExpression,
  type MetricsFirstStage,
  type MetricsOperand,
  type MetricsSecondStage,
  type Pipeline,
  type PipelineStage,
  type Query,
  type ScalarExpression,
  type SpansetOperand,
} from '../src/ast.ts';

/**
 * A tree written out with every grouping visible and no position, for tests: two trees are the same where their shapes
 * are. It is kept apart from the printer, whose parentheses are what the tests test.
 */
export function shapeOf({ body, hints }: Query): string {
  const shape = body.kind === 'pipeline' ? pipelineShape(body) : metricsShape(body);
  return [shape, ...hints.map(({ name, value }) => `@${name}=${fieldShape(value)}`)].join(' ');
}

export function fieldShape(node: FieldExpression): string {
  switch (node.kind) {
    case 'literal': {
      // -0 is its own value and prints as 0 otherwise.
      const value = Object.is(node.value, -0) ? '-0' : String(node.value);
      return `${node.type}:${node.type === 'string' ? JSON.stringify(node.value) : value}`;
    }
    case 'attribute':
      return `${node.parent ? 'parent/' : ''}${node.scope}/${node.name}`;
    case 'intrinsic':
      return `${node.intrinsic}~${node.spelling}`;
    case 'unary':
      return `(${node.operator} ${fieldShape(node.operand)})`;
    case 'binary':
      return `(${fieldShape(node.left)} ${node.operator} ${fieldShape(node.right)})`;
    case 'nilTest':
      return `(${fieldShape(node.operand)} ${node.operator} nil)`;
    default:
      return assertUnreachable(node);
  }
}

function pipelineShape({ stages }: Pipeline): string {
  return `[${stages.map(stageShape).join(' | ')}]`;
}

function stageShape(stage: PipelineStage): string {
  switch (stage.kind) {
    case 'spansetFilter':
    case 'spansetOperation':
      return spansetShape(stage);
    case 'scalarFilter':
      return `(${scalarShape(stage.left)} ${stage.operator} ${scalarShape(stage.right)})`;
    case 'group':
      return `by ${fieldShape(stage.expression)}`;
    case 'coalesce':
      return 'coalesce';
    case 'select':
      return `select ${stage.attributes.map(fieldShape).join(' ')}`;
    default:
      return assertUnreachable(stage);
  }
}

function spansetShape(node: SpansetOperand): string {
  switch (node.kind) {
    case 'spansetFilter':
      return node.expression === null ? '{}' : `{${fieldShape(node.expression)}}`;
    case 'spansetOperation':
      return `(${spansetShape(node.left)} ${node.operator} ${spansetShape(node.right)})`;
    case 'pipeline':
      return pipelineShape(node);
    default:
      return assertUnreachable(node);
  }
}

function scalarShape(node: ScalarExpression): string {
  switch (node.kind) {
    case 'aggregate':
      return node.operand === null ? node.function : `${node.function} ${fieldShape(node.operand)}`;
    case 'literal':
      return fieldShape(node);
    case 'constantNegation':
      return `(- ${scalarShape(node.operand)})`;
    case 'constantOperation':
      return `(${scalarShape(node.left)} ${node.operator} ${scalarShape(node.right)})`;
    case 'scalarOperation':
      return `<${scalarShape(node.left)} ${node.operator} ${scalarShape(node.right)}>`;
    case 'scalarPipeline':
      return `<${pipelineShape(node.pipeline)} | ${scalarShape(node.aggregate)}>`;
    default:
      return assertUnreachable(node);
  }
}

function metricsShape(node: MetricsOperand): string {
  switch (node.kind) {
    case 'metricsPipeline': {
      const parts = [
        pipelineShape(node.pipeline),
        firstStageShape(node.firstStage),
        ...secondShapes(node.secondStages),
      ];
      return `<${parts.join(' | ')}>`;
    }
    case 'metricsOperation': {
      const operation = `${metricsShape(node.left)} ${node.operator} ${metricsShape(node.right)}`;
      return `<${[operation, ...secondShapes(node.secondStages)].join(' | ')}>`;
    }
    case 'literal':
    case 'constantNegation':
    case 'constantOperation':
      return scalarShape(node);
    default:
      return assertUnreachable(node);
  }
}

function firstStageShape(node: MetricsFirstStage): string {
  switch (node.kind) {
    case 'metricsAggregate': {
      const attribute = node.attribute === null ? '' : ` ${fieldShape(node.attribute)}`;
      const quantiles = node.quantiles.map((quantile) => ` ${quantile}`).join('');
      return `${node.function}${attribute}${quantiles}${node.by.map((by) => ` by ${fieldShape(by)}`).join('')}`;
    }
    case 'metricsCompare':
      return `compare ${spansetShape(node.selection)} ${node.topN} ${node.startNs} ${node.endNs}`;
    default:
      return assertUnreachable(node);
  }
}

function secondShapes(stages: readonly MetricsSecondStage[]): string[] {
  return stages.map((stage) => {
    switch (stage.kind) {
      case 'metricsTop':
        return `${stage.function} ${stage.limit}`;
      case 'metricsFilter':
        return `${stage.operator} ${scalarShape(stage.value)}`;
      default:
        return assertUnreachable(stage);
    }
  });
}
