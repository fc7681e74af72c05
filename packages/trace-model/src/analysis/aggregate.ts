import type { CriticalPath } from './critical-path.ts';
import { STATUS_ERROR, type AnalysisInput } from './input.ts';

/** Where critical paths of many traces spend their time, by service and name. */
export interface AggregatedPathRow {
  readonly service: string;
  readonly name: string;
  /** Nanoseconds on the paths, and their share of all paths, 0 to 1. */
  readonly onPathNs: number;
  readonly share: number;
  /** Traces on whose path such a span is. */
  readonly traces: number;
  /** Spans on the paths, and those of them whose status is an error. */
  readonly spans: number;
  readonly errors: number;
}

interface Sum {
  readonly service: string;
  readonly name: string;
  onPathNs: number;
  traces: number;
  spans: number;
  errors: number;
  lastTrace: number;
}

/** Adds critical paths up; a trace costs time linear in its spans. */
export class AggregatedPath {
  readonly #byService = new Map<string, Map<string, Sum>>();
  #traces = 0;
  #totalNs = 0;
  #missingNs = 0;
  #waitNs = 0;

  get traces(): number {
    return this.#traces;
  }

  /** Nanoseconds of all paths: that of the rows, of missing parents, and of waits. */
  get totalNs(): number {
    return this.#totalNs;
  }

  /** Nanoseconds on the paths of parents that are missing from their traces. */
  get missingNs(): number {
    return this.#missingNs;
  }

  /** Nanoseconds in which paths of whole traces waited. */
  get waitNs(): number {
    return this.#waitNs;
  }

  /** A trace and its path; its texts are the same ones as other traces' where they read the same. */
  add(
    { tree, columns, names, services }: AnalysisInput,
    { onPathNs, totalNs }: Pick<CriticalPath, 'onPathNs' | 'totalNs'>
  ): void {
    const trace = ++this.#traces;
    this.#totalNs += totalNs;
    let worked = 0;
    for (let node = 0; node < tree.nodes; node++) {
      const ns = onPathNs[node];
      if (ns === 0) {
        continue;
      }
      worked += ns;
      if (node >= tree.rows) {
        this.#missingNs += ns;
        continue;
      }
      const sum = this.#sumOf(services.get(columns.services[node]), names.get(columns.names[node]));
      sum.onPathNs += ns;
      sum.spans += 1;
      sum.errors += columns.statuses[node] === STATUS_ERROR ? 1 : 0;
      if (sum.lastTrace !== trace) {
        sum.lastTrace = trace;
        sum.traces += 1;
      }
    }
    this.#waitNs += totalNs - worked;
  }

  /** The most time first, then by service and name. */
  result(): AggregatedPathRow[] {
    const rows: AggregatedPathRow[] = [];
    for (const byName of this.#byService.values()) {
      for (const { service, name, onPathNs, traces, spans, errors } of byName.values()) {
        rows.push({ service, name, onPathNs, share: onPathNs / this.#totalNs, traces, spans, errors });
      }
    }
    return rows.sort(
      (a, b) => b.onPathNs - a.onPathNs || compareText(a.service, b.service) || compareText(a.name, b.name)
    );
  }

  #sumOf(service: string, name: string): Sum {
    let byName = this.#byService.get(service);
    if (byName === undefined) {
      byName = new Map();
      this.#byService.set(service, byName);
    }
    let sum = byName.get(name);
    if (sum === undefined) {
      sum = { service, name, onPathNs: 0, traces: 0, spans: 0, errors: 0, lastTrace: 0 };
      byName.set(name, sum);
    }
    return sum;
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
