import { KIND_VALUES, STATUS_VALUES, type TextSpan } from '../ast.ts';
import { INTRINSICS, type ValueType } from '../intrinsics.ts';
import { isNumeric } from '../types.ts';
import type { AtCursor } from './at-cursor.ts';
import type { Completion, CompletionItem, CompletionKind } from './completion.ts';
import type { CallName, Place } from './place.ts';
import * as words from './words.ts';

interface Extras {
  readonly detail?: string;
  readonly again?: boolean;
  /** Stands alone: a space goes before it where there is none. */
  readonly spaced?: boolean;
  readonly range?: TextSpan;
}

/** Makes items for one place in a text. */
export class Items {
  /** What an item replaces. */
  readonly range: TextSpan;
  readonly prefix: string;
  readonly #at: AtCursor;

  constructor(at: AtCursor) {
    const { text, cursor, current } = at;
    this.#at = at;
    this.range = current ? { start: current.start, end: current.end } : { start: cursor, end: cursor };
    this.prefix = text.slice(this.range.start, cursor);
  }

  completion(items: readonly CompletionItem[] = [], requests: Partial<Completion> = {}): Completion {
    return { items, range: this.range, prefix: this.prefix, ...requests };
  }

  /** `insert` has a `§` where the cursor goes; it goes to the end where there is none. */
  item(kind: CompletionKind, label: string, insert: string, doc: string, extras: Extras = {}): CompletionItem {
    const { detail, again = false, spaced = false, range = this.range } = extras;
    const previous = this.#at.text[range.start - 1];
    const space = spaced && previous !== undefined && !/[\s({]/.test(previous) ? ' ' : '';
    const caret = insert.indexOf('§');
    return {
      label,
      insert: space + insert.replace('§', ''),
      ...(caret === -1 ? {} : { caret: space.length + caret }),
      range,
      kind,
      ...(detail === undefined ? {} : { detail }),
      doc,
      again,
    };
  }

  operators(docs: Readonly<Record<string, string>>, only: readonly string[] = Object.keys(docs)): CompletionItem[] {
    return only.map((operator) =>
      this.item('operator', operator, `${operator} `, docs[operator] ?? '', { again: true, spaced: true })
    );
  }

  logical(): CompletionItem[] {
    return this.operators(words.LOGICAL_DOCS);
  }

  call(name: CallName): CompletionItem {
    const { doc, insert } = words.FUNCTIONS[name];
    const again = insert.endsWith('(§)') || insert.endsWith('> §');
    return this.item('function', name, insert, doc, { again, spaced: true });
  }

  /** Intrinsics, and scopes for attributes. `typed` is what stands there: the longer spellings come with a colon. */
  attributes(isNumericOnly: boolean, typed: string, after: string): CompletionItem[] {
    const items: CompletionItem[] = [];
    const isScoped = typed.includes(':');
    const isAttribute = this.#at.current?.type === 'attribute';
    for (const [name, { type, spellings }] of Object.entries(INTRINSICS)) {
      const isListed = name !== 'parent' && name !== 'nestedSetLeft' && name !== 'nestedSetRight';
      if (!isListed || isAttribute || (isNumericOnly && !isNumeric(type))) {
        continue;
      }
      const shown = isScoped ? spellings.filter((spelling) => spelling.includes(':')) : spellings.slice(0, 1);
      const doc = words.INTRINSIC_DOCS[name as keyof typeof INTRINSICS];
      for (const spelling of shown) {
        items.push(this.item('intrinsic', spelling, spelling + after, doc, { detail: type, again: after !== '' }));
      }
    }
    if (!isScoped && !isAttribute) {
      for (const [scope, doc] of Object.entries(words.SCOPE_DOCS)) {
        const prefix = scope === 'any' ? '.' : `${scope}.`;
        items.push(this.item('scope', prefix, prefix, doc, { again: true }));
      }
    }
    return items;
  }

  /** What the language itself has as values of a type. */
  values(type: ValueType, operator: string): CompletionItem[] {
    const items: CompletionItem[] = [];
    const isEquality = operator === '=' || operator === '!=';
    const keyword = (word: string, doc: string) => items.push(this.item('keyword', word, word, doc));
    if (type === 'status') {
      STATUS_VALUES.forEach((value) => keyword(value, words.STATUS_DOCS[value]));
    } else if (type === 'kind') {
      KIND_VALUES.forEach((value) => keyword(value, words.KIND_DOCS[value]));
    } else if (type === 'duration') {
      items.push(...this.durations());
    } else if (type === 'attribute' && isEquality) {
      keyword('true', 'a boolean');
      keyword('false', 'a boolean');
    }
    if (isEquality && (type === 'attribute' || operator === '!=')) {
      keyword('nil', operator === '=' ? 'spans without it' : 'spans that have it');
    }
    return items;
  }

  /** Lengths of time, or units for the number that is there. */
  durations(): CompletionItem[] {
    const { current } = this.#at;
    const number = current && /^(?:.*\d)?\d*\.?/.exec(this.prefix)?.[0];
    if (number) {
      return Object.entries(words.UNIT_DOCS).map(([unit, doc]) => this.item('unit', number + unit, number + unit, doc));
    }
    return words.DURATIONS.map((duration) => this.item('unit', duration, duration, 'a length of time'));
  }
}

/** The comparisons that a type has; none for what is compared already. */
export function comparisonItems(items: Items, type: ValueType): CompletionItem[] {
  switch (type) {
    case 'attribute':
      return items.operators(words.COMPARISON_DOCS);
    case 'string':
      return items.operators(words.COMPARISON_DOCS, ['=', '!=', '=~', '!~', '>', '>=', '<', '<=']);
    case 'int':
    case 'float':
    case 'duration':
      return items.operators(words.COMPARISON_DOCS, ['>', '>=', '<', '<=', '=', '!=']);
    case 'status':
    case 'kind':
    case 'boolean':
      return items.operators(words.COMPARISON_DOCS, ['=', '!=']);
    case 'nil':
      return [];
  }
}

export function arithmeticItems(items: Items, type: ValueType): CompletionItem[] {
  return isNumeric(type) ? items.operators(words.ARITHMETIC_DOCS) : [];
}

/** Outside of braces. */
export function pipelineItems(items: Items, place: Place): CompletionItem[] {
  const pipe = () =>
    items.item('operator', '|', '| ', 'hands the spans to the next stage', { again: true, spaced: true });
  const hints = () => items.item('keyword', 'with', 'with(§)', 'says how to answer', { again: true, spaced: true });
  const filter = () => items.item('filter', '{ }', '{ § }', 'spans for which a condition holds', { again: true });
  const scalars = () => items.operators(words.COMPARISON_DOCS, ['>', '>=', '<', '<=', '=', '!=']);
  const list = (values: readonly string[], doc: string) =>
    values.map((value) => items.item('value', value, value, doc));
  switch (place.kind) {
    case 'start':
      return words.EXAMPLES.map(({ insert, doc }) =>
        items.item('filter', insert.replace('§', ''), insert, doc, { again: /[{=>] §/.test(insert) })
      );
    case 'spanset':
      return [filter()];
    case 'afterSpanset':
      return [pipe(), ...items.operators(words.SPANSET_DOCS), hints()];
    case 'afterStage':
      return [pipe(), hints()];
    case 'stage':
      return place.isMetric
        ? words.SECOND_STAGES.map((name) => items.call(name))
        : [...[...words.METRICS, ...words.AGGREGATES, ...words.STAGES].map((name) => items.call(name)), filter()];
    case 'afterAggregate':
      return scalars();
    case 'afterMetric': {
      const by = items.item('keyword', 'by', 'by (§)', 'one series for each value', { again: true, spaced: true });
      const arithmetic = place.inParentheses ? items.operators(words.ARITHMETIC_DOCS) : [];
      return [...(place.canGroup ? [by] : []), pipe(), ...scalars(), ...arithmetic, hints()];
    }
    case 'scalar':
      return place.isDuration ? items.durations() : [];
    case 'call':
      return [items.item('operator', '(', '(§)', 'what it is applied to', { again: true })];
    case 'afterAttribute':
      return ['select', 'by', 'distinct', 'quantile_over_time'].includes(place.call)
        ? [items.item('operator', ',', ', ', 'one more', { again: true })]
        : [];
    case 'number':
      return place.call === 'quantile_over_time'
        ? list(['0.5', '0.9', '0.95', '0.99'], 'the share of spans that lie below')
        : list(['5', '10', '20'], 'how many, at most');
    case 'hint':
      return Object.entries(words.HINTS).map(([name, { doc, insert }]) =>
        items.item('hint', name, insert, doc, { again: insert.endsWith('§') })
      );
    case 'hintValue':
      return list(words.HINTS[place.name]?.values ?? [], 'a value of the hint');
    case 'afterHintName':
      return [items.item('operator', '=', '=', 'the value of the hint', { again: true })];
    case 'afterHint':
      return [items.item('operator', ',', ', ', 'one more', { again: true })];
    default:
      return [];
  }
}
