import { Agent, request as httpRequest } from 'node:http';
import { drawJourney, type Journey, type Step } from './journeys.ts';
import { createRandom, type Random } from './random.ts';

/** Requests that may be under way at once; beyond it a tick is skipped, so that a stuck shop is not buried. */
const IN_FLIGHT_LIMIT = 200;
/** Visits going on side by side, from which the next request is drawn. */
const VISITORS = 4;

export interface LoadCounts {
  requests: number;
  /** Answers with 5xx, and requests without an answer. */
  failed: number;
  skipped: number;
}

/**
 * Visits the shop at a steady number of requests per second. A visitor waits for the answer before the next request,
 * and visits start as others wait, so a slow shop does not lower the rate.
 */
export class LoadGenerator {
  private readonly random: Random;
  private readonly url: URL;
  private readonly ratePerSecond: number;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT_LIMIT });
  private readonly idle: Journey[] = [];
  private readonly running = new Set<Promise<void>>();
  private readonly counts: LoadCounts = { requests: 0, failed: 0, skipped: 0 };
  private timer: NodeJS.Timeout | undefined;

  constructor(frontendUrl: string, ratePerSecond: number, seed: number) {
    this.url = new URL(frontendUrl);
    this.ratePerSecond = ratePerSecond;
    this.random = createRandom(seed, 'shoppers');
  }

  start(): void {
    const started = performance.now();
    let ticks = 0;
    const interval = 1000 / this.ratePerSecond;
    // Due times are counted from the start, so that late timers do not add up.
    const tick = (): void => {
      while (performance.now() >= started + ticks * interval) {
        ticks++;
        this.next();
      }
      this.timer = setTimeout(tick, Math.max(1, started + ticks * interval - performance.now()));
    };
    tick();
  }

  /** No further requests; resolves when the last one is answered. */
  async stop(): Promise<LoadCounts> {
    clearTimeout(this.timer);
    await Promise.all(this.running);
    this.agent.destroy();
    return this.totals();
  }

  totals(): LoadCounts {
    return { ...this.counts };
  }

  private next(): void {
    if (this.running.size >= IN_FLIGHT_LIMIT) {
      this.counts.skipped++;
      return;
    }
    while (this.idle.length < VISITORS) {
      this.idle.push(drawJourney(this.random));
    }
    const [journey] = this.idle.splice(this.random.integer(0, this.idle.length - 1), 1);
    const step = journey.steps.shift();
    if (!step) {
      return;
    }
    this.counts.requests++;
    const work = this.request(step, journey.headers)
      .then((ok) => {
        this.counts.failed += ok ? 0 : 1;
        if (journey.steps.length > 0) {
          this.idle.push(journey);
        }
      })
      .finally(() => this.running.delete(work));
    this.running.add(work);
  }

  /** False for a 5xx or no answer at all. */
  private request(step: Step, visitor: Readonly<Record<string, string>>): Promise<boolean> {
    const payload = step.body ? JSON.stringify(step.body) : '';
    const headers: Record<string, string | number> = { ...visitor, host: this.url.host };
    if (payload) {
      headers['content-type'] = 'application/json';
      headers['content-length'] = Buffer.byteLength(payload);
    }
    return new Promise((resolve) => {
      const outgoing = httpRequest(
        {
          host: this.url.hostname,
          port: this.url.port,
          method: step.method,
          path: step.path,
          headers,
          agent: this.agent,
        },
        (response) => {
          response.on('error', () => resolve(false));
          response.on('end', () => resolve((response.statusCode ?? 500) < 500));
          response.resume();
        }
      );
      outgoing.on('error', () => resolve(false));
      outgoing.end(payload);
    });
  }
}
