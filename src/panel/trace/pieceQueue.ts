/** Bytes of a piece that are handed out at once: less than a chunk of spans. */
const MAX_PIECE = 1 << 20;

/**
 * Pieces of a body between who receives them and who decodes them in turns: what has been received comes in one task otherwise,
 * however much it is.
 */
export class PieceQueue {
  #pieces: Uint8Array[] = [];
  #failure: unknown;
  #isEnded = false;
  #isRefused = false;
  #wake: (() => void) | undefined;

  /** Throws when nothing more is wanted, which ends the request. */
  push(piece: Uint8Array): void {
    if (this.#isRefused) {
      throw new Error('Nothing more is wanted.');
    }
    for (let at = 0; at < piece.length; at += MAX_PIECE) {
      this.#pieces.push(piece.subarray(at, at + MAX_PIECE));
    }
    this.#wake?.();
  }

  end(failure?: unknown): void {
    this.#isEnded = true;
    this.#failure = failure;
    this.#wake?.();
  }

  refuse(): void {
    this.#isRefused = true;
    this.#pieces = [];
  }

  /** Undefined at the end. Rejects with the failure, once all that came before it has been taken. */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#pieces.length === 0 && !this.#isEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const piece = this.#pieces.shift();
    if (!piece && this.#failure !== undefined) {
      throw this.#failure;
    }
    return piece;
  }
}
