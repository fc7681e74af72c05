import { parseAttribute } from '@clew/traceql';
import { literal } from '../../scenes/red/traceqlText';
import { type SpanDifferenceJson } from '../../shared/storePageTypes';

/** Texts of this length may have been cut by the store. */
const CUT_AT = 200;

/** The spans that have the value, as a condition of TraceQL; undefined where none can be written. */
export function differenceCondition({
  attribute,
  type,
  value,
}: Pick<SpanDifferenceJson, 'attribute' | 'type' | 'value'>): string | undefined {
  if (value.length >= CUT_AT) {
    return undefined;
  }
  const name = attributeName(attribute);
  return name === undefined ? undefined : `${name} = ${type === 'string' ? literal(value) : value}`;
}

/** Keys with spaces or operators are quoted. */
function attributeName(attribute: string): string | undefined {
  const quoted = attribute.replace(
    /^(span|resource)\.(.*)$/s,
    (_, scope: string, key: string) => `${scope}.${JSON.stringify(key)}`
  );
  for (const text of [attribute, quoted]) {
    try {
      parseAttribute(text);
      return text;
    } catch {
      // The other way to write it.
    }
  }
  return undefined;
}
