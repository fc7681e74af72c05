import type { Exemplar } from './exemplars.ts';
import type { CounterFamily, Family, HistogramFamily, SeriesSet } from './families.ts';

/** A piece of text is handed on at this length, so that requests are served while thousands of series are written. */
const PIECE = 64 * 1024;

/** The text formats of Prometheus 0.0.4 and of OpenMetrics 1.0.0; only the latter has exemplars. */
export class TextExposition {
  readonly #isOpenMetrics: boolean;

  constructor(isOpenMetrics: boolean) {
    this.#isOpenMetrics = isOpenMetrics;
  }

  *pieces(sets: readonly SeriesSet[]): Generator<string> {
    for (const { table, families } of sets) {
      for (const family of families) {
        let text = this.#head(family);
        for (const [slot, series] of table.series.entries()) {
          if (series !== undefined) {
            text +=
              family.kind === 'counter'
                ? this.#counter(family, slot, series.text)
                : this.#histogram(family, slot, series.text);
          }
          if (text.length >= PIECE) {
            yield text;
            text = '';
          }
        }
        yield text;
      }
    }
    if (this.#isOpenMetrics) {
      yield '# EOF\n';
    }
  }

  #head({ kind, name, help }: Family): string {
    const shown = kind === 'counter' && !this.#isOpenMetrics ? `${name}_total` : name;
    return `# HELP ${shown} ${help}\n# TYPE ${shown} ${kind}\n`;
  }

  #counter(family: CounterFamily, slot: number, labels: string): string {
    const exemplar = this.#isOpenMetrics ? exemplarText(family.exemplarAt(slot)) : '';
    return `${family.name}_total{${labels}} ${family.valueAt(slot)}${exemplar}\n`;
  }

  #histogram({ name, histograms }: HistogramFamily, slot: number, labels: string): string {
    const { bounds, width, exemplars } = histograms;
    let text = '';
    let total = 0;
    for (let bucket = 0; bucket < width; bucket++) {
      const cell = slot * width + bucket;
      total += histograms.countAt(cell);
      const exemplar = this.#isOpenMetrics ? exemplarText(exemplars.at(cell)) : '';
      text += `${name}_bucket{${labels},le="${leText(bounds, bucket)}"} ${total}${exemplar}\n`;
    }
    return `${text}${name}_sum{${labels}} ${histograms.sumAt(slot)}\n${name}_count{${labels}} ${total}\n`;
  }
}

/** A bucket's upper bound as a label. */
export function leText(bounds: readonly number[], bucket: number): string {
  return bucket < bounds.length ? String(bounds[bucket]) : '+Inf';
}

/** As OpenMetrics has it after a sample, ` # {trace_id="…",span_id="…"} value timestamp`; '' where there is none. */
function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) {
    return '';
  }
  const { traceId, spanId, seconds, atMs } = exemplar;
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${seconds} ${atMs / 1000}`;
}
