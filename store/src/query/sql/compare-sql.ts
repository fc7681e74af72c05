import type { Comparison, Literal } from '../plan/plan.ts';
import { floatText, type SqlParameters } from './sql-text.ts';

/** What a SQL expression yields, as far as TraceQL can compare it. */
export type ValueType = 'string' | 'number' | 'bool';

export const NEVER = 'false';

/**
 * A pattern as RE2 has to see it: over the whole text, as Tempo does, and with `.` not matching a line break, as in Go
 * and unlike ClickHouse's default.
 */
export const anchored = (pattern: string): string => `^(?-s:${pattern})$`;

export const isNegative = (comparison: Comparison): comparison is '!=' | '!~' =>
  comparison === '!=' || comparison === '!~';

/** The comparison that `!=` and `!~` deny; any other as it is. */
export const positive = (comparison: Comparison): Comparison =>
  comparison === '!=' ? '=' : comparison === '!~' ? '=~' : comparison;

export function literalType({ type }: Literal): ValueType | 'status' | 'kind' {
  switch (type) {
    case 'int':
    case 'float':
    case 'duration':
      return 'number';
    default:
      return type;
  }
}

/** The placeholder for a literal that is a value: string, number or bool. */
export function literalSql(literal: Literal, params: SqlParameters): string {
  switch (literal.type) {
    case 'int':
    case 'duration':
      return params.value('Int64', literal.value);
    case 'float':
      return params.value('Float64', floatText(literal.value));
    case 'bool':
      return params.value('Bool', literal.value);
    default:
      return params.value('String', literal.value);
  }
}

/**
 * `expression comparison literal` for an expression of the given type; NEVER where the types differ or the operator has
 * no meaning for them. `right` stands for the literal.
 */
export function compareSql(expression: string, comparison: Comparison, right: string): string {
  switch (comparison) {
    case '=~':
      return `match(${expression}, ${right})`;
    case '!~':
      return `NOT match(${expression}, ${right})`;
    default:
      return `${expression} ${comparison} ${right}`;
  }
}

/** Whether the operator means something between an expression of `type` and the literal. */
export function isComparable(type: ValueType, comparison: Comparison, literal: Literal): boolean {
  if (literalType(literal) !== type) {
    return false;
  }
  const isRegex = comparison === '=~' || comparison === '!~';
  if (type === 'bool') {
    return comparison === '=' || comparison === '!=';
  }
  return isRegex ? type === 'string' : true;
}

/** The placeholder for the right side: a pattern is wrapped, a value goes as it is. */
export function rightSql(comparison: Comparison, literal: Literal, params: SqlParameters): string {
  const isRegex = comparison === '=~' || comparison === '!~';
  return isRegex && literal.type === 'string'
    ? params.value('String', anchored(literal.value))
    : literalSql(literal, params);
}
