import { INTRINSICS, intrinsicFromSpelling, type ValueType } from '../intrinsics.ts';
import { atCursor, type AtCursor } from './at-cursor.ts';
import type { AttributeRequest, Completion, CompletionItem, Quoting, ValueRequest } from './completion.ts';
import { Items, arithmeticItems, comparisonItems, pipelineItems } from './items.ts';
import { filterEnd, looseConditions } from './lenient-filter.ts';
import { lenientQuery, writeFilter } from './lenient-query.ts';
import { placeAfter, type Place, type Subject } from './place.ts';

/**
 * What may stand at an offset of a query that may be half written, or wrong elsewhere. What the language has there are
 * `items`; for what a storage has, `attributes` and `values` say what to ask it. Never throws, whatever the text and the
 * offset are; linear in the text.
 */
export function complete(text: string, offset: number): Completion {
  const cursor = Math.min(Math.max(Math.trunc(offset) || 0, 0), text.length);
  const at = atCursor(text, cursor);
  if (at === undefined) {
    return { items: [], range: { start: cursor, end: cursor }, prefix: '' };
  }
  return completeAt(at, placeAfter(at.tokens, at.before));
}

function completeAt(at: AtCursor, place: Place): Completion {
  const items = new Items(at);
  switch (place.kind) {
    case 'operand':
    case 'attribute': {
      const filter = place.kind === 'operand' ? place.filter : undefined;
      return isInString(at)
        ? items.completion()
        : completeAttribute(at, items, place.isNumeric, place.kind === 'operand', filter);
    }
    case 'value':
      return completeValue(at, items, place);
    case 'afterOperand':
      return items.completion([
        ...comparisonItems(items, place.type),
        ...(place.isFilter && (place.type === 'attribute' || place.type === 'boolean') ? items.logical() : []),
        ...arithmeticItems(items, place.type),
      ]);
    case 'afterCondition':
      return items.completion(place.isFilter ? items.logical() : []);
    default:
      return items.completion(isInString(at) ? [] : pipelineItems(items, place));
  }
}

function isInString({ current }: AtCursor): boolean {
  return current?.type === 'string';
}

// ---- attributes

/** What follows `operand` can be an operator, what follows an attribute in a list cannot. */
function completeAttribute(
  at: AtCursor,
  items: Items,
  isNumeric: boolean,
  isOperand: boolean,
  filter: number | undefined
): Completion {
  const { current, tokens, text, cursor } = at;
  const attribute = current?.type === 'attribute' ? current.attribute : undefined;
  const rest = text.slice(items.range.end).trimStart()[0];
  const after = isOperand && filter !== undefined && (rest === undefined || rest === '}' || rest === ')') ? ' ' : '';
  const request: AttributeRequest = {
    scope: attribute?.scope,
    prefix: attribute?.name ?? items.prefix,
    query: filter === undefined ? lenientQuery(text) : filterAround(at, filter),
    range: items.range,
    after,
  };
  const isName = current === undefined || ['word', 'attribute', 'intrinsic', 'variable'].includes(current.type);
  const before = tokens.textOf({ start: items.range.start, end: cursor });
  const own = isName && attribute?.scope !== 'any' ? items.attributes(isNumeric, before, after) : [];
  return items.completion(own, isName && attribute?.parent !== true ? { attributes: request } : {});
}

/** The rest of the filter that the cursor is in. */
function filterAround({ tokens, cursor }: AtCursor, filter: number): string {
  const from = filter + 1;
  return writeFilter(tokens, looseConditions(tokens, from, filterEnd(tokens, from), cursor).expression);
}

// ---- values

/** Ids are as many as there are spans: nobody picks one. */
const NOT_LISTED: ReadonlySet<string> = new Set([
  'trace:id',
  'span:id',
  'span:parentID',
  'link:traceID',
  'link:spanID',
]);

function completeValue(
  at: AtCursor,
  items: Items,
  { subject, operator, filter }: Extract<Place, { kind: 'value' }>
): Completion {
  const { current } = at;
  const isAttribute = current?.type === 'attribute' || current?.type === 'intrinsic';
  if (subject === undefined || isAttribute) {
    return isInString(at) ? items.completion() : completeAttribute(at, items, false, true, filter);
  }
  const own = isInString(at) ? [] : items.values(subject.type, operator);
  const values = valueRequest(at, items, subject, operator, filter);
  const range = values?.range ?? items.range;
  const fitted = own.map((item): CompletionItem => ({ ...item, range }));
  return items.completion(fitted, values && { values, range, prefix: values.prefix });
}

function valueRequest(
  at: AtCursor,
  items: Items,
  subject: Subject,
  operator: string,
  filter: number | undefined
): ValueRequest | undefined {
  const attribute = at.tokens.textOf(subject);
  if (!isListed(attribute, subject.type) || filter === undefined) {
    return undefined;
  }
  const query = filterAround(at, filter);
  const common = { attribute, type: subject.type, operator, query };
  const { current, text, cursor } = at;
  if (current?.type !== 'string') {
    const quoting: Quoting = { quote: undefined, before: '"', after: '"' };
    return { ...common, prefix: items.prefix, range: items.range, quoting };
  }
  const quote = text[current.start] === '`' ? '`' : '"';
  const { start, end, isOpen } = current;
  const inside = start + 1;
  const branch = operator === '=~' || operator === '!~' ? text.slice(inside, cursor).lastIndexOf('|') + 1 : 0;
  if (branch === 0) {
    const prefix = text.slice(inside, cursor);
    return { ...common, prefix, range: { start, end }, quoting: { quote, before: quote, after: quote } };
  }
  // One of several in a regular expression: "GET|PO".
  const from = inside + branch;
  const next = text.indexOf('|', cursor);
  const until = isOpen ? cursor : next === -1 ? end - 1 : Math.min(next, end - 1);
  return {
    ...common,
    prefix: text.slice(from, cursor),
    range: { start: from, end: until },
    quoting: { quote, before: '', after: isOpen ? quote : '' },
  };
}

function isListed(attribute: string, type: ValueType): boolean {
  if (type === 'attribute') {
    return !attribute.startsWith('parent.');
  }
  const intrinsic = intrinsicFromSpelling(attribute);
  return intrinsic !== undefined && INTRINSICS[intrinsic].type === 'string' && !NOT_LISTED.has(intrinsic);
}
