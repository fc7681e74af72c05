import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { StoreProcess } from '../../store/src/testing/store-process.ts';
import { end, isAlive, start } from '../lib/store-control.ts';
import { compareWithStored } from '../lib/stored-traces.ts';

/** The scenario cannot run here; says why. */
export class NotRun extends Error {}

/** What one scenario saw: checks by name, and numbers beside them. Prints as one JSON line. */
export class Report {
  readonly scenario: string;
  readonly #failed: Record<string, unknown> = {};
  readonly #seen: Record<string, unknown> = {};
  readonly #undo: Array<() => void | Promise<void>> = [];
  readonly #stores: StoreProcess[] = [];
  readonly #startedAt = performance.now();
  #passed = 0;
  #notRun: string | undefined;

  constructor(scenario: string) {
    this.scenario = scenario;
  }

  get outcome(): 'passed' | 'failed' | 'not run' {
    return this.#notRun !== undefined ? 'not run' : Object.keys(this.#failed).length > 0 ? 'failed' : 'passed';
  }

  /** `seen` goes into the line when the check fails. */
  check(name: string, ok: boolean, seen?: unknown): void {
    if (ok) {
      this.#passed++;
    } else {
      this.#failed[name] = seen ?? false;
    }
  }

  /** Something worth a number, whether good or bad. */
  note(name: string, value: unknown): void {
    this.#seen[name] = value;
  }

  /** Is undone at the end, last first, however the scenario ends. */
  undo(step: () => void | Promise<void>): void {
    this.#undo.push(step);
  }

  /** A folder for a store's data, removed at the end. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), `clew-faults-${this.scenario}-`));
    this.undo(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }

  /** Starts a store that does not outlive the scenario. */
  async start(dataDir: string, env: Readonly<Record<string, string>>): Promise<StoreProcess> {
    const store = await start({ ...env, CLEW_DATA_DIR: dataDir });
    this.#stores.push(store);
    this.undo(async () => {
      if (isAlive(store)) {
        await end(store, 'SIGKILL');
      }
    });
    return store;
  }

  /** Stops the store as an operator does, and looks for every acknowledged span in what it leaves. */
  async stopAndCompare(
    name: string,
    store: StoreProcess,
    dataDir: string,
    acknowledged: ReadonlyMap<string, number>
  ): Promise<void> {
    const { exitCode, ms } = await end(store, 'SIGTERM');
    this.check(`${name}: exit code 0`, exitCode === 0, { exitCode, ms });
    await this.compare(name, dataDir, acknowledged);
  }

  async compare(name: string, dataDir: string, acknowledged: ReadonlyMap<string, number>): Promise<void> {
    const compared = await compareWithStored(dataDir, acknowledged);
    const { acknowledgedSpans, lost, doubled, withoutResource } = compared;
    this.note(`${name}: spans`, { acknowledgedSpans, rowsStored: compared.rowsStored });
    this.check(`${name}: nothing lost`, lost === 0, compared);
    this.check(`${name}: nothing doubled`, doubled === 0, compared);
    this.check(`${name}: every span has its resource`, withoutResource === 0, compared);
    this.check(`${name}: something was acknowledged`, acknowledgedSpans > 0);
  }

  /** Runs the scenario, whatever comes, and cleans up behind it. */
  async run(scenario: (report: Report) => Promise<void>): Promise<void> {
    try {
      await scenario(this);
    } catch (error) {
      if (error instanceof NotRun) {
        this.#notRun = error.message;
      } else {
        this.check('runs to its end', false, error instanceof Error ? (error.stack ?? error.message) : String(error));
      }
    }
    await this.cleanUp();
    if (this.outcome === 'failed' && this.#stores.length > 0) {
      const file = join(tmpdir(), `clew-faults-${this.scenario}-${process.pid}.log`);
      const logs = this.#stores.map((store, index) => `--- store ${index + 1}, pid ${store.pid}\n${store.log()}`);
      writeFileSync(file, logs.join('\n'));
      this.note('log', file);
    }
  }

  /** Ends what runs and unmounts what is mounted. */
  async cleanUp(): Promise<void> {
    for (const step of this.#undo.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        this.check('cleans up', false, String(error));
      }
    }
  }

  line(): string {
    return JSON.stringify({
      scenario: this.scenario,
      outcome: this.outcome,
      ...(this.#notRun === undefined ? {} : { why: this.#notRun }),
      seconds: Math.round((performance.now() - this.#startedAt) / 100) / 10,
      passed: this.#passed,
      failed: this.#failed,
      seen: this.#seen,
    });
  }
}
