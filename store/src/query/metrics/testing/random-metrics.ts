import { randomNumbers } from '../../../../../packages/traceql/corpus/random-query.ts';
import { RandomSearches } from '../../../../../packages/traceql/src/evaluate/testing/random-search.ts';

const MEASURED = [
  'duration',
  'duration',
  'traceDuration',
  'event:timeSinceStart',
  'span.a',
  '.b',
  'span.http.status_code',
  '.http.status_code',
  'resource.a',
  'event.b',
  'link.a',
  'instrumentation.b',
  '."q\\"q"',
];

const LABELS = [
  'name',
  'status',
  'kind',
  'statusMessage',
  'duration',
  'rootName',
  'rootServiceName',
  'traceDuration',
  'span:id',
  'span:parentID',
  'span:childCount',
  'nestedSetParent',
  'trace:id',
  'event:name',
  'event:timeSinceStart',
  'link:traceID',
  'link:spanID',
  'instrumentation:name',
  'instrumentation:version',
  'resource.service.name',
  '.service.name',
  'span.a',
  '.a',
  '.b',
  '.x-y',
  'span."a b"',
  'resource.b',
  'event.a',
  'link.b',
  'instrumentation.a',
  'span.http.method',
  '.http.method',
  '.http.status_code',
];

const LIMITS = ['0', '1', '0.05', '20ms', '2'];

/** Metrics that pass the check, over what random-traces.ts makes, as text. */
export class RandomMetrics {
  readonly #next: () => number;
  readonly #searches: RandomSearches;

  constructor(seed: number) {
    this.#next = randomNumbers(seed + 1000);
    this.#searches = new RandomSearches(seed);
  }

  metric(): string {
    if (this.#chance(0.1)) {
      const [left, right] = [
        this.#pipeline(),
        this.#chance(0.3) ? this.#pick(['2', '0.5', '0']) : `(${this.#pipeline()})`,
      ];
      return `(${left}) ${this.#pick(['+', '-', '*', '/'])} ${right}${this.#secondStages()}`;
    }
    return `${this.#pipeline()}${this.#secondStages()}`;
  }

  comparison(topN: number): string {
    return `${this.#spans()} | compare({ ${this.#pick(['status = error', 'duration > 1ms', '.a = 5', 'rootName = "work"', 'true', 'kind = client && name = "é"'])} }, ${topN})`;
  }

  #pipeline(): string {
    return `${this.#spans()} | ${this.#function()}${this.#by()}`;
  }

  #spans(): string {
    return this.#chance(0.4) ? '{ }' : this.#searches.search();
  }

  #function(): string {
    switch (this.#below(8)) {
      case 0:
        return 'rate()';
      case 1:
        return 'count_over_time()';
      case 2:
        return `quantile_over_time(${this.#pick(MEASURED)}, ${this.#pick(['0.5', '0, 0.9, 1', '.99'])})`;
      case 3:
        return `histogram_over_time(${this.#pick(MEASURED)})`;
      default:
        return `${this.#pick(['min', 'max', 'sum', 'avg'])}_over_time(${this.#pick(MEASURED)})`;
    }
  }

  #by(): string {
    const labels = Array.from({ length: this.#pick([0, 1, 1, 2, 3]) }, () => this.#pick(LABELS));
    return labels.length === 0 ? '' : ` by (${labels.join(', ')})`;
  }

  #secondStages(): string {
    if (this.#chance(0.8)) {
      return '';
    }
    return this.#chance(0.5)
      ? ` | ${this.#pick(['topk', 'bottomk'])}(${1 + this.#below(3)})`
      : ` ${this.#pick(['>', '>=', '<', '!='])} ${this.#pick(LIMITS)}`;
  }

  #below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  #chance(probability: number): boolean {
    return this.#next() < probability;
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)];
  }
}
