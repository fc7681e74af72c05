import { type TraceKeyValuePair } from '@grafana/data';
import { type AnyValueJson, type KeyValueJson } from '../../shared/storeTypes';

/** A span's tag as Grafana's trace view shows it: text, number or boolean, and the type that OTLP gave it. */
export type Tag = TraceKeyValuePair<string | number | boolean>;

/** Names of https://opentelemetry.io/docs/specs/otel/common/mapping-to-non-otlp. */
export const DROPPED_ATTRIBUTES = 'otel.dropped_attributes_count';
export const DROPPED_EVENTS = 'otel.dropped_events_count';
export const DROPPED_LINKS = 'otel.dropped_links_count';

export function toTags(attributes: readonly KeyValueJson[] | undefined, prefix = ''): Tag[] {
  return (attributes ?? []).map(({ key = '', value }) => ({ key: prefix + key, ...tagValue(value) }));
}

/** A tag that says how many of something the sender dropped; none for 0. */
export function droppedTag(key: string, count: number | undefined): Tag[] {
  return count ? [{ key, value: count, type: 'int' }] : [];
}

/** Arrays and maps become JSON, which the trace view shows as a tree. Bytes stay base64. */
export function tagValue(value: AnyValueJson | undefined): { value: string | number | boolean; type: string } {
  if (value?.stringValue !== undefined) {
    return { value: value.stringValue, type: 'string' };
  }
  if (value?.boolValue !== undefined) {
    return { value: value.boolValue, type: 'bool' };
  }
  if (value?.intValue !== undefined) {
    return { value: safeInteger(value.intValue), type: 'int' };
  }
  if (value?.doubleValue !== undefined) {
    return { value: value.doubleValue, type: 'float' };
  }
  if (value?.bytesValue !== undefined) {
    return { value: value.bytesValue, type: 'bytes' };
  }
  if (value?.arrayValue) {
    return { value: JSON.stringify(plainValue(value)), type: 'array' };
  }
  if (value?.kvlistValue) {
    return { value: JSON.stringify(plainValue(value)), type: 'kvlist' };
  }
  return { value: '', type: 'empty' };
}

function plainValue(value: AnyValueJson | undefined): unknown {
  if (value?.arrayValue) {
    return (value.arrayValue.values ?? []).map(plainValue);
  }
  if (value?.kvlistValue) {
    return Object.fromEntries((value.kvlistValue.values ?? []).map(({ key = '', value }) => [key, plainValue(value)]));
  }
  const tag = tagValue(value);
  return tag.type === 'empty' ? null : tag.value;
}

/** Integers that a double cannot hold stay text, so that no digit changes. */
function safeInteger(value: string | number): string | number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
