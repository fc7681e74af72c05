import { type CompletionItem, type CompletionKind } from '@clew/traceql';
import { type Monaco, type monacoTypes } from '@grafana/ui';
import { type QueryProblem } from '../../query/problem';

type Range = monacoTypes.IRange;

/** Lines and columns from 1, as Monaco counts them. */
export interface Place {
  readonly lineNumber: number;
  readonly column: number;
}

/** Monaco's form of an item, the `index`th of all; undefined where Monaco could not show it, because what it replaces has several lines. */
export function toSuggestion(
  monaco: Pick<Monaco, 'languages'>,
  item: CompletionItem,
  index: number,
  cursor: number,
  placeAt: (offset: number) => Place
): monacoTypes.languages.CompletionItem | undefined {
  const { label, insert, caret, range, kind, detail, doc, again } = item;
  const [start, middle, end] = [placeAt(range.start), placeAt(cursor), placeAt(range.end)];
  if (start.lineNumber !== end.lineNumber || start.lineNumber !== middle.lineNumber) {
    return undefined;
  }
  const { CompletionItemInsertTextRule } = monaco.languages;
  return {
    // An attribute's name says all, and needs the room.
    label: kind === 'attribute' ? label : { label, description: detail ?? doc },
    kind: suggestionKind(monaco, kind),
    insertText: caret === undefined ? insert : snippet(insert, caret),
    insertTextRules: caret === undefined ? undefined : CompletionItemInsertTextRule.InsertAsSnippet,
    range: { insert: between(start, middle), replace: between(start, end) },
    // What stands before the cursor is compared with this, its quotes too.
    filterText: insert.startsWith('"') || insert.startsWith('`') ? `${insert} ${label}` : label,
    sortText: `${rank(item)}${String(index).padStart(6, '0')}`,
    documentation: doc,
    command: again ? { id: 'editor.action.triggerSuggest', title: '' } : undefined,
  };
}

/** Whether the cursor is where a problem is, or only space lies between: then somebody is about to write what is missing. */
export function isBeingWritten(text: string, { start, end }: QueryProblem, cursor: number): boolean {
  if (start === undefined || end === undefined) {
    return false;
  }
  const between = cursor < start ? text.slice(cursor, start) : text.slice(Math.min(end, cursor), cursor);
  return between.trim() === '';
}

/** Suggestions of one kind stay in their order. */
function rank({ kind, label }: CompletionItem): number {
  const ranks: Readonly<Record<CompletionKind, number>> = {
    variable: 0,
    value: 1,
    keyword: 2,
    filter: 2,
    intrinsic: label.includes(':') ? 6 : 3,
    scope: 4,
    // What nearly every query begins with comes first.
    attribute: label === 'resource.service.name' ? 2 : 5,
    operator: 2,
    function: 2,
    hint: 2,
    unit: 2,
  };
  return ranks[kind];
}

function snippet(insert: string, caret: number): string {
  const escaped = (text: string) => text.replace(/[\\$}]/g, '\\$&');
  return `${escaped(insert.slice(0, caret))}$0${escaped(insert.slice(caret))}`;
}

const between = (start: Place, end: Place): Range => ({
  startLineNumber: start.lineNumber,
  startColumn: start.column,
  endLineNumber: end.lineNumber,
  endColumn: end.column,
});

function suggestionKind({ languages }: Pick<Monaco, 'languages'>, kind: CompletionKind): number {
  const { CompletionItemKind } = languages;
  const kinds: Readonly<Record<CompletionKind, number>> = {
    attribute: CompletionItemKind.Field,
    intrinsic: CompletionItemKind.Property,
    scope: CompletionItemKind.Module,
    value: CompletionItemKind.Value,
    variable: CompletionItemKind.Variable,
    operator: CompletionItemKind.Operator,
    keyword: CompletionItemKind.Keyword,
    function: CompletionItemKind.Function,
    hint: CompletionItemKind.Property,
    unit: CompletionItemKind.Unit,
    filter: CompletionItemKind.Snippet,
  };
  return kinds[kind];
}

/** Where the squiggle of a problem goes; undefined for one without a place. It is never empty while there is text. */
export function problemRange(
  text: string,
  { start, end }: QueryProblem,
  placeAt: (offset: number) => Place
): Range | undefined {
  if (start === undefined || end === undefined) {
    return undefined;
  }
  if (end > start) {
    return between(placeAt(start), placeAt(end));
  }
  // At the end of the text what is missing has no letters: the last that are there stand in.
  const last = text.trimEnd().length;
  const from = start >= last ? Math.max(0, last - 1) : start;
  return between(placeAt(from), placeAt(from + 1));
}

export function problemText({ message, hint }: QueryProblem): string {
  return hint === undefined ? message : `${message}\n${hint}`;
}
