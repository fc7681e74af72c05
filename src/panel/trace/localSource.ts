import { type LocalTrace } from '@clew/trace-model';
import { throwIfAborted } from './abort';
import { localFindings } from './localFindings';
import { localMatches } from './localMatches';
import { type TraceFeed, type TraceSkeleton } from './traceFeed';
import { type TraceFinding } from './traceFinding';
import { type AttributeColumn, type SpanDetails, type TraceSource } from './traceTable';
import { inTurns } from './turns';

/** A trace that is in memory: from a file, or from a data frame. */
export class LocalFeed implements TraceFeed {
  readonly key: string;
  readonly source: TraceSource;
  readonly datasourceUid: string | undefined;
  readonly #trace: LocalTrace;
  readonly #losses: readonly string[];

  /** `key` tells it from others of the same trace id. `losses`: what is known to be missing, in sentences. */
  constructor(
    trace: LocalTrace,
    { key, losses = [], datasourceUid }: { key: string; losses?: readonly string[]; datasourceUid?: string }
  ) {
    this.key = key;
    this.datasourceUid = datasourceUid;
    this.#trace = trace;
    this.#losses = losses;
    this.source = new LocalSource(trace);
  }

  async read(onSkeleton: (skeleton: TraceSkeleton) => void, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const { traceId, baseNs, columns, names, services, messages, rows } = this.#trace;
    onSkeleton({ traceId, baseNs, columns, names, services, messages, complete: true, expectedSpans: rows });
  }

  findings(signal: AbortSignal): Promise<readonly TraceFinding[]> {
    return inTurns(localFindings(this.#trace), signal);
  }

  async losses(): Promise<readonly string[]> {
    return this.#losses;
  }
}

class LocalSource implements TraceSource {
  readonly #trace: LocalTrace;

  constructor(trace: LocalTrace) {
    this.#trace = trace;
  }

  async details(rows: readonly number[], signal: AbortSignal): Promise<Array<SpanDetails | undefined>> {
    throwIfAborted(signal);
    return rows.map((row) => (row < this.#trace.rows ? this.#trace.details(row) : undefined));
  }

  async column(key: string, signal: AbortSignal): Promise<AttributeColumn> {
    throwIfAborted(signal);
    return this.#trace.column(key);
  }

  async keys(signal: AbortSignal): Promise<string[]> {
    throwIfAborted(signal);
    return this.#trace.keys();
  }

  matches(query: string, signal: AbortSignal): Promise<Uint32Array> {
    return localMatches(this.#trace, query, signal);
  }

  async otlp(signal: AbortSignal): Promise<Uint8Array> {
    throwIfAborted(signal);
    return this.#trace.otlp();
  }
}
