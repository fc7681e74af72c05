import { asNumber } from '../../shared/narrowing';
import { type InstantSeries, type KeyValueJson } from '../../shared/storeTypes';

/** What is counted as a request, as a condition of TraceQL: what a service was asked to do. */
export const REQUESTS = 'kind = server || kind = consumer';
/** What is counted for those that have no such span: all that they have. */
export const OTHER_SPANS = 'kind != server && kind != consumer';

export type Basis = 'requests' | 'spans';
export type Period = 'now' | 'before';
export type Measure = 'requests' | 'errors' | 'p50' | 'p95' | 'p99';

export const BASIS_FILTER: Readonly<Record<Basis, string>> = { requests: REQUESTS, spans: OTHER_SPANS };

/** One answer: a value for each service or operation. */
export interface RedPart {
  readonly basis: Basis;
  readonly period: Period;
  readonly measure: Measure;
  readonly values: ReadonlyMap<string, number>;
}

/** Undefined: not known yet, or nothing to measure. */
export interface RedNumbers {
  /** How many in the period. */
  readonly requests: number | undefined;
  readonly errors: number | undefined;
  /** Seconds. */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
}

/** Rate, errors and duration of a service or of an operation, beside those of the period before. */
export interface RedRow {
  readonly key: string;
  /** `spans`: it has no server or consumer spans, and all of its spans are counted. */
  readonly basis: Basis;
  readonly now: RedNumbers;
  readonly before: RedNumbers;
}

/** The rows that the answers so far make, in any order. */
export function mergeRed(parts: readonly RedPart[]): RedRow[] {
  const byName = new Map(parts.map((part) => [nameOf(part), part.values]));
  const asked = new Set<string>();
  const all = new Set<string>();
  for (const { basis, measure, values } of parts) {
    if (measure === 'requests') {
      for (const key of values.keys()) {
        all.add(key);
        if (basis === 'requests') {
          asked.add(key);
        }
      }
    }
  }
  return Array.from(all, (key): RedRow => {
    const basis = asked.has(key) ? 'requests' : 'spans';
    const numbers = (period: Period): RedNumbers => {
      const read = (measure: Measure) => byName.get(nameOf({ basis, period, measure }));
      const count = (measure: Measure) => {
        const values = read(measure);
        return values && (values.get(key) ?? 0);
      };
      return {
        requests: count('requests'),
        errors: count('errors'),
        p50: read('p50')?.get(key),
        p95: read('p95')?.get(key),
        p99: read('p99')?.get(key),
      };
    };
    return { key, basis, now: numbers('now'), before: numbers('before') };
  });
}

const nameOf = ({ basis, period, measure }: Pick<RedPart, 'basis' | 'period' | 'measure'>): string =>
  `${basis} ${period} ${measure}`;

/** A value for each label that an instant metric by one attribute has. Spans without the attribute are left out. */
export function valuesBy(series: readonly InstantSeries[], attribute: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const { labels, value } of series) {
    const key = textLabel(labels, attribute);
    const number = asNumber(value);
    if (key !== undefined && number !== undefined) {
      values.set(key, number);
    }
  }
  return values;
}

export function textLabel(labels: readonly KeyValueJson[] | undefined, name: string): string | undefined {
  return labels?.find(({ key }) => key === name)?.value?.stringValue;
}

/** The quantile that a series of `quantile_over_time` is of. */
export function quantileLabel(labels: readonly KeyValueJson[] | undefined): number | undefined {
  const value = labels?.find(({ key }) => key === 'p')?.value;
  return asNumber(value?.doubleValue ?? value?.stringValue);
}

export function errorShare({ requests, errors }: RedNumbers): number | undefined {
  return requests === undefined || errors === undefined || requests === 0 ? undefined : errors / requests;
}
