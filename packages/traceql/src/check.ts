import {
  assertUnreachable,
  leftSpine,
  type Aggregate,
  type ComparisonOperator,
  type ConstantExpression,
  type GroupStage,
  type MetricsAggregate,
  type MetricsCompare,
  type MetricsExpression,
  type MetricsOperand,
  type MetricsPipeline,
  type MetricsSecondStage,
  type Pipeline,
  type PipelineStage,
  type Query,
  type ScalarExpression,
  type ScalarFilter,
  type SpansetFilter,
  type SpansetOperand,
  type SpansetOperation,
  type TextSpan,
} from './ast.ts';
import { attributeToString } from './attribute.ts';
import { FieldChecker, referencesSpan } from './check-field.ts';
import { isConstant } from './combine.ts';
import { foldConstant } from './constant.ts';
import { TraceqlError, excerpt, positionAt, type TraceqlErrorKind } from './errors.ts';
import { formatExpression, formatScalar } from './format.ts';
import { describeType, filterHint, isNumeric } from './types.ts';

/** The operator with its sides exchanged. */
const TURNED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

const MAX_GROUP_BY = 5;
const MAX_COMPARE_VALUES = 1000n;

/**
 * Types and ranges: what the grammar lets through and no engine could run. The rules are Tempo's validation, with two
 * more: an int divided by a constant zero, and a metric of an intrinsic that is no number.
 * @throws TraceqlError of kind `invalid` or `unsupported`, for the first that is found.
 */
export function check(query: Query): void {
  new Checker(query.text).query(query);
}

class Checker {
  readonly #text: string;
  readonly #fields: FieldChecker;

  constructor(text: string) {
    this.#text = text;
    this.#fields = new FieldChecker(text);
  }

  query({ body }: Query): void {
    if (body.kind === 'pipeline') {
      this.#pipeline(body);
    } else {
      this.#metrics(body, true);
    }
  }

  #error(span: TextSpan, message: string, hint?: string, kind: TraceqlErrorKind = 'invalid'): TraceqlError {
    return new TraceqlError(kind, message, span, positionAt(this.#text, span.start), hint);
  }

  // ---- pipelines

  #pipeline({ stages }: Pipeline): void {
    for (const stage of stages) {
      this.#stage(stage);
    }
  }

  #stage(stage: PipelineStage): void {
    switch (stage.kind) {
      case 'spansetFilter':
      case 'spansetOperation':
        this.#spanset(stage);
        return;
      case 'scalarFilter':
        this.#scalarFilter(stage);
        return;
      case 'group':
        this.#group(stage);
        return;
      case 'select':
        stage.attributes.forEach((attribute) => this.#fields.attribute(attribute));
        return;
      case 'coalesce':
        return;
      default:
        assertUnreachable(stage);
    }
  }

