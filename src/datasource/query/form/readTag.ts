import { NO_SPAN, attributeToString, parseAttribute } from '@clew/traceql';

/** What somebody typed as an attribute, as TraceQL has it. A bare name is looked for in every scope: `foo` is `.foo`. */
export function readTag(text: string): string {
  const name = text.trim();
  try {
    return attributeToString(parseAttribute(name));
  } catch {
    return attributeToString({ kind: 'attribute', scope: 'any', name, parent: false, span: NO_SPAN });
  }
}
