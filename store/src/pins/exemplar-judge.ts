import type { Engine } from '../engine/engine.ts';
import { PIN_KIND_OF, type ExemplarState, type SeenExemplar } from './exemplar-book.ts';
import type { KeptTraces } from './kept-traces.ts';
import type { Pin, PinStore } from './pin-store.ts';
import { droppedDays, presentAnyTime, presentNear } from './trace-presence.ts';

export interface JudgeOptions {
  readonly isMultiTenant: boolean;
  /** Days that the tenant's spans are kept; 0: for ever. */
  readonly retentionDays: (tenant: string) => number;
}

const DAY_MS = 86_400_000;
/** Spans come later than the exemplar: SDKs send every few seconds, collectors hold traces for half a minute. */
const TOO_NEW_MS = 60_000;
/** What was never received is asked for again until then: there are slower ways. */
const LATE_MS = 10 * 60_000;
/** Without a bound in time an id costs some milliseconds. */
const MAX_ANY_TIME = 200;
/** Waiting at most, and pinned by one run at most: the newest. */
const MAX_WAITING = 50_000;
const MAX_PINS = 10_000;
/** Traces remembered as pinned: at most twice as many. */
const GENERATION = 100_000;

const TOO_NEW = 'It came less than a minute ago: its spans may be on their way.';
const NOT_YET = 'Not judged yet: many others are being looked for.';
const NEVER = 'Spans of this trace were never received: it was not sampled, it went elsewhere, or it was refused.';
const OTHER = 'Another tenant has this trace.';

/** Finds out of one tenant's exemplars which lead to a trace, and pins those traces. */
export class ExemplarJudge {
  readonly #engine: Engine;
  readonly #tenant: string;
  readonly #kept: KeptTraces;
  readonly #pins: PinStore;
  readonly #options: JudgeOptions;
  #waiting: SeenExemplar[] = [];
  #pinned = new Set<string>();
  #pinnedBefore = new Set<string>();
  #arePinsKnown = false;

  constructor(engine: Engine, tenant: string, kept: KeptTraces, pins: PinStore, options: JudgeOptions) {
    this.#engine = engine;
    this.#tenant = tenant;
    this.#kept = kept;
    this.#pins = pins;
    this.#options = options;
  }

  add(exemplars: readonly SeenExemplar[]): void {
    for (const exemplar of exemplars) {
      this.#waiting.push(exemplar);
    }
    this.#waiting = this.#waiting.slice(-MAX_WAITING);
  }

  /** Judges what waits. Returns how many traces were pinned. Rejects with EngineError: then all of it waits on. */
  async run(nowMs: number): Promise<number> {
    const waiting = this.#waiting.flatMap((exemplar) =>
      exemplar.traceId === undefined ? [] : [{ exemplar, traceId: exemplar.traceId, timeMs: exemplar.timeMs }]
    );
    if (!this.#kept.isKnown || waiting.length === 0) {
      return 0;
    }
    if (!this.#arePinsKnown) {
      this.#pinnedBefore = new Set(await this.#pins.automaticKeys(this.#tenant));
      this.#arePinsKnown = true;
    }
    const ids = (of: typeof waiting) => [...new Set(of.map(({ traceId }) => traceId))];
    const found = new Set(this.#kept.among(this.#tenant, ids(waiting)));
    const near = await presentNear(
      this.#engine,
      this.#tenant,
      waiting.filter(({ traceId }) => !found.has(traceId))
    );
    near.forEach((id) => found.add(id));
    const isDue = ({ exemplar }: { exemplar: SeenExemplar }) =>
      exemplar.judgedMs === 0 && nowMs - exemplar.seenMs >= TOO_NEW_MS;
    const searched = ids(waiting.filter((one) => isDue(one) && !found.has(one.traceId))).slice(0, MAX_ANY_TIME);
    (await presentAnyTime(this.#engine, this.#tenant, searched)).forEach((id) => found.add(id));
    const gone = searched.filter((id) => !found.has(id));
    const elsewhere = this.#options.isMultiTenant
      ? await presentAnyTime(this.#engine, this.#tenant, gone, true)
      : new Set<string>();
    const dropped = gone.length > 0 ? await droppedDays(this.#engine, this.#tenant) : new Map<string, string>();
    const pinned = await this.#pin(
      waiting.flatMap(({ exemplar, traceId }) => (found.has(traceId) ? [{ exemplar, traceId }] : [])),
      nowMs
    );

    const absent = new Set(gone);
    const done = new Set<SeenExemplar>();
    for (const { exemplar, traceId } of waiting) {
      if (found.has(traceId)) {
        judge(exemplar, 'resolved', '', nowMs);
        done.add(exemplar);
      } else if (absent.has(traceId) && isDue({ exemplar })) {
        const [state, reason] = this.#absence(exemplar, elsewhere.has(traceId), dropped, nowMs);
        judge(exemplar, state, reason, nowMs);
      } else if (exemplar.judgedMs === 0) {
        exemplar.reason = isDue({ exemplar }) ? NOT_YET : TOO_NEW;
      }
      if (exemplar.judgedMs > 0 && nowMs - exemplar.seenMs > LATE_MS) {
        done.add(exemplar);
      }
    }
    this.#waiting = this.#waiting.filter((exemplar) => !done.has(exemplar) && exemplar.traceId !== undefined);
    return pinned;
  }

  #absence(
    { timeMs }: SeenExemplar,
    isElsewhere: boolean,
    dropped: ReadonlyMap<string, string>,
    nowMs: number
  ): readonly [ExemplarState, string] {
    if (isElsewhere) {
      return ['other_tenant', OTHER];
    }
    const day = dayOf(timeMs);
    const days = this.#options.retentionDays(this.#tenant);
    if (days > 0 && day < dayOf(nowMs - days * DAY_MS)) {
      return [
        'expired',
        `It is of ${day}, the store keeps ${days} day${days === 1 ? '' : 's'}, and nothing had pinned the trace.`,
      ];
    }
    // Of what comes about midnight the spans may be received a day later.
    const reason = dropped.get(day) ?? dropped.get(dayOf(timeMs + DAY_MS));
    if (reason !== undefined) {
      const why = reason === 'age' ? 'its age' : reason === 'bytes' ? 'the size of the data' : 'the disk was full';
      return ['expired', `Spans of ${day} were dropped (${why}), and nothing had pinned the trace.`];
    }
    return ['never_received', NEVER];
  }

  /** The newest, each trace once. */
  async #pin(resolved: ReadonlyArray<{ exemplar: SeenExemplar; traceId: string }>, nowMs: number): Promise<number> {
    const pins = new Map<string, Pin>();
    for (const { exemplar, traceId } of resolved) {
      const kind = PIN_KIND_OF[exemplar.source];
      const key = `${kind}${traceId}`;
      if (!this.#pinned.has(key) && !this.#pinnedBefore.has(key)) {
        pins.set(key, { traceId, kind, source: exemplar.metric.slice(0, 200), note: '', by: '', pinnedMs: nowMs });
      }
    }
    const newest = [...pins].slice(-MAX_PINS);
    await this.#pins.add(
      this.#tenant,
      newest.map(([, pin]) => pin)
    );
    for (const [key] of newest) {
      if (this.#pinned.size >= GENERATION) {
        this.#pinnedBefore = this.#pinned;
        this.#pinned = new Set();
      }
      this.#pinned.add(key);
    }
    return newest.length;
  }
}

function judge(exemplar: SeenExemplar, state: ExemplarState, reason: string, nowMs: number): void {
  exemplar.state = state;
  exemplar.reason = reason;
  exemplar.judgedMs = nowMs;
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
