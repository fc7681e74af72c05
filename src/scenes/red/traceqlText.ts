import { literal } from '../../shared/traceqlLiteral';

export { literal };

/** The conditions that there are, all of which hold, as a filter: `{ a && (b || c) }`. */
export function filterOf(...conditions: ReadonlyArray<string | undefined>): string {
  const given = conditions.flatMap((condition) => condition || []);
  const text = given.length > 1 ? given.map(parenthesized).join(' && ') : (given[0] ?? '');
  return text === '' ? '{ }' : `{ ${text} }`;
}

/** `attribute` is one of these. At least one. */
export function isOneOf(attribute: string, values: readonly string[]): string {
  return values.map((value) => `${attribute} = ${literal(value)}`).join(' || ');
}

const parenthesized = (condition: string): string => (condition.includes('||') ? `(${condition})` : condition);
