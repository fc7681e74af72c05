import { FieldType, formattedValueToString, getFieldDisplayName, getValueFormat, type DataFrame } from '@grafana/data';

export interface ToldValue {
  /** The series'; empty where there is one only. */
  readonly name: string;
  readonly text: string;
}

/**
 * What series have at a time: their point there or the next one after it, since a point sums up what was before it; at the end of a
 * series its last one. Series without a value are left out.
 */
export function valuesAt(frames: readonly DataFrame[], timeMs: number, unit: string): ToldValue[] {
  return frames.flatMap((frame) => {
    const time = frame.fields.find(({ type }) => type === FieldType.time);
    const field = frame.fields.find(({ type }) => type === FieldType.number);
    if (!time || !field || time.values.length === 0) {
      return [];
    }
    const next = time.values.findIndex((value) => value >= timeMs);
    const value: unknown = field.values[next === -1 ? time.values.length - 1 : next];
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      return [];
    }
    const text = formattedValueToString(getValueFormat(field.config.unit ?? unit)(value, undefined));
    return [{ name: frames.length === 1 ? '' : getFieldDisplayName(field, frame, [...frames]), text }];
  });
}

/** No series is ever more than nothing. */
export const isAllZero = (frames: readonly DataFrame[]): boolean =>
  frames.every(({ fields }) =>
    fields.every(({ type, values }) => type !== FieldType.number || values.every((value) => value === 0))
  );
