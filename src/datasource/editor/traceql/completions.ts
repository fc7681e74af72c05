import {
  ATTRIBUTE_SCOPES,
  attributeItems,
  complete,
  valueItems,
  type AttributeScope,
  type Completion,
  type CompletionItem,
  type NamesInScope,
  type ValueRequest,
} from '@clew/traceql';
import { type TagScope } from '../../../shared/storeTypes';
import { TAG_LIMIT, type TagSource } from '../tagSource';

/** What completions are made of, beside the text. */
export interface CompletionContext {
  readonly source: TagSource;
  /** `$name` of every dashboard variable. */
  readonly variables: readonly string[];
  /** Fills variables into TraceQL. */
  readonly interpolate: (text: string) => string;
  /** Of the store; undefined where it works again. */
  readonly onError: (error: unknown) => void;
}

export interface Completions {
  readonly items: readonly CompletionItem[];
  /** More could come: it is worth asking again with the next letter. */
  readonly isIncomplete: boolean;
}

export const NO_COMPLETIONS: Completions = { items: [], isIncomplete: false };

/** A question is put to the store when typing has paused for so long. */
const DEBOUNCE_MS = 150;
/** What the language offers waits for the store's answer for so long. */
const PATIENCE_MS = 2000;

/**
 * What an editor offers at an offset: the language's own and the store's. `isStale` says whether nobody waits for
 * the answer any more; then nothing is asked or offered. Never rejects.
 */
export async function completionsAt(
  text: string,
  offset: number,
  context: CompletionContext,
  isStale: () => boolean
): Promise<Completions> {
  const completion = complete(text, offset);
  const { attributes, values } = completion;
  if (attributes === undefined && values === undefined) {
    return { items: completion.items, isIncomplete: false };
  }
  const query = values && queryFor(values, context);
  const isKnown = values ? context.source.hasValues(values.attribute, query) : context.source.hasScopes();
  if (!isKnown) {
    await pause(DEBOUNCE_MS);
    if (isStale()) {
      return NO_COMPLETIONS;
    }
  }
  const asked = values ? askValues(values, query, context) : askAttributes(completion, context);
  const found = await Promise.race([answered(asked, context), pause(PATIENCE_MS)]);
  if (isStale()) {
    return NO_COMPLETIONS;
  }
  const own = [...(values ? variableItems(values, context) : []), ...completion.items];
  if (found === undefined) {
    return { items: own, isIncomplete: true };
  }
  return { items: [...found.items, ...own], isIncomplete: found.isIncomplete };
}

/** Nothing to narrow by is better not said: the store has a quick answer then. */
function queryFor({ query }: ValueRequest, { interpolate }: CompletionContext): string | undefined {
  return /^\{\s*\}$/.test(query) ? undefined : interpolate(query);
}

async function answered(asked: Promise<Completions>, { onError }: CompletionContext): Promise<Completions | undefined> {
  try {
    const found = await asked;
    onError(undefined);
    return found;
  } catch (error) {
    onError(error);
    return undefined;
  }
}

async function askValues(
  request: ValueRequest,
  query: string | undefined,
  { source }: CompletionContext
): Promise<Completions> {
  const found = await source.values(request.attribute, query);
  return { items: valueItems(request, found), isIncomplete: found.length >= TAG_LIMIT };
}

async function askAttributes({ attributes }: Completion, { source }: CompletionContext): Promise<Completions> {
  const found = await source.scopes();
  return { items: attributes ? attributeItems(attributes, found.flatMap(namesInScope)) : [], isIncomplete: false };
}

function namesInScope({ name, tags }: TagScope): NamesInScope[] {
  const scope: AttributeScope | undefined = ATTRIBUTE_SCOPES.find((known) => known === name);
  return scope === undefined ? [] : [{ scope, names: tags }];
}

/** A variable goes in as it is: what it stands for is quoted and escaped when it is filled in. */
function variableItems(request: ValueRequest, { variables }: CompletionContext): CompletionItem[] {
  const asTexts = variables.map((value) => ({ type: 'string', value }));
  return valueItems({ ...request, operator: '=' }, asTexts).map((item) => ({
    ...item,
    kind: 'variable',
    doc: 'a variable of the dashboard',
  }));
}

const pause = (ms: number): Promise<undefined> => new Promise((done) => setTimeout(() => done(undefined), ms));
