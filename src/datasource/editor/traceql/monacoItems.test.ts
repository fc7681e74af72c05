import { complete, type CompletionItem } from '@clew/traceql';
import { type Monaco } from '@grafana/ui';
import { traceqlProblem } from '../../query/problem';
import { isBeingWritten, problemRange, problemText, toSuggestion } from './monacoItems';

/** Monaco's own enumerations are numbers; names do for a comparison. */
const named = new Proxy({}, { get: (_, name) => name });
const monaco = { languages: { CompletionItemKind: named, CompletionItemInsertTextRule: named } } as unknown as Monaco;

const placeIn = (text: string) => (offset: number) => {
  const lines = text.slice(0, offset).split('\n');
  return { lineNumber: lines.length, column: (lines.at(-1) ?? '').length + 1 };
};

function suggestion(marked: string, label: string) {
  const cursor = marked.indexOf('¦');
  const text = marked.replace('¦', '');
  const item = complete(text, cursor).items.find((candidate) => candidate.label === label);
  if (!item) {
    throw new Error(`no ${label}`);
  }
  return toSuggestion(monaco, item, 3, cursor, placeIn(text));
}

test('an item as Monaco takes it', () => {
  expect(suggestion('{\n  sta¦tus = error', 'status')).toEqual({
    label: { label: 'status', description: 'status' },
    kind: 'Property',
    insertText: 'status',
    insertTextRules: undefined,
    range: {
      insert: { startLineNumber: 2, startColumn: 3, endLineNumber: 2, endColumn: 6 },
      replace: { startLineNumber: 2, startColumn: 3, endLineNumber: 2, endColumn: 9 },
    },
    filterText: 'status',
    sortText: '3000003',
    documentation: 'error, ok or unset',
    command: undefined,
  });
});

test('the cursor goes where something is missing, and what comes next is offered', () => {
  expect(suggestion('{ .a } | ¦', 'avg')).toMatchObject({
    insertText: 'avg($0)',
    insertTextRules: 'InsertAsSnippet',
    command: { id: 'editor.action.triggerSuggest' },
  });
});

test('what a snippet would read is escaped', () => {
  expect(suggestion('¦', '{  }')).toMatchObject({ insertText: '{ $0 \\}' });
});

test('what spans lines is left out', () => {
  const item = complete('{ .a = true', 11).items.find(({ label }) => label === 'true') as CompletionItem;
  const several = { ...item, range: { start: 0, end: 11 } };
  expect(toSuggestion(monaco, several, 0, 11, placeIn('{ .a\n= true'))).toBeUndefined();
});

test.each([
  ['{ .a == 1 }', '=='],
  ['{ .a = ', '='],
  ['{\n .a = 1 &&\n', '&'],
  ['{ .a', '{'],
])('the squiggle of %j is under %s', (text, expected) => {
  const problem = traceqlProblem(text);
  const range = problem && problemRange(text, problem, placeIn(text));
  const lines = text.split('\n');
  expect(range && lines[range.startLineNumber - 1].slice(range.startColumn - 1, range.endColumn - 1)).toBe(expected);
  expect(range?.startLineNumber).toBe(range?.endLineNumber);
});

test('a problem without a place has no squiggle; its text has the hint', () => {
  expect(problemRange('{', { message: 'no' }, placeIn('{'))).toBeUndefined();
  expect(problemText({ message: 'this is wrong', hint: 'write that' })).toBe('this is wrong\nwrite that');
});

test.each([
  ['{ .a = ¦ }', true],
  ['{ .a = ¦', true],
  ['{ .a } | ¦', true],
  ['{ duration > 5sec¦ }', true],
  ['{ duration > 5sec } ¦', false],
  ['{ .a == 1 && ¦}', false],
  ['¦{ .a = }', false],
])('whether the problem of %s is where somebody writes', (marked, expected) => {
  const text = marked.replace('¦', '');
  const problem = traceqlProblem(text);
  expect(problem && isBeingWritten(text, problem, marked.indexOf('¦'))).toBe(expected);
});
