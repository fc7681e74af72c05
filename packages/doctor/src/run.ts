import { openContext, type Clock, type ContextOptions } from './context.ts';
import type { Datasource, Inventory } from './inventory.ts';
import { isWorking, type Check, type CheckResult, type DoctorContext, type Outcome, type Verdict } from './types.ts';

/** What a check has, all its calls together. */
const CHECK_MS = 10_000;
/** From best to worst. `skipped` says nothing. */
const ORDER: readonly Outcome[] = ['skipped', 'ok', 'warning', 'unknown', 'failed'];

export interface DoctorOptions extends ContextOptions {
  readonly checks: readonly Check[];
  readonly onResult?: (result: CheckResult) => void;
}

export interface DoctorReport {
  readonly outcome: Outcome;
  readonly results: readonly CheckResult[];
  readonly inventory: Inventory;
  readonly store: Datasource | undefined;
  readonly durationMs: number;
}

/**
 * Runs the checks: those that rest on nothing at once, the others as soon as theirs are done. A check that throws is `unknown`, with what
 * was thrown. Throws InventoryError where Grafana tells no datasources, and CallFailed where it gives no answer at all.
 */
export async function runDoctor(options: DoctorOptions): Promise<DoctorReport> {
  const { checks, clock, onResult } = options;
  const outcomes = new Map<string, Outcome>();
  const context = await openContext(options, outcomes);
  const { inventory, store } = context;
  const running = new Map<string, Promise<CheckResult>>();
  const start = (check: Check): Promise<CheckResult> => {
    const known = running.get(check.id);
    if (known) {
      return known;
    }
    const needed = checks.filter(({ id }) => check.needs?.includes(id));
    const result = Promise.all(needed.map(start)).then(async (before) => {
      const broken = before.find(({ outcome }) => !isWorking(outcome));
      const done = broken ? skippedFor(check, broken) : await runCheck(check, context, clock);
      outcomes.set(check.id, done.outcome);
      onResult?.(done);
      return done;
    });
    running.set(check.id, result);
    return result;
  };
  const results = await Promise.all(checks.map(start));
  return {
    outcome: worst(results.map(({ outcome }) => outcome)),
    results,
    inventory,
    store,
    durationMs: clock.now() - context.range.toMs,
  };
}

/** The worst of several; `skipped` for none. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce<Outcome>((a, b) => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a), 'skipped');
}

function skippedFor(check: Check, broken: CheckResult): CheckResult {
  const sentence = `Not tested, because “${broken.title}” has to work first.`;
  return resultOf(check, [{ outcome: 'skipped', sentence }], 0);
}

async function runCheck(check: Check, context: DoctorContext, clock: Clock): Promise<CheckResult> {
  const started = clock.now();
  const late = clock.sleep(CHECK_MS).then((): Verdict[] => {
    const sentence = `Not finished within ${CHECK_MS / 1000} seconds, so nothing is known.`;
    return [{ outcome: 'unknown', sentence }];
  });
  let verdicts: readonly Verdict[];
  try {
    verdicts = await Promise.race([check.run(context), late]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    verdicts = [{ outcome: 'unknown', sentence: `Could not be tested. ${message}` }];
  }
  return resultOf(check, verdicts, clock.now() - started);
}

const resultOf = ({ id, area, title }: Check, verdicts: readonly Verdict[], durationMs: number): CheckResult => ({
  ...{ id, area, title, verdicts, durationMs },
  outcome: worst(verdicts.map(({ outcome }) => outcome)),
});
