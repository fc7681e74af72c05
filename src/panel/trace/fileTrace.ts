import { LocalTrace, openTraceFile } from '@clew/trace-model';
import { LocalFeed } from './localSource';
import { type TraceFeed } from './traceFeed';

/** A file that was opened, with the traces in it. */
export interface TraceFile {
  readonly name: string;
  /** At least one. */
  readonly traces: readonly FileTrace[];
}

export interface FileTrace {
  readonly traceId: string;
  readonly service: string;
  readonly name: string;
  readonly spans: number;
  readonly durationMs: number;
  readonly startMs: number;
  readonly feed: TraceFeed;
}

let opened = 0;

/**
 * OTLP, Jaeger or Zipkin, as it is or packed with gzip. Rejects with Error, whose message is for the person who opened the file.
 * Reading goes on in one task: a file of a hundred megabytes takes a second or two.
 */
export async function openTrace(file: File): Promise<TraceFile> {
  const bytes = await unpacked(new Uint8Array(await readFile(file)));
  const { otlp, problems, refused } = openTraceFile(bytes);
  const more: string[] = [];
  const traces = LocalTrace.fromOtlp(otlp, (problem) => more.push(problem));
  opened += 1;
  const losses = [
    ...(refused > 0 ? [`${refused} spans of the file could not be read and are not shown.`] : []),
    ...problems,
    ...more,
  ];
  return {
    name: file.name,
    traces: traces.map((trace, index) => ({
      traceId: trace.traceId,
      service: trace.rootService,
      name: trace.rootName,
      spans: trace.spanCount,
      durationMs: Number(trace.durationNs) / 1e6,
      startMs: Number(trace.startNs / 1_000_000n),
      feed: new LocalFeed(trace, { key: `file ${opened} ${index}`, losses }),
    })),
  };
}

async function readFile(file: File): Promise<ArrayBuffer> {
  try {
    return await file.arrayBuffer();
  } catch (error) {
    throw new Error(`${file.name} cannot be read: it is a folder, or it was moved since it was chosen.`, {
      cause: error,
    });
  }
}

async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    return bytes;
  }
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) {
    throw new Error('The file begins as gzip does, but cannot be unpacked: it is cut off or damaged.', {
      cause: error,
    });
  }
}
