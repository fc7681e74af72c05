/** Pixels that the renderer uploads when `version` has changed. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGBA, one byte each, not premultiplied, as in ImageData. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly version: number;
}

/** A picture that is being painted. */
export class Canvas implements Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** The same memory, a pixel a number. */
  readonly words: Uint32Array<ArrayBuffer>;
  version = 0;
  /** Lines that are painted, from the top. */
  linesDone = 0;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.words = new Uint32Array(width * height);
    this.pixels = new Uint8ClampedArray(this.words.buffer);
  }
}

/** In the byte order of ImageData, on machines with the little end first, as all are that run browsers. */
export const packRgba = (red: number, green: number, blue: number, alpha = 255): number =>
  ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
