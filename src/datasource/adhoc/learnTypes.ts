import { type FoundTrace } from '../../shared/storeTypes';
import { tagValue } from '../frames/attributes';
import { spansOf } from '../frames/foundTrace';
import { type FilterValueType } from '../query/form/searchForm';
import { valueTypeFromStore } from '../query/form/valueType';
import { type MentionedAttribute } from '../query/mentioned';
import { type TagTypes } from './tagTypes';

/** A result shows what types its attributes have, and its cells can be filtered by. */
export function learnTypes(
  types: TagTypes,
  traces: readonly FoundTrace[],
  mentioned: readonly MentionedAttribute[]
): void {
  const names = new Map(mentioned.map(({ key, name }) => [key, name]));
  const found = new Map<string, Set<FilterValueType>>();
  for (const { span } of traces.flatMap(spansOf)) {
    for (const { key = '', value } of span.attributes ?? []) {
      const name = names.get(key);
      if (name !== undefined) {
        const seen = found.get(name) ?? new Set();
        found.set(name, seen.add(valueTypeFromStore(tagValue(value).type)));
      }
    }
  }
  for (const [name, seen] of found) {
    types.learn(name, seen);
  }
}
