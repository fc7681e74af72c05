import {
  assertUnreachable,
  leftSpine,
  type Attribute,
  type FieldExpression,
  type PipelineStage,
  type ScalarExpression,
  type SpansetOperand,
} from './ast.ts';

/** Every attribute and intrinsic of a stage, or of an operand, in the order of the text, as often as it is there. */
export function* attributesOfStage(stage: PipelineStage | SpansetOperand): Generator<Attribute> {
  switch (stage.kind) {
    case 'spansetFilter':
      if (stage.expression) {
        yield* attributesOf(stage.expression);
      }
      return;
    case 'spansetOperation': {
      const spine = leftSpine(stage);
      yield* attributesOfStage(spine[0].left);
      for (const { right } of spine) {
        yield* attributesOfStage(right);
      }
      return;
    }
    case 'pipeline':
      for (const inner of stage.stages) {
        yield* attributesOfStage(inner);
      }
      return;
    case 'scalarFilter':
      yield* attributesOfScalar(stage.left);
      yield* attributesOfScalar(stage.right);
      return;
    case 'group':
      yield* attributesOf(stage.expression);
      return;
    case 'select':
      yield* stage.attributes;
      return;
    case 'coalesce':
      return;
    default:
      assertUnreachable(stage);
  }
}

/** Every attribute and intrinsic of an expression. */
export function* attributesOf(expression: FieldExpression): Generator<Attribute> {
  switch (expression.kind) {
    case 'literal':
      return;
    case 'attribute':
    case 'intrinsic':
      yield expression;
      return;
    case 'unary':
    case 'nilTest':
      yield* attributesOf(expression.operand);
      return;
    case 'binary': {
      const spine = leftSpine(expression);
      yield* attributesOf(spine[0].left);
      for (const { right } of spine) {
        yield* attributesOf(right);
      }
      return;
    }
    default:
      assertUnreachable(expression);
  }
}

function* attributesOfScalar(scalar: ScalarExpression): Generator<Attribute> {
  switch (scalar.kind) {
    case 'aggregate':
      if (scalar.operand) {
        yield* attributesOf(scalar.operand);
      }
      return;
    case 'scalarOperation':
    case 'constantOperation': {
      const spine = leftSpine(scalar);
      yield* attributesOfScalar(spine[0].left);
      for (const { right } of spine) {
        yield* attributesOfScalar(right);
      }
      return;
    }
    case 'scalarPipeline':
      yield* attributesOfStage(scalar.pipeline);
      yield* attributesOfScalar(scalar.aggregate);
      return;
    case 'constantNegation':
    case 'literal':
      return;
    default:
      assertUnreachable(scalar);
  }
}