  #spanset(node: SpansetOperand): void {
    switch (node.kind) {
      case 'spansetFilter':
        this.#filter(node);
        return;
      case 'pipeline':
        this.#pipeline(node);
        return;
      case 'spansetOperation': {
        for (const [index, { left, right }] of leftSpine<SpansetOperation>(node).entries()) {
          if (index === 0) {
            this.#spanset(left);
          }
          this.#spanset(right);
        }
        return;
      }
      default:
        assertUnreachable(node);
    }
  }

  #filter({ expression }: SpansetFilter): void {
    if (expression === null) {
      return;
    }
    const type = this.#fields.type(expression);
    if (type !== 'boolean' && type !== 'attribute') {
      const shown = excerpt(formatExpression(expression));
      throw this.#error(
        expression.span,
        `a filter must be true or false, ${shown} is ${describeType(type)}`,
        filterHint(expression, type)
      );
    }
  }

  #group({ expression }: GroupStage): void {
    if (!referencesSpan(expression)) {
      const hint = 'name an attribute: by(resource.service.name)';
      throw this.#error(expression.span, 'by() needs something that is read from the span', hint);
    }
    this.#fields.type(expression);
  }

  #scalarFilter({ operator, left, right, span }: ScalarFilter): void {
    this.#scalar(left);
    this.#scalar(right);
    if (left.kind === 'aggregate' && isConstant(right)) {
      return;
    }
    if (isConstant(left) && right.kind === 'aggregate') {
      const hint = `turn it round: ${formatScalar(right)} ${TURNED[operator]} ${formatScalar(left)}`;
      throw this.#error(span, 'a number on the left of an aggregate is not supported', hint, 'unsupported');
    }
    const isArithmetic = left.kind === 'scalarOperation' || right.kind === 'scalarOperation';
    const message = isArithmetic ? 'arithmetic with aggregates' : 'an aggregate compared with an aggregate';
    const hint = 'compare one aggregate with a number: avg(duration) > 100ms';
    throw this.#error(span, `${message} is not supported`, hint, 'unsupported');
  }

  #scalar(node: ScalarExpression): void {
    switch (node.kind) {
      case 'aggregate':
        this.#aggregate(node);
        return;
      case 'scalarPipeline':
        this.#pipeline(node.pipeline);
        this.#aggregate(node.aggregate);
        return;
      case 'scalarOperation':
        for (const [index, { left, right }] of leftSpine(node).entries()) {
          if (index === 0) {
            this.#scalar(left);
          }
          this.#scalar(right);
        }
        return;
      case 'literal':
      case 'constantNegation':
      case 'constantOperation':
        foldConstant(node, this.#text);
        return;
      default:
        assertUnreachable(node);
    }
  }

  #aggregate({ function: fn, operand }: Aggregate): void {
    if (operand === null) {
      return;
    }
    const type = this.#fields.type(operand);
    const shown = excerpt(formatExpression(operand));
    if (type !== 'attribute' && !isNumeric(type)) {
      throw this.#error(operand.span, `${fn}() needs a number or a duration, ${shown} is ${describeType(type)}`);
    }
    if (!referencesSpan(operand)) {
      const hint = `name an attribute: ${fn}(duration)`;
      throw this.#error(operand.span, `${fn}() needs something that is read from the span`, hint);
    }
  }

  // ---- metrics

  #metrics(node: MetricsExpression, alone: boolean): void {
    switch (node.kind) {
      case 'metricsPipeline':
        this.#metricsPipeline(node, alone);
        break;
      case 'metricsOperation': {
        const spine = [node];
        for (let left = node.left; left.kind === 'metricsOperation'; left = left.left) {
          spine.push(left);
        }
        for (const [index, { left, right, secondStages }] of spine.reverse().entries()) {
          if (index === 0) {
            this.#metricsOperand(left);
          }
          this.#metricsOperand(right);
          this.#secondStages(secondStages);
        }
        return;
      }
      default:
        assertUnreachable(node);
    }
    this.#secondStages(node.secondStages);
  }

  #metricsOperand(node: MetricsOperand): void {
    switch (node.kind) {
      case 'metricsPipeline':
      case 'metricsOperation':
        this.#metrics(node, false);
        return;
      case 'literal':
      case 'constantNegation':
      case 'constantOperation': {
        const duration = findDuration(node);
        if (duration !== undefined) {
          throw this.#error(duration, 'a duration does not go with a metric', 'write the number of seconds');
        }
        foldConstant(node, this.#text);
        return;
      }
      default:
        assertUnreachable(node);
    }
  }

  #metricsPipeline({ pipeline, firstStage, secondStages }: MetricsPipeline, alone: boolean): void {
    this.#pipeline(pipeline);
    if (firstStage.kind === 'metricsAggregate') {
      this.#metricsAggregate(firstStage);
      return;
    }
    this.#compare(firstStage);
    if (!alone || secondStages.length > 0) {
      const message = `compare() goes alone, without ${alone ? 'topk, bottomk or a comparison' : 'arithmetic'}`;
      throw this.#error(secondStages[0]?.span ?? firstStage.span, message);
    }
  }

  #metricsAggregate({ function: fn, attribute, quantiles, by, span }: MetricsAggregate): void {
    if (attribute !== null) {
      const type = this.#fields.attribute(attribute);
      if (type !== 'attribute' && !isNumeric(type)) {
        const message = `${fn}() needs a number or a duration, ${attributeToString(attribute)} is ${describeType(type)}`;
        throw this.#error(attribute.span, message);
      }
    }
    by.forEach((label) => this.#fields.attribute(label));
    const bad = quantiles.find((quantile) => !(quantile >= 0 && quantile <= 1));
    if (bad !== undefined) {
      const hint = bad >= 10 && bad <= 100 ? `write ${Number((bad / 100).toPrecision(12))}` : undefined;
      throw this.#error(span, `a quantile lies between 0 and 1, ${bad} does not`, hint);
    }
    // Quantiles and histograms need one label for themselves.
    const most = fn === 'quantile_over_time' || fn === 'histogram_over_time' ? MAX_GROUP_BY - 1 : MAX_GROUP_BY;
    const extra = by[most];
    if (extra !== undefined) {
      const message = `${fn}() by more than ${most} attributes is not supported`;
      throw this.#error(extra.span, message, undefined, 'unsupported');
    }
  }

  #compare({ selection, topN, startNs, endNs, span }: MetricsCompare): void {
    this.#filter(selection);
    if (topN !== null && (topN < 1n || topN > MAX_COMPARE_VALUES)) {
      throw this.#error(span, `compare() shows 1 to ${MAX_COMPARE_VALUES} values, not ${topN}`);
    }
    // Zeros stand for "not given", as in what Grafana sends.
    if (startNs === null || endNs === null || (startNs === 0n && endNs === 0n)) {
      return;
    }
    if (startNs <= 0n || endNs <= 0n) {
      throw this.#error(span, 'the times of compare() are nanoseconds since 1970, above 0');
    }
    if (endNs <= startNs) {
      throw this.#error(span, 'the end of compare() must be after its start');
    }
  }

  #secondStages(stages: readonly MetricsSecondStage[]): void {
    for (const stage of stages) {
      switch (stage.kind) {
        case 'metricsTop':
          if (stage.limit < 1n) {
            throw this.#error(stage.span, `${stage.function}() needs a number of 1 or more, not ${stage.limit}`);
          }
          break;
        case 'metricsFilter': {
          const duration = stage.value.kind === 'constantOperation' ? findDuration(stage.value) : undefined;
          if (duration !== undefined) {
            const hint = 'write the result, such as 20s, or count in seconds';
            throw this.#error(duration, 'a metric is not compared with arithmetic on durations', hint);
          }
          foldConstant(stage.value, this.#text);
          break;
        }
        default:
          assertUnreachable(stage);
      }
    }
  }
}

/** Where a constant has a duration in it. */
function findDuration(node: ConstantExpression): TextSpan | undefined {
  switch (node.kind) {
    case 'literal':
      return node.type === 'duration' ? node.span : undefined;
    case 'constantNegation':
      return findDuration(node.operand);
    case 'constantOperation':
      for (const [index, { left, right }] of leftSpine(node).entries()) {
        const found = (index === 0 ? findDuration(left) : undefined) ?? findDuration(right);
        if (found !== undefined) {
          return found;
        }
      }
      return undefined;
    default:
      return assertUnreachable(node);
  }
}
