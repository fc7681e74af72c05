import type { AttributeScope, TextSpan } from '../ast.ts';
import type { ValueType } from '../intrinsics.ts';

export type CompletionKind =
  | 'attribute'
  | 'scope'
  | 'intrinsic'
  | 'value'
  | 'variable'
  | 'operator'
  | 'keyword'
  | 'function'
  | 'hint'
  | 'unit'
  | 'filter';

export interface CompletionItem {
  readonly label: string;
  readonly insert: string;
  /** Where the cursor goes in what is inserted; to its end where this is missing. */
  readonly caret?: number;
  readonly range: TextSpan;
  readonly kind: CompletionKind;
  /** A type, for showing beside the label. */
  readonly detail?: string;
  /** One line. */
  readonly doc: string;
  /** What comes next can be completed too. */
  readonly again: boolean;
}

/** Names of attributes, which a storage knows: `attributeItems` makes items of them. */
export interface AttributeRequest {
  /** The scope that is written already; undefined where none is and all are wanted. */
  readonly scope: AttributeScope | undefined;
  /** The name as far as it is written, without scope and quotes. */
  readonly prefix: string;
  /** TraceQL: what is known of the spans that the attribute is to be on. `{ }` where that is nothing. */
  readonly query: string;
  readonly range: TextSpan;
  /** What goes behind the name: a space where an operator comes next. */
  readonly after: string;
}

/** Values of an attribute or intrinsic, which a storage knows: `valueItems` makes items of them. */
export interface ValueRequest {
  /** As in TraceQL: `resource.service.name`, `name`. */
  readonly attribute: string;
  readonly type: ValueType;
  readonly operator: string;
  /** The value as far as it is written, without quotes. */
  readonly prefix: string;
  /** TraceQL: the rest of the filter, for values that go with it. `{ }` where there is none. */
  readonly query: string;
  readonly range: TextSpan;
  /** Quotes that stand around the range already, or that are to be put there. */
  readonly quoting: Quoting;
}

export interface Quoting {
  /** What the value stands in; none where nothing is written yet, so that numbers are possible. */
  readonly quote: '"' | '`' | undefined;
  readonly before: string;
  readonly after: string;
}

/** What may stand at a place in a query. */
export interface Completion {
  /** What the language has there; those that do not go with `prefix` are for the reader to leave out. */
  readonly items: readonly CompletionItem[];
  /** What an item replaces, and what of it stands before the cursor. */
  readonly range: TextSpan;
  readonly prefix: string;
  readonly attributes?: AttributeRequest;
  readonly values?: ValueRequest;
}
