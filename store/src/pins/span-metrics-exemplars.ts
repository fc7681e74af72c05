import type { HistogramFamily, SeriesSet } from '../span-metrics/families.ts';
import type { PrometheusExemplar } from './prometheus-client.ts';

export interface OwnExemplar {
  readonly tenant: string;
  readonly exemplar: PrometheusExemplar;
}

/** In one reading: the newest. */
const MAX_TAKEN = 2000;

/**
 * What the store's own metrics refer to: of each series the newest exemplar since `sinceMs` (Unix milliseconds), of at most
 * 2000 series. Of several tenants those whose series name one.
 */
export function ownExemplars(sets: readonly SeriesSet[], sinceMs: number, isMultiTenant: boolean): OwnExemplar[] {
  const found: OwnExemplar[] = [];
  for (const { table, families } of sets) {
    const histograms = families.filter((family): family is HistogramFamily => family.kind === 'histogram');
    for (const [slot, series] of table.series.entries()) {
      if (series === undefined) {
        continue;
      }
      const labels = Object.fromEntries(
        table.names.map((name, index) => [name, series.values[index] ?? '']).filter(([, value]) => value !== '')
      );
      const tenant = isMultiTenant ? labels.tenant : '';
      for (const { name, histograms: values } of histograms) {
        const exemplar = values.exemplarOf(slot);
        if (tenant !== undefined && exemplar && exemplar.atMs > sinceMs) {
          const { traceId, seconds, atMs } = exemplar;
          found.push({
            tenant,
            exemplar: { metric: name, labels, own: { trace_id: traceId }, value: seconds, timeMs: atMs },
          });
        }
      }
    }
  }
  return found.sort((a, b) => b.exemplar.timeMs - a.exemplar.timeMs).slice(0, MAX_TAKEN);
}
