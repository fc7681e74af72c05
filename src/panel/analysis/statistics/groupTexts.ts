import { quoteString } from '@clew/traceql';
import { type GroupKey } from '@clew/trace-model';

export const READY_KEYS = ['service', 'name', 'kind', 'status'] as const;
export type ReadyKeyName = (typeof READY_KEYS)[number];

export const isReadyKey = (key: string): key is ReadyKeyName => READY_KEYS.some((ready) => ready === key);

export const KEY_TEXTS: Readonly<Record<ReadyKeyName, string>> = {
  service: 'Service',
  name: 'Operation',
  kind: 'Kind',
  status: 'Status',
};

const SPELLINGS: Readonly<Record<ReadyKeyName, string>> = {
  service: 'resource.service.name',
  name: 'name',
  kind: 'kind',
  status: 'status',
};

/** What spans are grouped by: one of READY_KEYS, or an attribute as TraceQL writes it. */
export interface ShownKey {
  readonly key: string;
  readonly group: GroupKey;
  /** All values of the attribute are numbers. Of others the text does not tell what they are: `12` may be a text or a number. */
  readonly isNumeric: boolean;
}

/** A group's value as people read it. `value` as GroupKey has it: 0 for none. */
export function valueText({ key, group }: ShownKey, value: number): string {
  if (value === 0) {
    return 'none';
  }
  const text = group.text(value - 1);
  return text === '' && key === 'service' ? 'No service' : text;
}

/** One condition for each key; undefined where TraceQL has no words for it. */
export function groupQuery(keys: readonly ShownKey[], values: readonly number[]): string | undefined {
  const conditions = keys.map((key, at) => conditionOf(key, values[at]));
  return conditions.some((condition) => condition === undefined) ? undefined : `{ ${conditions.join(' && ')} }`;
}

function conditionOf({ key, group, isNumeric }: ShownKey, value: number): string | undefined {
  const spelling = isReadyKey(key) ? SPELLINGS[key] : key;
  if (value === 0) {
    // TraceQL has no nil for the name of a service: without one it is empty.
    return `${spelling} = ${spelling === SPELLINGS.service ? '""' : 'nil'}`;
  }
  const text = group.text(value - 1);
  if (key === 'kind' || key === 'status') {
    // A number that OTLP does not know has no keyword.
    return /^[a-z]+$/.test(text) ? `${spelling} = ${text}` : undefined;
  }
  const isNumber = NUMBER.test(text);
  if (isNumeric) {
    return isNumber ? `${spelling} = ${text}` : undefined;
  }
  const quoted = `${spelling} = ${quoteString(text)}`;
  // TraceQL does not find the text "12" as 12, nor the other way round; the group may hold both.
  return !isReadyKey(key) && (isNumber || text === 'true' || text === 'false')
    ? `(${spelling} = ${text} || ${quoted})`
    : quoted;
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;

/** A table as RFC 4180 has it. */
export function csvOf(rows: ReadonlyArray<ReadonlyArray<string | number>>): string {
  const cell = (value: string | number): string => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
