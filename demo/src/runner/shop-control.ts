import { isObject, number } from '../shop/net/json.ts';

const DRAIN_TIMEOUT_MS = 90_000;

export interface Sent {
  requests: number;
  /** Spans per trace id. */
  traces: Map<string, number>;
}

/** Ends the shop's load, waits until all is sent, and fetches what that was. `url` is the control port's. */
export async function drainShop(url: string): Promise<Sent> {
  await fetchJson(`${url}/drain`, 'POST');
  const ledger = await fetchJson(`${url}/ledger`, 'GET');
  if (!isObject(ledger) || !isObject(ledger.traces)) {
    throw new Error('the shop gave no count of its traces');
  }
  const forgotten = number(ledger, 'forgottenTraces');
  if (forgotten > 0) {
    throw new Error(`the shop sent more traces than it can list: ${forgotten} are not in its list any more`);
  }
  const traces = new Map<string, number>();
  for (const [id, spans] of Object.entries(ledger.traces)) {
    traces.set(id, typeof spans === 'number' ? spans : 0);
  }
  return { requests: number(ledger, 'requests'), traces };
}

async function fetchJson(url: string, method: string): Promise<unknown> {
  const response = await fetch(url, { method, signal: AbortSignal.timeout(DRAIN_TIMEOUT_MS) });
  const body = await response.text();
  if (!response.ok) {
    throw new Error(`${method} ${url} answered ${response.status}: ${body.slice(0, 200)}`);
  }
  return JSON.parse(body);
}
