import { setTimeout as pause } from 'node:timers/promises';

import { makeRequest, type TraceRequest } from './requests.ts';
import { grpcSender, httpSender, type Sender } from './senders.ts';

export interface LoadOptions {
  readonly otlpHttp: string;
  readonly otlpGrpc: string;
  readonly httpSenders: number;
  readonly grpcSenders: number;
  /** Spans of a request; each sender takes the next of these, round and round. */
  readonly spans: readonly number[];
  /** Milliseconds a sender waits after a refusal before it sends the same request again. */
  readonly retryMs: number;
  /** Milliseconds a sender waits after an acknowledgement. */
  readonly paceMs?: number;
}

export interface Tally {
  acknowledged: number;
  /** Answers that asked to retry, by protocol. */
  refused: { http: number; grpc: number };
  /** Refusals without the time to wait, and one of them. */
  illFormed: number;
  illFormedExample?: string;
  /** Requests that got neither, by what happened. */
  unanswered: Record<string, number>;
  /** Those of them that were sent before `mark()`. */
  brokenUnderWay: Record<string, number>;
  /** Requests that waited for their answer until the limit. */
  timedOut: number;
  /** A refusal of each wording. */
  refusals: Record<string, number>;
  sentBytes: number;
  longestMs: { http: number; grpc: number };
}

/** A request is under way this long after it was sent: before, the store may not have seen it. */
const UNDER_WAY_MS = 50;

const emptyTally = (): Tally => ({
  acknowledged: 0,
  refused: { http: 0, grpc: 0 },
  illFormed: 0,
  unanswered: {},
  brokenUnderWay: {},
  timedOut: 0,
  refusals: {},
  sentBytes: 0,
  longestMs: { http: 0, grpc: 0 },
});

/** Senders that do as OTLP clients do: a request that is refused is sent again, the same bytes, until it is taken. */
export class Load {
  readonly tally = emptyTally();
  /** Spans acknowledged, by trace id. */
  readonly acknowledged: Map<string, number>;
  /** Requests that had no acknowledgement when the load ended: a client would send them again. */
  readonly open: TraceRequest[] = [];
  readonly #options: LoadOptions;
  readonly #senders: Sender[] = [];
  readonly #running: Promise<void>;
  #next = 0;
  #stopped = false;
  #markedAt = Infinity;

  /** Begins at once; adds what is acknowledged to `acknowledged`. */
  constructor(options: LoadOptions, acknowledged = new Map<string, number>()) {
    this.#options = options;
    this.acknowledged = acknowledged;
    const http = httpSender(options.otlpHttp, options.httpSenders);
    this.#senders.push(http);
    const loops = Array.from({ length: options.httpSenders }, () => this.#loop(http, 'http'));
    for (let index = 0; index < options.grpcSenders; index++) {
      const grpc = grpcSender(options.otlpGrpc);
      this.#senders.push(grpc);
      loops.push(this.#loop(grpc, 'grpc'));
    }
    this.#running = Promise.all(loops).then(() => undefined);
  }

  /** The store is told to stop from here on: what was sent before is under way and has to be answered. */
  mark(): void {
    this.#markedAt = performance.now();
  }

  /** Lets requests under way end, and closes the connections. */
  async stop(): Promise<Tally> {
    this.#stopped = true;
    await this.#running;
    this.#senders.forEach((sender) => sender.close());
    return this.tally;
  }

  async #loop(sender: Sender, protocol: 'http' | 'grpc'): Promise<void> {
    const { spans, retryMs, paceMs = 0 } = this.#options;
    while (!this.#stopped) {
      const request = makeRequest(spans[this.#next++ % spans.length]);
      let taken = await this.#send(sender, protocol, request);
      while (!taken && !this.#stopped) {
        await pause(retryMs);
        taken = await this.#send(sender, protocol, request);
      }
      if (!taken) {
        this.open.push(request);
      }
      if (paceMs > 0) {
        await pause(paceMs);
      }
    }
  }

  async #send(sender: Sender, protocol: 'http' | 'grpc', request: TraceRequest): Promise<boolean> {
    const { tally } = this;
    const startedAt = performance.now();
    const answer = await sender.send(request.body);
    tally.sentBytes += request.body.length;
    tally.longestMs[protocol] = Math.max(tally.longestMs[protocol], Math.round(performance.now() - startedAt));
    if (answer.kind === 'acknowledged') {
      tally.acknowledged++;
      this.acknowledged.set(request.traceId, request.spans);
      return true;
    }
    const wording = `${protocol}: ${answer.message.replace(/[^\x20-\x7e]/g, '').replace(/\d{4,}/g, 'N')}`.slice(0, 160);
    if (answer.kind === 'refused') {
      tally.refused[protocol]++;
      tally.refusals[wording] = (tally.refusals[wording] ?? 0) + 1;
      if (!answer.wellFormed) {
        tally.illFormed++;
        tally.illFormedExample = wording;
      }
    } else {
      tally.unanswered[wording] = (tally.unanswered[wording] ?? 0) + 1;
      if (startedAt < this.#markedAt - UNDER_WAY_MS && performance.now() > this.#markedAt) {
        tally.brokenUnderWay[wording] = (tally.brokenUnderWay[wording] ?? 0) + 1;
      }
      tally.timedOut += answer.timedOut ? 1 : 0;
    }
    return false;
  }
}

/** Sends requests again that got no acknowledgement, until each is taken. Answers how many are not after `limitMs`. */
export async function sendAgain(
  otlpHttp: string,
  open: TraceRequest[],
  acknowledged: Map<string, number>,
  limitMs: number
): Promise<number> {
  const sender = httpSender(otlpHttp, 4);
  const endAt = Date.now() + limitMs;
  try {
    while (open.length > 0 && Date.now() < endAt) {
      const { kind } = await sender.send(open[0].body);
      if (kind === 'acknowledged') {
        acknowledged.set(open[0].traceId, open[0].spans);
        open.shift();
      } else {
        await pause(200);
      }
    }
  } finally {
    sender.close();
  }
  return open.length;
}
