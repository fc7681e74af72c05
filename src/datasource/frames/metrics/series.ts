import { type Labels } from '@grafana/data';
import { asNumber } from '../../../shared/narrowing';
import { type AnyValueJson, type KeyValueJson, type MetricSample } from '../../../shared/storeTypes';
import { tagValue } from '../attributes';

/** What Grafana calls a field of values by itself; of exemplars, it finds the field by this name. */
export const VALUE_FIELD = 'Value';

/** Labels as text; one without a value is `nil`, as TraceQL says it. */
export function seriesLabels(labels: readonly KeyValueJson[] | undefined): Labels {
  return Object.fromEntries((labels ?? []).map(({ key = '', value }) => [key, valueText(value)]));
}

export function valueText(value: AnyValueJson | undefined): string {
  const { type, value: content } = tagValue(value);
  return type === 'empty' ? 'nil' : String(content);
}

/**
 * As Grafana's Tempo datasource names series: one label by its value, several as `{a="x", p=0.9}`, sorted. Undefined
 * for a series without labels.
 */
export function seriesName(labels: readonly KeyValueJson[] | undefined): string | undefined {
  if (!labels?.length) {
    return undefined;
  }
  if (labels.length === 1) {
    return valueText(labels[0].value);
  }
  const pairs = labels.map(({ key = '', value }) => {
    const text = valueText(value);
    return `${key}=${value?.stringValue === undefined ? text : `"${text}"`}`;
  });
  return `{${pairs.sort().join(', ')}}`;
}

export interface Point {
  readonly timeMs: number;
  /** null where there is nothing to measure: a gap. */
  readonly value: number | null;
}

/** In the order of time. proto3 JSON leaves a 0 out, and has no number for NaN. */
export function pointsOf(samples: readonly MetricSample[] | undefined): Point[] {
  return (samples ?? [])
    .map(({ timestampMs, value }) => ({ timeMs: asNumber(timestampMs) ?? 0, value: readValue(value) }))
    .sort((a, b) => a.timeMs - b.timeMs);
}

export function readValue(value: MetricSample['value']): number | null {
  return value === undefined ? 0 : (asNumber(value) ?? null);
}
