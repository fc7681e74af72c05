/** Bytes that are no wire frame, or not a whole one. `offset` counts from the start of the frame. */
export class TraceFrameError extends Error {
  readonly offset: number;

  /** `form`: what the bytes should have been. */
  constructor(what: string, offset: number, form = 'a trace frame') {
    super(`Not ${form}: ${what}, in the chunk at byte ${offset}`);
    this.name = 'TraceFrameError';
    this.offset = offset;
  }
}
