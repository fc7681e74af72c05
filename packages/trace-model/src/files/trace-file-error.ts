import { ProtobufError } from '../protobuf/reader.ts';

export const ACCEPTED =
  'Accepted are OTLP (JSON, one request a line, or protobuf), Jaeger JSON and Zipkin v2 JSON, not compressed';

/** A file that cannot be opened as a trace. The message is for the person who opened it. */
export class TraceFileError extends Error {
  constructor(problem: string, options?: { readonly cause: unknown }) {
    super(problem);
    this.name = 'TraceFileError';
    if (options) {
      this.cause = options.cause;
    }
  }
}

/** Runs what reads protobuf; malformed bytes become a TraceFileError. */
export function legibly<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtobufError) {
      throw new TraceFileError(`The OTLP protobuf is malformed: ${error.message}. ${ACCEPTED}.`, { cause: error });
    }
    throw error;
  }
}
