/** Bytes that are no wire frame, or not a whole one. `offset` counts from the start of the frame. */
export class TraceFrameError extends Error {
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(`Not a trace frame: ${what}, in the chunk at byte ${offset}`);
    this.name = 'TraceFrameError';
    this.offset = offset;
  }
}
