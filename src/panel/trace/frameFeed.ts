import { LocalTrace } from '@clew/trace-model';
import { type DataFrame } from '@grafana/data';
import { throwIfAborted } from './abort';
import { frameToOtlp } from './frameToOtlp';
import { LocalFeed } from './localSource';
import { type TraceFeed, type TraceSkeleton } from './traceFeed';
import { type TraceFinding } from './traceFinding';
import { type TraceSource } from './traceTable';
import { inTurns } from './turns';

let frames = 0;

/** A trace that a datasource answered as the frame of Grafana's trace view, Tempo's, Jaeger's and Zipkin's among them. */
export class FrameFeed implements TraceFeed {
  readonly key: string;
  readonly source: TraceSource;
  readonly datasourceUid = undefined;
  readonly #frame: DataFrame;
  #converted: Promise<LocalFeed> | undefined;

  constructor(frame: DataFrame) {
    frames += 1;
    this.key = `frame ${frames}`;
    this.#frame = frame;
    const source = () => this.#local(new AbortController().signal).then((local) => local.source);
    this.source = {
      details: async (rows, signal) => (await source()).details(rows, signal),
      column: async (key, signal) => (await source()).column(key, signal),
      keys: async (signal) => (await source()).keys(signal),
      matches: async (query, signal, onPartial) => (await source()).matches(query, signal, onPartial),
      otlp: async (signal) => (await source()).otlp(signal),
    };
  }

  async read(onSkeleton: (skeleton: TraceSkeleton) => void, signal: AbortSignal): Promise<void> {
    const local = await this.#local(signal);
    throwIfAborted(signal);
    await local.read(onSkeleton, signal);
  }

  async findings(signal: AbortSignal): Promise<readonly TraceFinding[]> {
    return (await this.#local(signal)).findings(signal);
  }

  async losses(signal: AbortSignal): Promise<readonly string[]> {
    return (await this.#local(signal)).losses();
  }

  /** Converted once; again after it was given up. */
  #local(signal: AbortSignal): Promise<LocalFeed> {
    if (!this.#converted) {
      const converted = this.#convert(signal);
      converted.catch(() => {
        this.#converted = undefined;
      });
      this.#converted = converted;
    }
    return this.#converted;
  }

  async #convert(signal: AbortSignal): Promise<LocalFeed> {
    const { otlp, losses } = await inTurns(frameToOtlp(this.#frame), signal);
    const problems: string[] = [];
    const traces = LocalTrace.fromOtlp(otlp, (problem) => problems.push(problem));
    const [trace] = traces;
    if (!trace) {
      throw new Error('The answer of the query has no spans.');
    }
    const others =
      traces.length > 1 ? [`The query's answer has spans of ${traces.length} traces; the first one is shown.`] : [];
    const notices = (this.#frame.meta?.notices ?? []).map(({ text }) => text);
    return new LocalFeed(trace, { key: this.key, losses: [...notices, ...losses, ...others, ...problems] });
  }
}
