import type { GrafanaRequest, GrafanaResponse, GrafanaTransport } from './grafana.ts';
import { CLEW_TYPE, ofType, readInventory, type Datasource, type Inventory } from './inventory.ts';
import { isWorking, type Check, type CheckResult, type DoctorContext, type Outcome, type Verdict } from './types.ts';

/** What a check has, all its calls together. */
const CHECK_MS = 10_000;
/** What one call has. */
const CALL_MS = 5_000;
/** From best to worst. `skipped` says nothing. */
const ORDER: readonly Outcome[] = ['skipped', 'ok', 'warning', 'unknown', 'failed'];

/** No answer, or none in time. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly path: string;
  readonly isLate: boolean;

  constructor(path: string, cause: unknown) {
    const isLate = cause instanceof Error && cause.name === 'TimeoutError';
    super(
      isLate
        ? `No answer from ${path} within ${CALL_MS / 1000} seconds.`
        : `No answer from ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause }
    );
    this.path = path;
    this.isLate = isLate;
  }
}

/** What the browser and Node both have, by names of their own. */
export interface Clock {
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface DoctorOptions {
  readonly transport: GrafanaTransport;
  readonly checks: readonly Check[];
  /** The Clew datasource to look at; by default the default one, else the first. */
  readonly storeUid?: string;
  /** How far back data is looked for, in milliseconds; an hour by default. */
  readonly lookBackMs?: number;
  readonly clock: Clock;
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
  const toMs = clock.now();
  const call = callerOf(options.transport);
  const inventory = await readInventory(call);
  const store = chosenStore(inventory, options.storeUid);
  const outcomes = new Map<string, Outcome>();
  const values = new Map<string, Promise<unknown>>();
  const context: DoctorContext = {
    call,
    inventory,
    store,
    range: { fromMs: toMs - (options.lookBackMs ?? 3_600_000), toMs },
    once: onceIn(values),
    outcomes,
  };
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
    durationMs: clock.now() - toMs,
  };
}

/** The worst of several; `skipped` for none. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce<Outcome>((a, b) => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a), 'skipped');
}

/** Calls that end after their time, with CallFailed where no answer came. */
export function callerOf(transport: GrafanaTransport) {
  return async (request: GrafanaRequest): Promise<GrafanaResponse> => {
    try {
      return await transport(request, CALL_MS);
    } catch (error) {
      throw new CallFailed(request.path, error);
    }
  };
}

function chosenStore(inventory: Inventory, uid: string | undefined): Datasource | undefined {
  const stores = ofType(inventory, CLEW_TYPE);
  return uid === undefined
    ? (stores.find(({ isDefault }) => isDefault) ?? stores[0])
    : stores.find((store) => store.uid === uid);
}

function onceIn(values: Map<string, Promise<unknown>>): DoctorContext['once'] {
  return <T>(key: string, read: () => Promise<T>) => {
    const known = values.get(key) ?? read();
    values.set(key, known);
    // One key, one type: the callers of a key share one function.
    return known as Promise<T>;
  };
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
