import type { PinKind } from './pin-store.ts';

export const EXEMPLAR_STATES = [
  'resolved',
  'never_received',
  'expired',
  'other_tenant',
  'malformed_id',
  'too_new',
] as const;
export type ExemplarState = (typeof EXEMPLAR_STATES)[number];

/** Where an exemplar was read. */
export type ExemplarSource = 'prometheus' | 'span_metrics';

export const PIN_KIND_OF: Readonly<Record<ExemplarSource, PinKind>> = {
  prometheus: 'exemplar',
  span_metrics: 'span_metrics',
};

/** An exemplar that has a label for a trace's id. */
export interface SeenExemplar {
  readonly metric: string;
  /** Of the series, without its name. */
  readonly labels: Readonly<Record<string, string>>;
  /** The label that has the id, and the id as it was written. */
  readonly label: string;
  readonly id: string;
  /** Undefined where the text is no id. */
  readonly traceId: string | undefined;
  readonly value: number;
  /** Its own time, and when it was read first. Unix milliseconds, as all of these. */
  readonly timeMs: number;
  readonly seenMs: number;
  readonly source: ExemplarSource;
  state: ExemplarState;
  /** Why it does not resolve, in a sentence. */
  reason: string;
  /** When the state was found; 0: not yet. */
  judgedMs: number;
}

export type StateCounts = Readonly<Record<ExemplarState, number>>;

export interface MetricCounts extends StateCounts {
  readonly metric: string;
}

const PER_METRIC = 200;
const MAX_METRICS = 500;
const MAX_ALL = 20_000;

/** The newest exemplars of one tenant, by metric. Memory: some 400 bytes each. */
export class ExemplarBook {
  /** In order of being read; the metric that was seen last is the last one. */
  readonly #byMetric = new Map<string, SeenExemplar[]>();
  #size = 0;
  /** Exemplars without a label for an id. */
  withoutId = 0;

  add(exemplar: SeenExemplar): void {
    const { metric } = exemplar;
    const known = this.#byMetric.get(metric) ?? [];
    this.#byMetric.delete(metric);
    this.#byMetric.set(metric, known);
    known.push(exemplar);
    this.#size += 1;
    if (known.length > PER_METRIC) {
      known.shift();
      this.#size -= 1;
    }
    while (this.#size > MAX_ALL || this.#byMetric.size > MAX_METRICS) {
      const [oldest, exemplars] = this.#byMetric.entries().next().value ?? [metric, known];
      this.#size -= exemplars.length;
      this.#byMetric.delete(oldest);
    }
  }

  /** Newest first. */
  list(isWanted: (exemplar: SeenExemplar) => boolean): SeenExemplar[] {
    return [...this.#byMetric.values()]
      .flat()
      .filter(isWanted)
      .sort((a, b) => b.timeMs - a.timeMs || b.seenMs - a.seenMs);
  }

  /** Those with most links that lead nowhere first. */
  metrics(): MetricCounts[] {
    return [...this.#byMetric]
      .map(([metric, exemplars]) => ({ metric, ...countsOf(exemplars) }))
      .sort((a, b) => unresolved(b) - unresolved(a) || (a.metric < b.metric ? -1 : 1));
  }

  counts(): StateCounts {
    return countsOf([...this.#byMetric.values()].flat());
  }
}

export const isUnresolved = (state: ExemplarState): boolean => state !== 'resolved' && state !== 'too_new';

const unresolved = (counts: StateCounts): number =>
  EXEMPLAR_STATES.filter(isUnresolved).reduce((sum, state) => sum + counts[state], 0);

function countsOf(exemplars: readonly SeenExemplar[]): StateCounts {
  const counts = { resolved: 0, never_received: 0, expired: 0, other_tenant: 0, malformed_id: 0, too_new: 0 };
  exemplars.forEach(({ state }) => (counts[state] += 1));
  return counts;
}
