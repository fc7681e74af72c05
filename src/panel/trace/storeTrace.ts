import { TraceFrameDecoder, type TraceFrame } from '@clew/trace-model';
import { asArray, asString, isObject } from '../../shared/narrowing';
import { throwIfAborted } from './abort';
import { readJson, readPieces, type ByteStream } from './byteStream';
import { GrowingColumns } from './growingColumns';
import { PieceQueue } from './pieceQueue';
import { StoreSource } from './storeSource';
import { type TraceFeed, type TraceSkeleton } from './traceFeed';
import { type TraceFinding } from './traceFinding';
import { Pacer } from './turns';

const FRAME_TYPE = 'application/vnd.clew.trace-frame';

/** A trace of a Clew store: its skeleton comes as a wire frame (docs/adr/0005), all else when it is asked for. */
export class StoreTrace implements TraceFeed {
  readonly key: string;
  readonly source: StoreSource;
  readonly datasourceUid: string | undefined;
  readonly #path: string;
  readonly #stream: ByteStream;

  /** `traceId`: up to 32 hex digits. */
  constructor(stream: ByteStream, traceId: string, datasourceUid?: string) {
    this.key = `${datasourceUid ?? ''} ${traceId}`;
    this.datasourceUid = datasourceUid;
    this.#path = `clew/v1/traces/${encodeURIComponent(traceId)}`;
    this.#stream = stream;
    this.source = new StoreSource(stream, traceId);
  }

  async read(onSkeleton: (skeleton: TraceSkeleton) => void, signal: AbortSignal): Promise<void> {
    const decoder = new TraceFrameDecoder();
    const growing = new GrowingColumns();
    this.source.forget();
    const queue = new PieceQueue();
    const reading = readPieces(this.#stream, { path: `${this.#path}/frame`, accept: FRAME_TYPE, signal }, (piece) =>
      queue.push(piece)
    ).then(
      () => queue.end(),
      (error: unknown) => queue.end(error)
    );
    const pacer = new Pacer();
    try {
      for (let piece = await queue.next(); piece; piece = await queue.next()) {
        throwIfAborted(signal);
        const chunks = decoder.push(piece);
        for (const chunk of chunks) {
          await pacer.pause();
          await pacer.run(growing.append(chunk, decoder.frame.expectedSpans));
        }
        if (chunks.length > 0) {
          onSkeleton(this.#skeleton(decoder.frame, growing));
        }
        await pacer.pause();
      }
      decoder.end();
    } catch (error) {
      queue.refuse();
      throw error;
    }
    await reading;
  }

  #skeleton(
    { traceId, baseNs, names, services, messages, complete, expectedSpans }: TraceFrame,
    growing: GrowingColumns
  ): TraceSkeleton {
    const columns = growing.view();
    const skeleton = { traceId, baseNs, columns, names, services, messages, complete, expectedSpans };
    this.source.skeleton = skeleton;
    return skeleton;
  }

  async findings(signal: AbortSignal): Promise<readonly TraceFinding[]> {
    const data = await readJson(this.#stream, { path: `${this.#path}/findings`, signal });
    return isObject(data) ? asArray(data.findings).flatMap((finding) => readFinding(finding) ?? []) : [];
  }

  async losses(signal: AbortSignal): Promise<readonly string[]> {
    const data = await readJson(this.#stream, { path: `${this.#path}/losses`, signal });
    return isObject(data) ? asArray(data.losses).flatMap((loss) => asString(loss) ?? []) : [];
  }
}

const SEVERITIES = ['critical', 'warning', 'info'] as const;

/** Undefined for what is no finding. Kinds may come that this version does not know: they are told all the same. */
function readFinding(value: unknown): TraceFinding | undefined {
  if (!isObject(value)) {
    return undefined;
  }
  const title = asString(value.title);
  const severity = SEVERITIES.find((known) => known === value.severity) ?? 'info';
  return title === undefined
    ? undefined
    : {
        kind: asString(value.kind) as TraceFinding['kind'],
        severity,
        title,
        detail: asString(value.detail) ?? '',
        next: asString(value.next) ?? '',
        otherTraceId: isObject(value.otherHalf) ? asString(value.otherHalf.traceId) : undefined,
        spanIds: asArray(value.spans).flatMap((span) => (isObject(span) ? (asString(span.spanId) ?? []) : [])),
      };
}
