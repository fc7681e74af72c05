import type { GrafanaRequest, GrafanaResponse, GrafanaTransport } from './grafana.ts';
import { CLEW_TYPE, ofType, readInventory, type Datasource, type Inventory } from './inventory.ts';
import type { DoctorContext, Outcome } from './types.ts';

/** What one call has. */
const CALL_MS = 5_000;
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

export interface ContextOptions {
  readonly transport: GrafanaTransport;
  /** The Clew datasource to look at; by default the default one, else the first. */
  readonly storeUid?: string;
  /** How far back data is looked for, in milliseconds; an hour by default. */
  readonly lookBackMs?: number;
  readonly clock: Clock;
}

/**
 * What checks and links look at, as it is now. Throws InventoryError where Grafana tells no datasources, and CallFailed where it gives no
 * answer at all.
 */
export async function openContext(
  { transport, storeUid, lookBackMs = 3_600_000, clock }: ContextOptions,
  outcomes: ReadonlyMap<string, Outcome> = new Map()
): Promise<DoctorContext> {
  const toMs = clock.now();
  const call = callerOf(transport);
  const inventory = await readInventory(call);
  return {
    ...{ call, inventory, outcomes },
    store: chosenStore(inventory, storeUid),
    range: { fromMs: toMs - lookBackMs, toMs },
    once: onceIn(new Map()),
  };
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
