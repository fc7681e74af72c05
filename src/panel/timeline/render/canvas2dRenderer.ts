import { type Picture } from '../density/picture';
import { HATCHED, OUTLINED } from './batches';
import { drawMark } from './marks';
import {
  type Box,
  type Lines,
  type Marks,
  type Rects,
  type Renderer,
  type RendererStyle,
  type Texts,
} from './renderer';

interface Uploaded {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  version: number;
}

/** Onto a canvas element, which it sizes. */
export class Canvas2dRenderer implements Renderer {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #style: RendererStyle = { palette: [], fonts: [] };
  #ratio = 1;
  #clipped = false;
  readonly #uploads = new WeakMap<Picture, Uploaded>();
  readonly #hatches = new Map<string, CanvasPattern | null>();

  /** Throws Error where the browser gives no 2d context. */
  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) {
      throw new Error('The browser gives no 2d context for the timeline: too many canvases may be open');
    }
    this.#canvas = canvas;
    this.#context = context;
  }

  setStyle(style: RendererStyle): void {
    this.#style = style;
    this.#hatches.clear();
  }

  begin(width: number, height: number, ratio: number): void {
    const deviceWidth = Math.max(1, Math.round(width * ratio));
    const deviceHeight = Math.max(1, Math.round(height * ratio));
    if (this.#canvas.width !== deviceWidth || this.#canvas.height !== deviceHeight) {
      this.#canvas.width = deviceWidth;
      this.#canvas.height = deviceHeight;
    }
    this.#ratio = ratio;
    const context = this.#context;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.textBaseline = 'middle';
    context.imageSmoothingEnabled = false;
  }

  clip(box: Box | undefined): void {
    if (this.#clipped) {
      this.#context.restore();
      this.#clipped = false;
    }
    if (box) {
      this.#context.save();
      this.#context.beginPath();
      this.#context.rect(box.x, box.y, box.width, box.height);
      this.#context.clip();
      this.#clipped = true;
    }
  }

  rects({ count, x, y, width, height, colours, styles }: Rects): void {
    const context = this.#context;
    const pixel = 1 / this.#ratio;
    let colour = -1;
    for (let at = 0; at < count; at++) {
      if (styles[at] === HATCHED) {
        const hatch = this.#hatch(this.#style.palette[colours[at]]);
        if (hatch) {
          context.fillStyle = hatch;
          context.fillRect(x[at], y[at], width[at], height[at]);
        }
        colour = -1;
        continue;
      }
      if (colours[at] !== colour) {
        colour = colours[at];
        context.fillStyle = this.#style.palette[colour];
      }
      if (styles[at] === OUTLINED) {
        context.fillRect(x[at], y[at], width[at], pixel);
        context.fillRect(x[at], y[at] + height[at] - pixel, width[at], pixel);
        context.fillRect(x[at], y[at] + pixel, pixel, height[at] - 2 * pixel);
        context.fillRect(x[at] + width[at] - pixel, y[at] + pixel, pixel, height[at] - 2 * pixel);
      } else {
        context.fillRect(x[at], y[at], width[at], height[at]);
      }
    }
  }

  lines({ count, x, y, length, vertical, colours }: Lines): void {
    const context = this.#context;
    const ratio = this.#ratio;
    const pixel = 1 / ratio;
    let colour = -1;
    for (let at = 0; at < count; at++) {
      if (colours[at] !== colour) {
        colour = colours[at];
        context.fillStyle = this.#style.palette[colour];
      }
      const left = Math.round(x[at] * ratio) * pixel;
      const top = Math.round(y[at] * ratio) * pixel;
      if (vertical[at]) {
        context.fillRect(left, top, pixel, length[at]);
      } else {
        context.fillRect(left, top, length[at], pixel);
      }
    }
  }

  texts({ count, text, x, y, colours, fonts }: Texts): void {
    const context = this.#context;
    let colour = -1;
    let font = -1;
    for (let at = 0; at < count; at++) {
      if (fonts[at] !== font) {
        font = fonts[at];
        context.font = this.#style.fonts[font];
      }
      if (colours[at] !== colour) {
        colour = colours[at];
        context.fillStyle = this.#style.palette[colour];
      }
      context.fillText(text[at], x[at], y[at]);
    }
  }

  marks({ count, x, y, size, marks, colours }: Marks): void {
    for (let at = 0; at < count; at++) {
      drawMark(this.#context, marks[at], x[at], y[at], size[at], this.#style.palette[colours[at]]);
    }
  }

  picture(picture: Picture, source: Box, target: Box, opacity = 1): void {
    const uploaded = this.#upload(picture);
    if (!uploaded || source.width <= 0 || source.height <= 0 || target.width <= 0 || target.height <= 0) {
      return;
    }
    this.#context.globalAlpha = opacity;
    this.#context.drawImage(
      uploaded.canvas,
      source.x,
      source.y,
      source.width,
      source.height,
      target.x,
      target.y,
      target.width,
      target.height
    );
    this.#context.globalAlpha = 1;
  }

  end(): void {
    this.clip(undefined);
  }

  measure(text: string, font: number): number {
    this.#context.font = this.#style.fonts[font];
    return this.#context.measureText(text).width;
  }

  #upload(picture: Picture): Uploaded | undefined {
    let uploaded = this.#uploads.get(picture);
    if (!uploaded) {
      const canvas = this.#canvas.ownerDocument.createElement('canvas');
      canvas.width = picture.width;
      canvas.height = picture.height;
      const context = canvas.getContext('2d');
      if (!context) {
        return undefined;
      }
      uploaded = { canvas, context, version: -1 };
      this.#uploads.set(picture, uploaded);
    }
    if (uploaded.version !== picture.version) {
      uploaded.context.putImageData(new ImageData(picture.pixels, picture.width, picture.height), 0, 0);
      uploaded.version = picture.version;
    }
    return uploaded;
  }

  #hatch(colour: string): CanvasPattern | null {
    const known = this.#hatches.get(colour);
    if (known !== undefined) {
      return known;
    }
    const tile = this.#canvas.ownerDocument.createElement('canvas');
    tile.width = 6;
    tile.height = 6;
    const context = tile.getContext('2d');
    if (context) {
      context.strokeStyle = colour;
      context.lineWidth = 1.25;
      context.beginPath();
      for (const shift of [-6, 0, 6]) {
        context.moveTo(shift - 1, 7);
        context.lineTo(shift + 7, -1);
      }
      context.stroke();
    }
    const pattern = this.#context.createPattern(tile, 'repeat');
    this.#hatches.set(colour, pattern);
    return pattern;
  }
}
