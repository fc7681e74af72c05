export { complete } from './complete.ts';
export type {
  AttributeRequest,
  Completion,
  CompletionItem,
  CompletionKind,
  Quoting,
  ValueRequest,
} from './completion.ts';
export { lenientQuery } from './lenient-query.ts';
export type { ScanState } from './scan.ts';
export { attributeItems, valueItems, type NamesInScope, type TypedValue } from './store-items.ts';
export { tokenize, tokenizeLine, type ClassifiedToken, type TokenClass } from './tokenize.ts';
