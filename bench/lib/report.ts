/** What the store has to reach on two cores. */
export const GOALS = {
  cpu: { what: 'store CPU-seconds per million spans, from socket to merged part', atMost: 9 },
  engineShare: { what: 'ingest pipeline as a share of the engine alone', atLeast: 0.6 },
  sustained: { what: 'spans/s sustained, load generator on the same machine', atLeast: 80_000 },
  refused: { what: 'requests refused or failed', atMost: 0 },
  ack: { what: 'ms to the acknowledgement at 10 000 spans/s, p99', atMost: 50 },
  rateHeld: { what: 'share of the asked rate that was taken', atLeast: 0.99 },
  memory: { what: 'MiB of resident memory, highest', atMost: 1024 },
  flat: { what: 'growth of memory over the second half, as a share of it', atMost: 0.05 },
  disk: { what: 'bytes a span on disk', atMost: 60 },
  lookup: { what: 'ms for a trace of some ten spans by id, p95', atMost: 20 },
  complete: { what: 'traces by id that were not there or not whole', atMost: 0 },
  answered: { what: 'searches that failed', atMost: 0 },
  attribute: { what: 'ms for attribute equality, p95', atMost: 150 },
  structural: { what: 'ms for a search that needs trees or aggregates, p95', atMost: 1000 },
  metric: { what: 'ms for a metric over the whole range, p95', atMost: 500 },
  tagValues: { what: 'ms for the values of a tag, p95', atMost: 30 },
  largeTrace: {
    what: 'ms for a trace of 100 000 spans as a wire frame, from the request to its last byte',
    atMost: 1000,
  },
  firstPaint: { what: 'ms from a click to the first picture of a trace', atMost: 3000 },
  tabMemory: { what: 'MiB of the tab', atMost: 400 },
  frames: { what: 'frames a second', atLeast: 50 },
  task: { what: 'ms of the longest task', atMost: 50 },
  found: { what: 'ms to the first result of a search in a trace', atMost: 300 },
  renderShare: { what: "time to open a trace as a share of that of Grafana's trace view", atMost: 0.2 },
  analysis1k: { what: 'ms for tree, analysis and findings of 1 000 spans', atMost: 20 },
  analysis100k: { what: 'ms for tree, analysis and findings of 100 000 spans', atMost: 500 },
  analysis1m: { what: 'ms for tree, analysis and findings of 1 000 000 spans', atMost: 5000 },
  analysisLinear: { what: 'time a span in a trace of a million over that in one of 100 000', atMost: 2 },
  manyPaths: { what: 'ms for the critical paths of 10 000 traces of 50 spans', atMost: 2000 },
  servicesPaint: { what: 'ms from a click to the first row of the services', atMost: 1000 },
  heatmapAnswer: { what: 'ms from the end of a drag on the heatmap to what the selection has in common', atMost: 1000 },
  exposition: { what: 'ms for the metrics made of spans, 5 000 label sets, p95', atMost: 200 },
  observer: { what: 'CPU that the metrics made of spans take of ingest, as a share', atMost: 0.05 },
  logsPlaced: { what: "ms from Loki's answer to the lines on a trace of 1 000 spans", atMost: 1000 },
} as const satisfies Record<string, { what: string } & ({ atMost: number } | { atLeast: number })>;

export type GoalName = keyof typeof GOALS;

/** Writes one JSON line a measurement to stdout, and remembers which goals were missed. */
export class Report {
  readonly #bench: string;
  readonly #missed: string[] = [];

  constructor(bench: string) {
    this.#bench = bench;
  }

  line(fields: object): void {
    process.stdout.write(`${JSON.stringify({ bench: this.#bench, ...fields })}\n`);
  }

  /** `of` says what of several things was measured. */
  goal(name: GoalName, value: number, of?: string): void {
    const goal = GOALS[name];
    const [limit, word, met] =
      'atMost' in goal
        ? [goal.atMost, 'at most', value <= goal.atMost]
        : [goal.atLeast, 'at least', value >= goal.atLeast];
    const what = of === undefined ? goal.what : `${goal.what} (${of})`;
    this.line({ goal: name, of, value, [word === 'at most' ? 'atMost' : 'atLeast']: limit, met });
    if (!met) {
      this.#missed.push(`goal missed: ${what}: ${value}, should be ${word} ${limit}`);
    }
  }

  /** What goes on, for who watches; not a result. */
  note(text: string): void {
    process.stderr.write(`${this.#bench}: ${text}\n`);
  }

  /** Says which goals were missed and answers the exit code. */
  finish(): number {
    process.stderr.write(this.#missed.map((line) => `${line}\n`).join(''));
    return this.#missed.length > 0 ? 1 : 0;
  }
}
