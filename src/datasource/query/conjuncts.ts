import { leftSpine, NO_SPAN, type FieldExpression } from '@clew/traceql';

/** The operands of a chain of `&&`; the expression itself where it is none. */
export function conjuncts(expression: FieldExpression): FieldExpression[] {
  if (expression.kind !== 'binary' || expression.operator !== '&&') {
    return [expression];
  }
  const spine = leftSpine(expression);
  // Under the last `&&` on the left edge there can be another operation: it is an operand, not a part of the chain.
  const first = spine.findLastIndex(({ operator }) => operator !== '&&') + 1;
  return [spine[first].left, ...spine.slice(first).map(({ right }) => right)].flatMap((operand) =>
    operand.kind === 'binary' && operand.operator === '&&' ? conjuncts(operand) : [operand]
  );
}

/** All of them at once; null, which is every span, for none. */
export function conjunction(expressions: readonly FieldExpression[]): FieldExpression | null {
  const [first, ...rest] = expressions;
  return (
    rest.reduce<FieldExpression | undefined>(
      (left, right) => left && { kind: 'binary', operator: '&&', left, right, span: NO_SPAN },
      first
    ) ?? null
  );
}
