import { TraceFrameError } from './error.ts';

/** Memory that is taken on the word of a header alone; beyond it memory grows with the bytes that come. */
const FIRST_ALLOCATION = 1 << 20;

/** How chunks of one form are read. `chunkOffset` counts from the first byte of all, for errors. */
export interface ChunkReader<Header extends { readonly byteLength: number }, Chunk> {
  readonly headerBytes: number;
  /** Throws TraceFrameError. */
  readHeader(bytes: Uint8Array, chunkOffset: number): Header;
  /** `bytes` are the chunk's own, header included. Throws TraceFrameError. */
  readChunk(header: Header, bytes: Uint8Array, chunkOffset: number): Chunk;
}

/** Makes chunks of pieces of any size. Never takes more memory than twice what came and a megabyte. */
export class ChunkPieces<Header extends { readonly byteLength: number }, Chunk> {
  readonly #reader: ChunkReader<Header, Chunk>;
  /** The chunk under way: its header first, then all of it. */
  #buffer: Uint8Array;
  #filled = 0;
  #header: Header | undefined;
  #chunkOffset = 0;
  #failure: TraceFrameError | undefined;

  constructor(reader: ChunkReader<Header, Chunk>) {
    this.#reader = reader;
    this.#buffer = new Uint8Array(reader.headerBytes);
  }

  /** Where the chunk under way begins. */
  get chunkOffset(): number {
    return this.#chunkOffset;
  }

  /** The chunks that are complete with this piece. Throws TraceFrameError, and from then on always the same one. */
  push(piece: Uint8Array): Chunk[] {
    return this.failing(() => this.#push(piece));
  }

  /** Does `work`; a TraceFrameError that it throws stays. */
  failing<Result>(work: () => Result): Result {
    if (this.#failure) {
      throw this.#failure;
    }
    try {
      return work();
    } catch (error) {
      if (error instanceof TraceFrameError) {
        this.#failure = error;
      }
      throw error;
    }
  }

  #push(piece: Uint8Array): Chunk[] {
    const { headerBytes } = this.#reader;
    const chunks: Chunk[] = [];
    for (let at = 0; at < piece.length;) {
      const wanted = this.#header?.byteLength ?? headerBytes;
      const taken = Math.min(wanted - this.#filled, piece.length - at);
      this.#append(piece.subarray(at, at + taken), wanted);
      at += taken;
      if (this.#filled < wanted) {
        break;
      }
      this.#header ??= this.#reader.readHeader(this.#buffer, this.#chunkOffset);
      if (this.#filled < this.#header.byteLength) {
        continue;
      }
      chunks.push(this.#reader.readChunk(this.#header, this.#buffer, this.#chunkOffset));
      this.#chunkOffset += this.#filled;
      this.#buffer = new Uint8Array(headerBytes);
      this.#filled = 0;
      this.#header = undefined;
    }
    return chunks;
  }

  #append(piece: Uint8Array, wanted: number): void {
    const needed = this.#filled + piece.length;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.min(wanted, Math.max(needed, FIRST_ALLOCATION, this.#buffer.length * 2)));
      grown.set(this.#buffer.subarray(0, this.#filled));
      this.#buffer = grown;
    }
    this.#buffer.set(piece, this.#filled);
    this.#filled = needed;
  }
}
