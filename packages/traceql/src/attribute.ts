import type { Attribute } from './ast.ts';
import { Cursor } from './cursor.ts';
import { notAnOperand } from './field-mistakes.ts';
import { nameNeedsQuotes } from './lexer.ts';
import { parseAttributeToken } from './parse-field.ts';

/** As in a query: `span.http.method`, `.foo`, `span."foo bar"`, `name`, `event:name`. */
export function attributeToString(attribute: Attribute): string {
  if (attribute.kind === 'intrinsic') {
    return attribute.spelling;
  }
  const { name, scope, parent } = attribute;
  const prefix = (parent ? 'parent.' : '') + (scope === 'any' ? (parent ? '' : '.') : `${scope}.`);
  // `.5` reads as a number, `parent.span.x` as another scope.
  const misread = scope === 'any' && (parent ? /^(span|resource)\./.test(name) : /^[0-9]/.test(name));
  return prefix + (misread || nameNeedsQuotes(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name);
}

/** For the tag endpoints and for menus. @throws TraceqlError where the text is not one attribute or intrinsic. */
export function parseAttribute(text: string): Attribute {
  const cursor = new Cursor(text);
  const attribute = parseAttributeToken(cursor);
  if (attribute === undefined) {
    throw notAnOperand(cursor, undefined);
  }
  if (!cursor.atEnd()) {
    throw cursor.unexpected('one attribute', 'quote a name that has spaces or operators: span."foo bar"');
  }
  return attribute;
}
