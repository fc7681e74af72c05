/** What a document of another format became. */
export interface Translation {
  /** OTLP TracesData. */
  readonly otlp: Uint8Array;
  /** Spans in `otlp`. */
  readonly spans: number;
}
