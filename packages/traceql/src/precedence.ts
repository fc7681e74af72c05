import type { ArithmeticOperator, FieldOperator, SpansetOperator } from './ast.ts';

/**
 * Binding strength, weak to strong. `&&` and `||` are equal and left-associative, so are all comparisons with all
 * structural operators; the prefix `-` is as strong as the binary one, `!` stands between `+` and `*`.
 * So `a || b && c` is `(a || b) && c`, `-2 ^ 2` is `-(2 ^ 2)`, `!.a = .b` is `(!.a) = .b`.
 */
export const FIELD_PRECEDENCE: Readonly<Record<FieldOperator, number>> = {
  '&&': 1,
  '||': 1,
  '=': 2,
  '!=': 2,
  '<': 2,
  '<=': 2,
  '>': 2,
  '>=': 2,
  '=~': 2,
  '!~': 2,
  '+': 3,
  '-': 3,
  '*': 5,
  '/': 5,
  '%': 5,
  '^': 6,
};

export const PREFIX_PRECEDENCE: Readonly<Record<'-' | '!', number>> = { '-': 3, '!': 4 };

/** Of what is no operation. */
export const PRIMARY_PRECEDENCE = 7;

/** Between spansets, scalars and metrics. */
export const PIPELINE_PRECEDENCE: Readonly<Record<SpansetOperator | ArithmeticOperator | FieldOperator, number>> = {
  ...FIELD_PRECEDENCE,
  '&&!': 1,
  '>>': 2,
  '<<': 2,
  '~': 2,
  '!>': 2,
  '!>>': 2,
  '!<': 2,
  '!<<': 2,
  '&>': 2,
  '&>>': 2,
  '&<': 2,
  '&<<': 2,
  '&~': 2,
};

export function isRightAssociative(operator: string): boolean {
  return operator === '^';
}
