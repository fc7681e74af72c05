import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, objects, text, type JsonObject } from '../shop/net/json.ts';

const PARALLEL = 8;
const REQUEST_TIMEOUT_MS = 20_000;
const ROUND_PAUSE_MS = 500;

export interface FoundTrace {
  spans: number;
  services: string[];
}

export interface Verification {
  traces: { sent: number; found: number };
  spans: { sent: number; found: number };
  services: string[];
  ok: boolean;
  /** Up to ten traces whose spans are not all there, or too many. */
  differences: string[];
}

/** Asks the store for one trace; undefined when it does not know it (404). Any other failure is thrown. */
export type FetchTrace = (traceId: string) => Promise<FoundTrace | undefined>;

/**
 * Asks the store for every trace that was sent, again and again for those that are not complete, until they are or
 * `patienceMs` is over.
 */
export async function verify(
  sent: ReadonlyMap<string, number>,
  fetchTrace: FetchTrace,
  patienceMs: number
): Promise<Verification> {
  const deadline = Date.now() + patienceMs;
  const found = new Map<string, FoundTrace>();
  let open = [...sent.keys()];
  for (;;) {
    await inParallel(open, async (traceId) => {
      const trace = await fetchTrace(traceId).catch((thrown: unknown) => {
        if (Date.now() > deadline) {
          throw thrown;
        }
        return undefined;
      });
      if (trace) {
        found.set(traceId, trace);
      }
    });
    open = open.filter((traceId) => found.get(traceId)?.spans !== sent.get(traceId));
    if (open.length === 0 || Date.now() > deadline) {
      return summary(sent, found, open);
    }
    await sleep(ROUND_PAUSE_MS);
  }
}

/** Reads `GET <queryUrl>/api/v2/traces/{id}` as OTLP JSON. */
export function traceFetcher(queryUrl: string): FetchTrace {
  return async (traceId) => {
    const response = await fetch(`${queryUrl}/api/v2/traces/${traceId}`, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const body = await response.text();
    if (response.status === 404) {
      return undefined;
    }
    if (!response.ok) {
      throw new Error(`the store answered ${response.status} for trace ${traceId}: ${body.slice(0, 200)}`);
    }
    const answer: unknown = JSON.parse(body);
    const trace = isObject(answer) ? answer.trace : undefined;
    return countTrace(isObject(trace) ? trace : {});
  };
}

/** Counts spans (not distinct ids: a span kept twice shows) and the services of an OTLP JSON trace. */
export function countTrace(trace: JsonObject): FoundTrace {
  const services = new Set<string>();
  let spans = 0;
  for (const resourceSpans of objects(trace, 'resourceSpans')) {
    const resource = resourceSpans.resource;
    for (const attribute of isObject(resource) ? objects(resource, 'attributes') : []) {
      if (text(attribute, 'key') === 'service.name' && isObject(attribute.value)) {
        services.add(text(attribute.value, 'stringValue'));
      }
    }
    for (const scopeSpans of objects(resourceSpans, 'scopeSpans')) {
      spans += objects(scopeSpans, 'spans').length;
    }
  }
  return { spans, services: [...services] };
}

function summary(
  sent: ReadonlyMap<string, number>,
  found: ReadonlyMap<string, FoundTrace>,
  open: readonly string[]
): Verification {
  const total = (counts: Iterable<number>): number => [...counts].reduce((sum, count) => sum + count, 0);
  return {
    traces: { sent: sent.size, found: found.size },
    spans: { sent: total(sent.values()), found: total([...found.values()].map((trace) => trace.spans)) },
    services: [...new Set([...found.values()].flatMap((trace) => trace.services))].sort(),
    ok: open.length === 0 && sent.size > 0,
    differences: open
      .slice(0, 10)
      .map((id) => `trace ${id}: ${sent.get(id)} spans sent, ${found.get(id)?.spans ?? 0} found`),
  };
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      await work(items[next++]);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}
