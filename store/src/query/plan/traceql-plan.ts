import {
  check,
  leftSpine,
  parse,
  writeOutNilAsValue,
  type PipelineStage,
  type Query,
  type SpansetOperand,
} from '@clew/traceql';

import { emittedComparisons, FilterPlanner, joined, MAX_COMPARISONS } from './filter-plan.ts';
import { ALWAYS, type Condition, type SearchPlan } from './plan.ts';

/** The plan for a query's text. Throws TraceqlError. */
export function planTraceql(text: string): SearchPlan {
  const query = parse(text);
  check(query);
  return planQuery(writeOutNilAsValue(query));
}

/** The plan for a checked query. Throws TraceqlError of kind `unsupported`. */
export function planQuery(query: Query): SearchPlan {
  return new Planner(query).plan();
}

class Planner {
  readonly #query: Query;
  readonly #filters: FilterPlanner;

  constructor(query: Query) {
    this.#query = query;
    this.#filters = new FilterPlanner(query.text);
  }

  plan(): SearchPlan {
    const { body } = this.#query;
    if (body.kind !== 'pipeline') {
      throw this.#filters.unsupported(
        body.span,
        'Metrics are not supported here',
        'Use a query that selects spans, like {}.'
      );
    }
    const conditions = body.stages.flatMap((stage, index) => this.#stage(stage, index === 0));
    const condition = conditions.length === 1 ? conditions[0] : joined('and', conditions);
    if (emittedComparisons(condition) > MAX_COMPARISONS) {
      throw this.#filters.unsupported(
        body.span,
        `A query of more than ${MAX_COMPARISONS} comparisons is not supported`,
        'Use a regular expression in place of many values.'
      );
    }
    return { condition, mentioned: this.#filters.mentioned };
  }

  #stage(stage: PipelineStage, isFirst: boolean): Condition[] {
    switch (stage.kind) {
      case 'spansetFilter':
      case 'spansetOperation':
        if (!isFirst && joinsSpansets(stage)) {
          throw this.#filters.unsupported(stage.span, '&& between spansets is supported in the first stage only');
        }
        return [this.#spanset(stage, 0)];
      case 'select':
        for (const attribute of stage.attributes) {
          this.#filters.operand(attribute);
        }
        return [];
      case 'group':
        throw this.#filters.unsupported(stage.span, 'by() is not supported yet');
      case 'coalesce':
        throw this.#filters.unsupported(stage.span, 'coalesce() is not supported yet');
      case 'scalarFilter':
        throw this.#filters.unsupported(stage.span, 'Aggregates are not supported yet');
    }
  }

  /** Which spans a spanset expression yields. */
  #spanset(expression: SpansetOperand, depth: number): Condition {
    switch (expression.kind) {
      case 'spansetFilter':
        return expression.expression ? this.#filters.condition(expression.expression, depth) : ALWAYS;
      case 'pipeline':
        throw this.#filters.unsupported(expression.span, 'A pipeline in parentheses is not supported yet');
      case 'spansetOperation':
        break;
    }
    this.#filters.checkDepth(expression.span, depth);
    const { operator, left, right } = expression;
    if (operator === '&&!') {
      const excluded: Condition = { kind: 'inTrace', condition: this.#spanset(right, depth + 1) };
      return joined('and', [this.#spanset(left, depth + 1), { kind: 'not', operand: excluded }]);
    }
    if (operator !== '&&' && operator !== '||') {
      throw this.#filters.unsupported(expression.span, `The structural operator ${operator} is not supported yet`);
    }
    // Terms of a chain of one operator stand side by side: each of them would otherwise double the statement.
    const chain = leftSpine(expression);
    const from = chain.findLastIndex((operation) => operation.operator !== operator) + 1;
    const operands = [chain[from].left, ...chain.slice(from).map(({ right }) => right)];
    const conditions = operands.map((operand) => this.#spanset(operand, depth + 1));
    const either = joined('or', conditions);
    return operator === '||'
      ? either
      : joined('and', [...conditions.map((condition): Condition => ({ kind: 'inTrace', condition })), either]);
  }
}

/** Both sides of such a `&&` have to be among what the stage before left: no condition on whole traces says that. */
function joinsSpansets(operand: SpansetOperand): boolean {
  return (
    operand.kind === 'spansetOperation' &&
    leftSpine(operand).some(
      ({ operator, left, right }) =>
        operator === '&&' ||
        operator === '&&!' ||
        (left.kind !== 'spansetOperation' && joinsSpansets(left)) ||
        joinsSpansets(right)
    )
  );
}
