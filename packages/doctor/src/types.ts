import type { GrafanaResponse, GrafanaRequest } from './grafana.ts';
import type { DatasourceChange } from './changes.ts';
import type { Datasource, Inventory } from './inventory.ts';

/**
 * What a check found. `ok`: seen working with real data. `warning`: works, with something to know. `failed`: broken. `unknown`: could not be
 * tested, with the reason: never taken for working. `skipped`: there is nothing to test, or what it rests on failed.
 */
export type Outcome = 'ok' | 'warning' | 'failed' | 'unknown' | 'skipped';

/** The parts of the chain, in the order in which they are shown. */
export type Area = 'store' | 'metrics' | 'logs' | 'traces-to-logs' | 'traces-to-metrics' | 'grafana';

/** How something is mended. */
export interface Remedy {
  /** One sentence: what it does. */
  readonly summary: string;
  /** Settings of a datasource of Grafana: as provisioning YAML, or applied at once where Grafana permits. */
  readonly change?: DatasourceChange;
  /** A piece of another program's configuration, such as a scrape job. */
  readonly file?: { readonly name: string; readonly text: string };
  /** What people have to do where no file and no setting does it. */
  readonly steps?: readonly string[];
}

export interface Verdict {
  readonly outcome: Outcome;
  /** One sentence with the cause: names, numbers, the id that was tried. */
  readonly sentence: string;
  /** What was seen, a line each: a log line, a trace id, a label. */
  readonly evidence?: readonly string[];
  readonly remedy?: Remedy;
  /** What it is about, where there are several: a datasource. */
  readonly subject?: Pick<Datasource, 'uid' | 'name' | 'type'>;
}

/** What a run tells of one check: as many verdicts as there are things that it looked at. */
export interface CheckResult {
  readonly id: string;
  readonly area: Area;
  /** What is tested, as a short statement: `Exemplars lead to traces`. */
  readonly title: string;
  /** The worst of the verdicts. */
  readonly outcome: Outcome;
  readonly verdicts: readonly Verdict[];
  readonly durationMs: number;
}

/** What a check may use. */
export interface DoctorContext {
  /** Within the time that a check has. Rejects with CallFailed where no answer came. */
  readonly call: (request: GrafanaRequest) => Promise<GrafanaResponse>;
  readonly inventory: Inventory;
  /** The datasource of type Clew that is looked at. */
  readonly store: Datasource | undefined;
  /** Where data is looked for: Unix milliseconds. */
  readonly range: { readonly fromMs: number; readonly toMs: number };
  /** A value that several checks need is read once in a run: by `key`. */
  readonly once: <T>(key: string, read: () => Promise<T>) => Promise<T>;
  /** What checks before this one found, by their ids. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

export interface Check {
  readonly id: string;
  readonly area: Area;
  readonly title: string;
  /** Checks that have to be `ok` or `warning` before: otherwise this one is skipped, and says because of which. */
  readonly needs?: readonly string[];
  readonly run: (context: DoctorContext) => Promise<readonly Verdict[]>;
}

export const isWorking = (outcome: Outcome | undefined): boolean => outcome === 'ok' || outcome === 'warning';
