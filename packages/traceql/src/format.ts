import {
  assertUnreachable,
  leftSpine,
  type Aggregate,
  type BinaryExpression,
  type ConstantExpression,
  type ConstantOperation,
  type FieldExpression,
  type Literal,
  type MetricsExpression,
  type MetricsFirstStage,
  type MetricsOperand,
  type MetricsSecondStage,
  type Pipeline,
  type PipelineStage,
  type Query,
  type ScalarExpression,
  type ScalarOperation,
  type SpansetFilter,
  type SpansetOperand,
  type SpansetOperation,
} from './ast.ts';
import { attributeToString } from './attribute.ts';
import { formatLiteral } from './literals.ts';
import {
  FIELD_PRECEDENCE,
  PIPELINE_PRECEDENCE,
  PREFIX_PRECEDENCE,
  PRIMARY_PRECEDENCE,
  isRightAssociative,
} from './precedence.ts';

/** One line of TraceQL that parses to the same tree. Comments and needless parentheses are gone. */
export function format(query: Query): string {
  const hints = query.hints.map(({ name, value }) => `${name}=${formatLiteral(value)}`);
  const body = query.body.kind === 'pipeline' ? pipeline(query.body) : metrics(query.body);
  return hints.length > 0 ? `${body} with(${hints.join(', ')})` : body;
}

/**
 * Where an expression stands. The printer writes parentheses only where they are needed, not where they would please:
 * so what it prints nests no deeper than what was parsed, and `MAX_DEPTH` does not refuse it.
 */
interface Place {
  /** The weakest operator that may be written here without parentheses. */
  readonly minimum: number;
  /** The same for the operand that the text here begins with, which stands deeper in the tree. */
  readonly loop: number;
  /** How strong the operator is that comes next in the text; a prefix operator would take it for itself. */
  readonly follow: number;
}

const ALONE: Place = { minimum: 0, loop: 0, follow: 0 };

interface Operation<Node> {
  readonly operator: string;
  readonly left: Node;
  readonly right: Node;
}

/**
 * A chain of operations, from its innermost on. Parentheses are needed on the left only where what is already written
 * binds weaker than the next operator.
 */
function chain<Node>(
  spine: ReadonlyArray<Operation<Node>>,
  place: Place,
  precedence: (operator: string) => number,
  operand: (node: Node, place: Place) => string
): string {
  const strengths = spine.map(({ operator }) => precedence(operator));
  /** Whether what is written before an operation of the chain must be in parentheses. */
  const closesBefore = spine.map(({ operator }, index) => {
    const before = strengths[index - 1];
    return before !== undefined && before < leftMinimum(operator, strengths[index] ?? 0);
  });
  const opened = closesBefore.filter(Boolean).length;
  const parts = ['('.repeat(opened)];
  for (const [index, { operator, left, right }] of spine.entries()) {
    const own = strengths[index] ?? 0;
    if (index === 0) {
      const loop = opened > 0 ? 0 : place.loop;
      parts.push(operand(left, { minimum: leftMinimum(operator, own), loop, follow: own }));
    } else if (closesBefore[index]) {
      parts.push(')');
    }
    const minimum = isRightAssociative(operator) ? own : operator === '&&!' ? PRIMARY_PRECEDENCE : own + 1;
    const next = strengths[index + 1];
    const follow = next === undefined ? place.follow : closesBefore[index + 1] ? 0 : next;
    parts.push(operator === '&&!' ? ' && !' : ` ${operator} `, operand(right, { minimum, loop: minimum, follow }));
  }
  return parts.join('');
}

function leftMinimum(operator: string, precedence: number): number {
  return isRightAssociative(operator) ? precedence + 1 : precedence;
}

/** `write` with the place that the text then has. */
function wrapIf(needed: boolean, place: Place, write: (place: Place) => string): string {
  return needed ? `(${write(ALONE)})` : write(place);
}

// ---- inside { }

const fieldPrecedence = (operator: string): number => FIELD_PRECEDENCE[operator as keyof typeof FIELD_PRECEDENCE];

function field(node: FieldExpression, place: Place): string {
  switch (node.kind) {
    case 'literal':
      return literal(node, place);
    case 'attribute':
    case 'intrinsic':
      return attributeToString(node);
    case 'unary': {
      const own = PREFIX_PRECEDENCE[node.operator];
      return wrapIf(place.follow > own, place, ({ follow }) => {
        return node.operator + field(node.operand, { minimum: own + 1, loop: own + 1, follow });
      });
    }
    case 'nilTest': {
      // Whatever comes after `= nil` takes the whole test as its left side.
      const own = FIELD_PRECEDENCE[node.operator];
      return wrapIf(own < place.loop, place, ({ loop }) => {
        return `${field(node.operand, { minimum: own, loop, follow: own })} ${node.operator} nil`;
      });
    }
    case 'binary':
      return wrapIf(fieldPrecedence(node.operator) < place.minimum, place, (inner) => {
        return chain<FieldExpression>(leftSpine<BinaryExpression>(node), inner, fieldPrecedence, field);
      });
    default:
      return assertUnreachable(node);
  }
}

/** A negative literal comes from folding, never from the parser, and reads back as a negation. */
function literal(node: Literal, place: Place): string {
  const text = formatLiteral(node);
  const isNegative = node.type !== 'string' && text.startsWith('-');
  return wrapIf(isNegative && place.follow > PREFIX_PRECEDENCE['-'], place, () => text);
}

/** An expression as it stands inside `{ }`. */
export function formatExpression(expression: FieldExpression): string {
  return field(expression, ALONE);
}

