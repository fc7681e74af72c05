import {
  attributeToString,
  formatLiteral,
  parse,
  tokenize,
  type Attribute,
  type BinaryExpression,
  type FieldExpression,
  type Literal,
  type NilTest,
} from '@clew/traceql';
import { conjuncts } from '../conjuncts';
import {
  EMPTY_FORM,
  FILTER_OPERATORS,
  FORM_STATUSES,
  OPERATION_TAG,
  SERVICE_TAG,
  type AttributeFilter,
  type FilterValueType,
  type SearchForm,
} from './searchForm';

/**
 * The form that stands for this text, or undefined where the text says more than the form can (or is no TraceQL). The
 * form gives a query of the same meaning back, though perhaps in another order.
 */
export function fromTraceql(text: string): SearchForm | undefined {
  const conditions = conditionsOf(text);
  if (conditions === undefined) {
    return undefined;
  }
  let form = EMPTY_FORM;
  for (const condition of conditions) {
    const filter = toFilter(condition);
    if (filter === undefined) {
      return undefined;
    }
    form = withFilter(form, filter);
  }
  return form;
}

/** The operands of a single `{ a && b && … }`; none for `{ }` and for no text. */
function conditionsOf(text: string): FieldExpression[] | undefined {
  if (text.trim() === '') {
    return [];
  }
  let query;
  try {
    query = parse(text);
  } catch {
    return undefined;
  }
  if (hasComment(text)) {
    return undefined;
  }
  if (query.body.kind !== 'pipeline' || query.body.stages.length !== 1 || query.hints.length > 0) {
    return undefined;
  }
  const [stage] = query.body.stages;
  if (stage.kind !== 'spansetFilter') {
    return undefined;
  }
  return stage.expression === null ? [] : conjuncts(stage.expression);
}

/** A form has no place for it, and would lose it. */
export function hasComment(text: string): boolean {
  return tokenize(text).some((token) => token.class === 'comment');
}

export function canShowCondition(condition: FieldExpression): boolean {
  return toFilter(condition) !== undefined;
}

function toFilter(condition: FieldExpression): AttributeFilter | undefined {
  if (condition.kind === 'nilTest') {
    return nilFilter(condition);
  }
  return condition.kind === 'binary' ? comparisonFilter(condition) : undefined;
}

function nilFilter({ operand, operator }: NilTest): AttributeFilter | undefined {
  if (!isAttribute(operand)) {
    return undefined;
  }
  const named = operator === '!=' ? 'exists' : 'is missing';
  return { tag: attributeToString(operand), operator: named, value: '', valueType: 'string' };
}

function comparisonFilter({ operator: symbol, left, right }: BinaryExpression): AttributeFilter | undefined {
  const operator = FILTER_OPERATORS.find((known) => known === symbol);
  const value = valueOf(right);
  if (operator === undefined || value === undefined || !isAttribute(left)) {
    return undefined;
  }
  return { tag: attributeToString(left), operator, ...value };
}

function valueOf(expression: FieldExpression): { value: string; valueType: FilterValueType } | undefined {
  if (expression.kind === 'unary' && expression.operator === '-' && expression.operand.kind === 'literal') {
    const positive = literalValue(expression.operand);
    return { ...positive, value: `-${positive.value}` };
  }
  return expression.kind === 'literal' ? literalValue(expression) : undefined;
}

function literalValue(literal: Literal): { value: string; valueType: FilterValueType } {
  switch (literal.type) {
    case 'string':
      return { value: literal.value, valueType: 'string' };
    case 'boolean':
      return { value: String(literal.value), valueType: 'bool' };
    case 'status':
    case 'kind':
      return { value: literal.value, valueType: 'keyword' };
    case 'int':
    case 'float':
    case 'duration':
      return { value: formatLiteral(literal), valueType: literal.type };
  }
}

function isAttribute(expression: FieldExpression): expression is Attribute {
  return expression.kind === 'intrinsic' || (expression.kind === 'attribute' && !expression.parent);
}

/** Puts a condition into its own field where it has one and that is free, else among the filters. */
function withFilter(form: SearchForm, filter: AttributeFilter): SearchForm {
  const { tag, operator, value, valueType } = filter;
  const isText = operator === '=' && valueType === 'string' && value !== '';
  if (tag === SERVICE_TAG && isText && !form.service) {
    return { ...form, service: value };
  }
  if ((tag === OPERATION_TAG || tag === 'span:name') && isText && !form.operation) {
    return { ...form, operation: value };
  }
  const status = FORM_STATUSES.find((known) => known !== '' && known === value);
  if ((tag === 'status' || tag === 'span:status') && operator === '=' && status && !form.status) {
    return { ...form, status };
  }
  if ((tag === 'duration' || tag === 'span:duration') && valueType === 'duration') {
    if (operator === '>=' && !form.minDuration) {
      return { ...form, minDuration: value };
    }
    if (operator === '<=' && !form.maxDuration) {
      return { ...form, maxDuration: value };
    }
  }
  return { ...form, filters: [...form.filters, filter] };
}
