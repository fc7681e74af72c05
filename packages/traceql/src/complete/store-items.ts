import { NO_SPAN, type AttributeScope } from '../ast.ts';
import { attributeToString } from '../attribute.ts';
import { quoteString } from '../literals.ts';
import type { AttributeRequest, CompletionItem, ValueRequest } from './completion.ts';
import { SCOPE_DOCS } from './words.ts';

/** Names of attributes that there are, without scope and quotes. */
export interface NamesInScope {
  readonly scope: AttributeScope;
  readonly names: readonly string[];
}

/** `type` as Tempo's API calls it: `string`, `int`, `float`, `bool`, `duration`, `keyword`. */
export interface TypedValue {
  readonly type: string;
  readonly value: string;
}

/** What was found for a request, as items: each name once, quoted where it has to be. */
export function attributeItems(request: AttributeRequest, found: readonly NamesInScope[]): CompletionItem[] {
  const { scope: asked, range, after } = request;
  const items = new Map<string, CompletionItem>();
  for (const { scope, names } of found) {
    if (asked !== undefined && asked !== 'any' && asked !== scope) {
      continue;
    }
    const shown = asked === 'any' ? 'any' : scope;
    const doc = SCOPE_DOCS[shown];
    for (const name of names.filter((name) => name !== '')) {
      const label = attributeToString({ kind: 'attribute', scope: shown, parent: false, name, span: NO_SPAN });
      items.set(label, { label, insert: label + after, range, kind: 'attribute', doc, again: after !== '' });
    }
  }
  return [...items.values()];
}

/** What was found for a request, as items, quoted and escaped for where they go. */
export function valueItems(request: ValueRequest, found: readonly TypedValue[]): CompletionItem[] {
  const items = new Map<string, CompletionItem>();
  for (const { type, value } of found) {
    const insert = literal(request, type, value);
    if (insert !== undefined) {
      const doc = type === 'string' ? 'a value that was seen' : `a value that was seen, of type ${type}`;
      items.set(insert, { label: value, insert, range: request.range, kind: 'value', detail: type, doc, again: false });
    }
  }
  return [...items.values()];
}

function literal({ quoting, operator }: ValueRequest, type: string, value: string): string | undefined {
  const { quote, before, after } = quoting;
  const isRegex = operator === '=~' || operator === '!~';
  if (type !== 'string' && !isRegex) {
    return quote === undefined ? value : undefined;
  }
  if (isRegex && type !== 'string') {
    // Numbers and booleans match no regular expression.
    return undefined;
  }
  const text = isRegex ? value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : value;
  if (quote === '`') {
    return text.includes('`') || text.includes('\r') ? undefined : before + text + after;
  }
  return before + quoteString(text).slice(1, -1) + after;
}
