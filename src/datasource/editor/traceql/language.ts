import { tokenizeLine, type ScanState, type TokenClass } from '@clew/traceql';
import { type Monaco, type monacoTypes } from '@grafana/ui';
import { completionsAt, type CompletionContext } from './completions';
import { toSuggestion } from './monacoItems';

export const LANGUAGE = 'clew-traceql';

type Model = monacoTypes.editor.ITextModel;

/** Monaco has one provider for a language; each editor's model says here what its completions are made of. */
const contexts = new WeakMap<Model, () => CompletionContext>();

/** Gives a model its completions, until the returned function is called. */
export function completeIn(model: Model, context: () => CompletionContext): () => void {
  contexts.set(model, context);
  return () => {
    contexts.delete(model);
  };
}

/** Makes Monaco know the language; once for all editors of a page. */
export function registerLanguage(monaco: Monaco): void {
  const { languages } = monaco;
  if (languages.getLanguages().some(({ id }) => id === LANGUAGE)) {
    return;
  }
  languages.register({ id: LANGUAGE });
  languages.setTokensProvider(LANGUAGE, {
    getInitialState: () => new LineState('code'),
    tokenize: (line, state) => {
      const { tokens, state: next } = tokenizeLine(line, state instanceof LineState ? state.scan : 'code');
      return {
        tokens: tokens.map(({ start, class: tokenClass }) => ({ startIndex: start, scopes: SCOPES[tokenClass] })),
        endState: new LineState(next),
      };
    },
  });
  languages.setLanguageConfiguration(LANGUAGE, CONFIGURATION);
  languages.registerCompletionItemProvider(LANGUAGE, {
    // Letters need not be here: words are completed as they are typed.
    triggerCharacters: [...'{(."`:|=~!<>&, '],
    provideCompletionItems: async (model, position, _trigger, token) => {
      const context = contexts.get(model)?.();
      if (context === undefined) {
        return { suggestions: [] };
      }
      const text = model.getValue();
      const cursor = model.getOffsetAt(position);
      // A longer word alone is no reason to give up: Monaco narrows what comes by what was typed meanwhile.
      const isStale = () => token.isCancellationRequested || model.isDisposed();
      const { items, isIncomplete } = await completionsAt(text, cursor, context, isStale);
      if (isStale()) {
        return { suggestions: [] };
      }
      const placeAt = (offset: number) => model.getPositionAt(offset);
      return {
        suggestions: items.flatMap((item, index) => toSuggestion(monaco, item, index, cursor, placeAt) ?? []),
        incomplete: isIncomplete,
      };
    },
  });
}

class LineState {
  readonly scan: ScanState;

  constructor(scan: ScanState) {
    this.scan = scan;
  }

  clone(): LineState {
    return this;
  }

  equals(other: unknown): boolean {
    return other instanceof LineState && other.scan === this.scan;
  }
}

/** Names that Grafana's two Monaco themes have colours for. */
const SCOPES: Readonly<Record<TokenClass, string>> = {
  space: '',
  comment: 'comment',
  keyword: 'keyword',
  function: 'predefined',
  attribute: 'variable',
  string: 'string',
  number: 'number',
  duration: 'number',
  operator: 'operator',
  bracket: 'delimiter',
  variable: 'type',
  name: 'identifier',
  invalid: 'invalid',
};

const PAIRS = [
  { open: '{', close: '}' },
  { open: '(', close: ')' },
  { open: '"', close: '"', notIn: ['string', 'comment'] },
  { open: '`', close: '`', notIn: ['string', 'comment'] },
];

const CONFIGURATION: monacoTypes.languages.LanguageConfiguration = {
  // An attribute is one word, with its scope and its quotes.
  wordPattern: /[^\s{}()=~!<>&|^,]+/,
  comments: { lineComment: '//', blockComment: ['/*', '*/'] },
  brackets: [
    ['{', '}'],
    ['(', ')'],
  ],
  autoClosingPairs: PAIRS,
  surroundingPairs: PAIRS.map(({ open, close }) => ({ open, close })),
};
