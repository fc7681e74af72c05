import { type Lines, type Mark, type Marks, type Rects, type Texts } from './renderer';

export const FILLED = 0;
export const OUTLINED = 1;
export const HATCHED = 2;

const FIRST_CAPACITY = 256;

/** Arrays that grow, filled anew for each frame without taking memory anew. */
class Columns {
  count = 0;
  #capacity = FIRST_CAPACITY;

  clear(): void {
    this.count = 0;
  }

  /** The index to write to. */
  protected next(grow: (capacity: number) => void): number {
    if (this.count === this.#capacity) {
      this.#capacity *= 2;
      grow(this.#capacity);
    }
    return this.count++;
  }
}

const grown = <Column extends Float64Array | Uint16Array | Uint8Array>(column: Column, target: Column): Column => {
  target.set(column);
  return target;
};

export class RectBatch extends Columns implements Rects {
  x = new Float64Array(FIRST_CAPACITY);
  y = new Float64Array(FIRST_CAPACITY);
  width = new Float64Array(FIRST_CAPACITY);
  height = new Float64Array(FIRST_CAPACITY);
  colours = new Uint16Array(FIRST_CAPACITY);
  styles = new Uint8Array(FIRST_CAPACITY);

  add(x: number, y: number, width: number, height: number, colour: number, style = FILLED): void {
    const at = this.next((capacity) => {
      this.x = grown(this.x, new Float64Array(capacity));
      this.y = grown(this.y, new Float64Array(capacity));
      this.width = grown(this.width, new Float64Array(capacity));
      this.height = grown(this.height, new Float64Array(capacity));
      this.colours = grown(this.colours, new Uint16Array(capacity));
      this.styles = grown(this.styles, new Uint8Array(capacity));
    });
    this.x[at] = x;
    this.y[at] = y;
    this.width[at] = width;
    this.height[at] = height;
    this.colours[at] = colour;
    this.styles[at] = style;
  }
}

export class LineBatch extends Columns implements Lines {
  x = new Float64Array(FIRST_CAPACITY);
  y = new Float64Array(FIRST_CAPACITY);
  length = new Float64Array(FIRST_CAPACITY);
  vertical = new Uint8Array(FIRST_CAPACITY);
  colours = new Uint16Array(FIRST_CAPACITY);

  horizontal(x: number, y: number, length: number, colour: number): void {
    this.#add(x, y, length, colour, 0);
  }

  down(x: number, y: number, length: number, colour: number): void {
    this.#add(x, y, length, colour, 1);
  }

  #add(x: number, y: number, length: number, colour: number, vertical: number): void {
    const at = this.next((capacity) => {
      this.x = grown(this.x, new Float64Array(capacity));
      this.y = grown(this.y, new Float64Array(capacity));
      this.length = grown(this.length, new Float64Array(capacity));
      this.vertical = grown(this.vertical, new Uint8Array(capacity));
      this.colours = grown(this.colours, new Uint16Array(capacity));
    });
    this.x[at] = x;
    this.y[at] = y;
    this.length[at] = length;
    this.vertical[at] = vertical;
    this.colours[at] = colour;
  }
}

export class TextBatch extends Columns implements Texts {
  text: string[] = [];
  x = new Float64Array(FIRST_CAPACITY);
  y = new Float64Array(FIRST_CAPACITY);
  colours = new Uint16Array(FIRST_CAPACITY);
  fonts = new Uint8Array(FIRST_CAPACITY);

  /** `y`: the middle of the line. */
  add(text: string, x: number, y: number, colour: number, font: number): void {
    const at = this.next((capacity) => {
      this.x = grown(this.x, new Float64Array(capacity));
      this.y = grown(this.y, new Float64Array(capacity));
      this.colours = grown(this.colours, new Uint16Array(capacity));
      this.fonts = grown(this.fonts, new Uint8Array(capacity));
    });
    this.text[at] = text;
    this.x[at] = x;
    this.y[at] = y;
    this.colours[at] = colour;
    this.fonts[at] = font;
  }
}

export class MarkBatch extends Columns implements Marks {
  x = new Float64Array(FIRST_CAPACITY);
  y = new Float64Array(FIRST_CAPACITY);
  size = new Float64Array(FIRST_CAPACITY);
  marks = new Uint8Array(FIRST_CAPACITY);
  colours = new Uint16Array(FIRST_CAPACITY);

  /** `x` and `y`: its middle. */
  add(mark: Mark, x: number, y: number, size: number, colour: number): void {
    const at = this.next((capacity) => {
      this.x = grown(this.x, new Float64Array(capacity));
      this.y = grown(this.y, new Float64Array(capacity));
      this.size = grown(this.size, new Float64Array(capacity));
      this.marks = grown(this.marks, new Uint8Array(capacity));
      this.colours = grown(this.colours, new Uint16Array(capacity));
    });
    this.x[at] = x;
    this.y[at] = y;
    this.size[at] = size;
    this.marks[at] = mark;
    this.colours[at] = colour;
  }
}
