import { ATTRIBUTE_SCOPES, NO_SPAN, attributeToString, parseAttribute, type AttributeScope } from '@clew/traceql';

/**
 * What somebody typed as an attribute, as TraceQL has it: with quotes where they are missing, `span.a b` is
 * `span."a b"`. A bare name is looked for in every scope: `foo` is `.foo`.
 */
export function readTag(text: string): string {
  const written = text.trim();
  try {
    return attributeToString(parseAttribute(written));
  } catch {
    const scope = SCOPES.find((known) => written.startsWith(`${known}.`) && written.length > known.length + 1);
    return scope ? tagOf(scope, written.slice(scope.length + 1)) : tagOf('any', written);
  }
}

/** A name as the store lists it, in its scope (`intrinsic` for what needs none), as TraceQL has it. */
export function tagOfScope(scope: string, name: string): string {
  const known = SCOPES.find((each) => each === scope);
  return known ? tagOf(known, name) : name;
}

const SCOPES = ATTRIBUTE_SCOPES.filter((scope) => scope !== 'any');

const tagOf = (scope: AttributeScope, name: string): string =>
  attributeToString({ kind: 'attribute', scope, name, parent: false, span: NO_SPAN });
