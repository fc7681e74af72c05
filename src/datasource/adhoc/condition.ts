import { INTRINSICS, intrinsicFromSpelling, parse, quoteString, type FieldExpression } from '@clew/traceql';
import { SERVICE_TAG, type FilterValueType } from '../query/form/searchForm';
import { fits, guessValueType } from '../query/form/valueType';
import { attributeOfKey } from './filterKey';

/** As Grafana's AdHocVariableFilter. */
export interface KeyFilter {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  /** For `=|` and `!=|`, one of and none of. */
  readonly values?: readonly string[];
}

type TypesOf = (attribute: string) => ReadonlySet<FilterValueType>;

const COMPARISONS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);
const REGEXES: ReadonlySet<string> = new Set(['=~', '!~']);

/** A filter as TraceQL; undefined where it is not filled in yet, or its operator is not known. */
export function conditionOf(filter: KeyFilter, typesOf: TypesOf): FieldExpression | undefined {
  const { key, operator, value, values } = filter;
  if (key.trim() === '' || (value === '' && !values?.length)) {
    return undefined;
  }
  const attribute = attributeOfKey(key);
  const compare = (symbol: string, text: string) =>
    literalsOf(attribute, text, typesOf(attribute))
      .map((literal) => `${attribute} ${symbol} ${literal}`)
      .join(' || ');
  if (COMPARISONS.has(operator)) {
    return expressionOf(compare(operator, value));
  }
  if (REGEXES.has(operator)) {
    return expressionOf(`${attribute} ${operator} ${quoteString(value)}`);
  }
  const listed = values?.length ? values : [value];
  switch (operator) {
    case '=|':
      return expressionOf(listed.map((each) => compare('=', each)).join(' || '));
    case '!=|':
      return expressionOf(listed.map((each) => `(${compare('!=', each)})`).join(' && '));
    default:
      return undefined;
  }
}

/** That a cell's value is there, or is not; an empty cell is an attribute that is missing. */
export function cellCondition(
  key: string,
  value: string,
  operator: '=' | '!=',
  typesOf: TypesOf
): FieldExpression | undefined {
  if (value !== '') {
    return conditionOf({ key, operator, value }, typesOf);
  }
  const attribute = attributeOfKey(key);
  const canBeMissing = intrinsicFromSpelling(attribute) === undefined && attribute !== SERVICE_TAG;
  return expressionOf(`${attribute} ${operator} ${canBeMissing ? 'nil' : '""'}`);
}

/** One for each type that the attribute's values have and the text can be: a comparison of unlike types is never true. */
function literalsOf(attribute: string, value: string, types: ReadonlySet<FilterValueType>): string[] {
  const fitting = [...types].filter((type) => fits(value, type));
  const isFixed = intrinsicFromSpelling(attribute) !== undefined;
  const chosen = fitting.length > 1 && !isFixed ? fitting : [guessValueType(attribute, value, types)];
  return [...new Set(chosen.map((type) => literalOf(attribute, value, type)))];
}

/** What cannot be a literal of its type stands as a string, and the check says what is wrong. */
function literalOf(attribute: string, value: string, type: FilterValueType): string {
  const text = value.trim();
  if (type === 'string') {
    return quoteString(value);
  }
  if (type === 'keyword') {
    return /^\w+$/.test(text) ? text : quoteString(value);
  }
  const intrinsic = intrinsicFromSpelling(attribute);
  const isDuration = intrinsic !== undefined && INTRINSICS[intrinsic].type === 'duration';
  return fits(text, type) || (isDuration && fits(text, 'int')) ? text : quoteString(value);
}

function expressionOf(text: string): FieldExpression | undefined {
  const { body } = parse(`{ ${text} }`);
  const stage = body.kind === 'pipeline' ? body.stages[0] : undefined;
  return stage?.kind === 'spansetFilter' ? (stage.expression ?? undefined) : undefined;
}
