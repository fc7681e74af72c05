import type { Exemplar } from './exemplars.ts';
import type { Histograms } from './histograms.ts';
import type { SeriesTable } from './series-table.ts';

/** Counters of one name, by slot. */
export interface CounterFamily {
  readonly kind: 'counter';
  /** Without `_total`. */
  readonly name: string;
  readonly help: string;
  valueAt(slot: number): number;
  /** The newest of what was counted, as far as it is known. */
  exemplarAt(slot: number): Exemplar | undefined;
}

/** Histograms of one name, by slot, each with classic and native buckets. */
export interface HistogramFamily {
  readonly kind: 'histogram';
  readonly name: string;
  readonly help: string;
  readonly histograms: Histograms;
}

export type Family = CounterFamily | HistogramFamily;

/** What has the same label sets: every format and the remote write are made of these. */
export interface SeriesSet {
  readonly table: SeriesTable;
  readonly families: readonly Family[];
}
