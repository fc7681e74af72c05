import { parse, quoteString, type SpansetFilter } from '@clew/traceql';
import { type AttributeValue } from '@clew/trace-model';

/** Where an attribute stands, as TraceQL says it. */
export type AttributePlace = 'span' | 'resource' | 'instrumentation' | 'event' | 'link';

/** TraceQL reads such a name as it is; others want quotes. */
const PLAIN_NAME = /^[^\s{}()=~!<>&|^,"]+$/;

/** `span.http.route`, `resource."with a space"`. */
export function attributeText(place: AttributePlace, name: string): string {
  return `${place}.${PLAIN_NAME.test(name) ? name : quoteString(name)}`;
}

/**
 * A TraceQL condition that the attribute has, or has not, this value; undefined for values that TraceQL has no word for. An
 * attribute that is not there is not unequal to anything: leaving out what has the value keeps the spans that lack it.
 */
export function valueCondition(
  place: AttributePlace,
  name: string,
  value: AttributeValue,
  isWanted: boolean
): string | undefined {
  const literal = literalOf(value);
  if (literal === undefined) {
    return undefined;
  }
  const attribute = attributeText(place, name);
  return isWanted ? `${attribute} = ${literal}` : `(${attribute} != ${literal} || ${attribute} = nil)`;
}

function literalOf(value: AttributeValue): string | undefined {
  switch (typeof value) {
    case 'string':
      return quoteString(value);
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return Number.isFinite(value) && !/e/i.test(String(value)) ? String(value) : undefined;
    default:
      return undefined;
  }
}

/** The query with a condition more: what is TraceQL of one spanset gets it at its end, anything else gives way. */
export function withCondition(query: string, condition: string): string {
  const filter = onlyFilter(query);
  if (!filter?.expression) {
    return `{ ${condition} }`;
  }
  const inner = query.trim().slice(1, -1).trim();
  const isAlternative = filter.expression.kind === 'binary' && filter.expression.operator === '||';
  return `{ ${isAlternative ? `(${inner})` : inner} && ${condition} }`;
}

/** The `{ … }` that the query is; undefined for what is more than that, or no TraceQL. */
function onlyFilter(query: string): SpansetFilter | undefined {
  try {
    const { body } = parse(query);
    const [stage, more] = body.kind === 'pipeline' ? body.stages : [];
    return stage?.kind === 'spansetFilter' && !more && query.trim().startsWith('{') ? stage : undefined;
  } catch {
    return undefined;
  }
}
