import { formatDuration } from '@clew/traceql';
import { type TimeWindow } from '../../shared/storeClient';

/** A part of the heatmap: spans that start and take so long. The lower ends do not belong to it, the upper ones do. */
export interface Region {
  readonly fromMs: number;
  readonly toMs: number;
  readonly minNs: number;
  readonly maxNs: number;
}

/** As it is in the URL. */
export const regionText = ({ fromMs, toMs, minNs, maxNs }: Region): string => [fromMs, toMs, minNs, maxNs].join(',');

/** Undefined for what is no region. */
export function readRegion(text: unknown): Region | undefined {
  const numbers =
    typeof text === 'string' ? text.split(',').map((part) => (/^\d{1,18}$/.test(part) ? Number(part) : NaN)) : [];
  if (numbers.length !== 4 || numbers.some(Number.isNaN)) {
    return undefined;
  }
  const [fromMs, toMs, minNs, maxNs] = numbers;
  return fromMs < toMs && minNs < maxNs ? { fromMs, toMs, minNs, maxNs } : undefined;
}

/** The durations of a region as a condition of TraceQL. */
export function durationCondition({ minNs, maxNs }: Pick<Region, 'minNs' | 'maxNs'>): string {
  const literalOf = (ns: number) => formatDuration(BigInt(Math.round(ns)));
  return `duration > ${literalOf(minNs)} && duration <= ${literalOf(maxNs)}`;
}

/** The spans of a region, held against the others of the filter. */
export function comparisonQuery(filter: string, region: Region): string {
  const nanoseconds = (ms: number) => String(BigInt(Math.round(ms)) * 1_000_000n);
  return `${filter} | compare({ ${durationCondition(region)} }, 10, ${nanoseconds(region.fromMs)}, ${nanoseconds(region.toMs)})`;
}

/** The time of a region. */
export const regionWindow = ({ fromMs, toMs }: Region): TimeWindow => ({ fromMs, toMs });
