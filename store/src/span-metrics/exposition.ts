import type { Histograms } from './histograms.ts';

/** A piece of text is handed on at this length, so that requests are served while thousands of series are written. */
const PIECE = 64 * 1024;

/** The text formats of Prometheus 0.0.4 and of OpenMetrics 1.0.0; only the latter has exemplars. */
export class TextFormat {
  readonly isOpenMetrics: boolean;

  constructor(isOpenMetrics: boolean) {
    this.isOpenMetrics = isOpenMetrics;
  }

  get contentType(): string {
    return this.isOpenMetrics
      ? 'application/openmetrics-text; version=1.0.0; charset=utf-8'
      : 'text/plain; version=0.0.4; charset=utf-8';
  }

  /** `name` without `_total`. Slots whose labels are undefined are left out. */
  *counter(
    name: string,
    help: string,
    labels: ReadonlyArray<string | undefined>,
    valueOf: (slot: number) => number
  ): Generator<string> {
    let text = this.#head(this.isOpenMetrics ? name : `${name}_total`, 'counter', help);
    for (let slot = 0; slot < labels.length; slot++) {
      if (labels[slot] !== undefined) {
        text += `${name}_total{${labels[slot]}} ${valueOf(slot)}\n`;
      }
      if (text.length >= PIECE) {
        yield text;
        text = '';
      }
    }
    yield text;
  }

  *histogram(
    name: string,
    help: string,
    labels: ReadonlyArray<string | undefined>,
    histograms: Histograms
  ): Generator<string> {
    const { bounds, width, exemplars } = histograms;
    const ends = [...bounds.map((bound) => `,le="${bound}"} `), ',le="+Inf"} '];
    let text = this.#head(name, 'histogram', help);
    for (let slot = 0; slot < labels.length; slot++) {
      const own = labels[slot];
      if (own !== undefined) {
        const start = `${name}_bucket{${own}`;
        let total = 0;
        for (let bucket = 0; bucket < width; bucket++) {
          const cell = slot * width + bucket;
          total += histograms.countAt(cell);
          text += `${start}${ends[bucket]}${total}${this.isOpenMetrics ? exemplars.text(cell) : ''}\n`;
        }
        text += `${name}_sum{${own}} ${histograms.sumAt(slot)}\n${name}_count{${own}} ${total}\n`;
      }
      if (text.length >= PIECE) {
        yield text;
        text = '';
      }
    }
    yield text;
  }

  end(): string {
    return this.isOpenMetrics ? '# EOF\n' : '';
  }

  #head(name: string, type: string, help: string): string {
    return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
  }
}
