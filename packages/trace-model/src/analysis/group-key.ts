import type { AnalysisInput } from './input.ts';

/** What spans are grouped by: one value a row, out of a dictionary. */
export interface GroupKey {
  /** By row: 0 where the span has none, else 1 + the index of its value. */
  readonly values: Uint32Array;
  /** The text of an index. */
  readonly text: (index: number) => string;
}

export const KIND_TEXTS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export const STATUS_TEXTS = ['unset', 'ok', 'error'] as const;

/** Of every span of a trace. */
export type ReadyKey = 'service' | 'name' | 'kind' | 'status';

export function groupKey({ columns, names, services }: AnalysisInput, key: ReadyKey): GroupKey {
  switch (key) {
    case 'service':
      return { values: fromIndexes(columns.services), text: (index) => services.get(index) };
    case 'name':
      return { values: fromIndexes(columns.names), text: (index) => names.get(index) };
    case 'kind':
      return { values: fromIndexes(columns.kinds), text: (index) => KIND_TEXTS[index] ?? String(index) };
    case 'status':
      return { values: fromIndexes(columns.statuses), text: (index) => STATUS_TEXTS[index] ?? String(index) };
  }
}

/** An attribute of every row, as `AttributeColumn` gives it. */
export function attributeKey({ values, texts }: { values: Uint32Array; texts: readonly string[] }): GroupKey {
  return { values, text: (index) => texts[index] };
}

function fromIndexes(indexes: Uint32Array | Uint8Array): Uint32Array {
  const values = new Uint32Array(indexes.length);
  for (let row = 0; row < indexes.length; row++) {
    values[row] = indexes[row] + 1;
  }
  return values;
}
