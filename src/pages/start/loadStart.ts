import { type StoreClient, type TimeWindow } from '../../shared/storeClient';
import { type ServiceSummary, type StoreStatus } from '../../shared/storeTypes';

export interface StartData {
  readonly status: StoreStatus;
  readonly services: readonly ServiceSummary[];
  /** When the store answered: ages are counted from here. */
  readonly atMs: number;
}

/** Rejects with StoreError. */
export async function loadStart(client: StoreClient, window: TimeWindow, signal: AbortSignal): Promise<StartData> {
  const [status, services] = await Promise.all([client.status(signal), client.services(window, signal)]);
  return { status, services, atMs: Date.now() };
}
