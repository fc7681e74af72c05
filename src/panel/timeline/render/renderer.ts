import { type Picture } from '../density/picture';

/** Where text stands to its `x`. */
export type TextAlign = 'left' | 'right' | 'center';

/** Marks that are drawn as shapes, in a box of `size` pixels around their middle. */
export const MARK = {
  caretOpen: 0,
  caretClosed: 1,
  error: 2,
  event: 3,
  link: 4,
  warning: 5,
  clippedLeft: 6,
  clippedRight: 7,
  diamond: 8,
} as const;

export type Mark = (typeof MARK)[keyof typeof MARK];

/** Rectangles, as columns: the first `count` of each array. CSS pixels. `colours` are indexes into the palette. */
export interface Rects {
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly width: Float64Array;
  readonly height: Float64Array;
  readonly colours: Uint16Array;
  /** 0: filled, 1: an outline of one pixel inside, 2: hatched. */
  readonly styles: Uint8Array;
}

export interface Texts {
  readonly count: number;
  readonly text: readonly string[];
  readonly x: Float64Array;
  /** Middle of the line. */
  readonly y: Float64Array;
  readonly colours: Uint16Array;
  /** Indexes into the renderer's fonts. */
  readonly fonts: Uint8Array;
}

/** Hairlines: one device pixel, horizontal or vertical. */
export interface Lines {
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly length: Float64Array;
  readonly vertical: Uint8Array;
  readonly colours: Uint16Array;
}

export interface Marks {
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly size: Float64Array;
  readonly marks: Uint8Array;
  readonly colours: Uint16Array;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Draws what it is handed, in the order it is handed. Knows colours as indexes and positions as CSS pixels, nothing of traces, so
 * that what is drawn can be tested without a canvas.
 */
export interface Renderer {
  /** Begins a frame. `ratio`: device pixels per CSS pixel. */
  begin(width: number, height: number, ratio: number): void;
  /** Only inside of the box from here on, until the next call; undefined: everywhere. */
  clip(box: Box | undefined): void;
  rects(rects: Rects): void;
  lines(lines: Lines): void;
  texts(texts: Texts): void;
  marks(marks: Marks): void;
  /** A part of the picture, in the picture's pixels, stretched over a box. */
  picture(picture: Picture, source: Box, target: Box, opacity?: number): void;
  end(): void;
  /** CSS pixels. */
  measure(text: string, font: number): number;
  setStyle(style: RendererStyle): void;
}

export interface RendererStyle {
  /** CSS colours by index. */
  readonly palette: readonly string[];
  /** CSS font shorthands by index. */
  readonly fonts: readonly string[];
}