// ---- pipelines

function pipeline(node: Pipeline): string {
  return node.stages.map(stage).join(' | ');
}

function stage(node: PipelineStage): string {
  switch (node.kind) {
    case 'spansetFilter':
    case 'spansetOperation':
      return spanset(node, ALONE);
    case 'scalarFilter':
      return `${scalar(node.left, COMPARED)} ${node.operator} ${scalar(node.right, COMPARED)}`;
    case 'group':
      return `by(${field(node.expression, ALONE)})`;
    case 'coalesce':
      return 'coalesce()';
    case 'select':
      return `select(${node.attributes.map(attributeToString).join(', ')})`;
    default:
      return assertUnreachable(node);
  }
}

const pipelinePrecedence = (operator: string): number =>
  PIPELINE_PRECEDENCE[operator as keyof typeof PIPELINE_PRECEDENCE];

const COMPARED: Place = { ...ALONE, minimum: PIPELINE_PRECEDENCE['='] + 1 };

function filter(node: SpansetFilter): string {
  return node.expression === null ? '{}' : `{ ${field(node.expression, ALONE)} }`;
}

function spanset(node: SpansetOperand, place: Place): string {
  switch (node.kind) {
    case 'spansetFilter':
      return filter(node);
    case 'pipeline':
      return `(${pipeline(node)})`;
    case 'spansetOperation':
      return wrapIf(pipelinePrecedence(node.operator) < place.minimum, place, (inner) => {
        return chain<SpansetOperand>(leftSpine<SpansetOperation>(node), inner, pipelinePrecedence, spanset);
      });
    default:
      return assertUnreachable(node);
  }
}

function aggregate(node: Aggregate): string {
  return `${node.function}(${node.operand === null ? '' : field(node.operand, ALONE)})`;
}

function scalar(node: ScalarExpression, place: Place): string {
  switch (node.kind) {
    case 'aggregate':
      return aggregate(node);
    case 'scalarPipeline':
      return `(${pipeline(node.pipeline)} | ${aggregate(node.aggregate)})`;
    case 'scalarOperation':
      return wrapIf(pipelinePrecedence(node.operator) < place.minimum, place, (inner) => {
        return chain<ScalarExpression>(leftSpine<ScalarOperation>(node), inner, pipelinePrecedence, scalar);
      });
    case 'literal':
    case 'constantNegation':
    case 'constantOperation':
      return constant(node, place);
    default:
      return assertUnreachable(node);
  }
}

/** Here a minus binds tightest. */
const NEGATED: Place = { ...ALONE, minimum: PRIMARY_PRECEDENCE };

function constant(node: ConstantExpression, place: Place): string {
  switch (node.kind) {
    case 'literal':
      return formatLiteral(node);
    case 'constantNegation':
      return `-${constant(node.operand, NEGATED)}`;
    case 'constantOperation':
      return wrapIf(pipelinePrecedence(node.operator) < place.minimum, place, (inner) => {
        return chain<ConstantExpression>(leftSpine<ConstantOperation>(node), inner, pipelinePrecedence, constant);
      });
    default:
      return assertUnreachable(node);
  }
}

/** An aggregate, a constant, or arithmetic on them. */
export function formatScalar(expression: ScalarExpression): string {
  return scalar(expression, ALONE);
}

// ---- metrics

function metrics(node: MetricsExpression): string {
  const stages = node.secondStages.map(secondStage).join('');
  switch (node.kind) {
    case 'metricsPipeline':
      return `${pipeline(node.pipeline)} | ${firstStage(node.firstStage)}${stages}`;
    case 'metricsOperation': {
      // Second stages end a chain: beyond them the left side is an operand in parentheses.
      const spine = [node];
      for (let left = node.left; left.kind === 'metricsOperation' && left.secondStages.length === 0; left = left.left) {
        spine.push(left);
      }
      return chain<MetricsOperand>(spine.reverse(), ALONE, pipelinePrecedence, metricsOperand) + stages;
    }
    default:
      return assertUnreachable(node);
  }
}

function metricsOperand(node: MetricsOperand, place: Place): string {
  switch (node.kind) {
    case 'metricsPipeline':
      return `(${metrics(node)})`;
    case 'metricsOperation': {
      const needed = node.secondStages.length > 0 || pipelinePrecedence(node.operator) < place.minimum;
      return wrapIf(needed, place, () => metrics(node));
    }
    case 'literal':
    case 'constantNegation':
    case 'constantOperation':
      return constant(node, place);
    default:
      return assertUnreachable(node);
  }
}

function firstStage(node: MetricsFirstStage): string {
  switch (node.kind) {
    case 'metricsAggregate': {
      const args = [...(node.attribute === null ? [] : [attributeToString(node.attribute)]), ...node.quantiles];
      const by = node.by.length === 0 ? '' : ` by (${node.by.map(attributeToString).join(', ')})`;
      return `${node.function}(${args.join(', ')})${by}`;
    }
    case 'metricsCompare': {
      const { topN, startNs, endNs } = node;
      const numbers = topN === null ? [] : startNs === null || endNs === null ? [topN] : [topN, startNs, endNs];
      return `compare(${[filter(node.selection), ...numbers].join(', ')})`;
    }
    default:
      return assertUnreachable(node);
  }
}

function secondStage(node: MetricsSecondStage): string {
  switch (node.kind) {
    case 'metricsTop':
      return ` | ${node.function}(${node.limit})`;
    case 'metricsFilter':
      return ` ${node.operator} ${constant(node.value, COMPARED)}`;
    default:
      return assertUnreachable(node);
  }
}
