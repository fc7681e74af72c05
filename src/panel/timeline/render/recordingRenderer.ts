import { type Picture } from '../density/picture';
import {
  MARK,
  type Box,
  type Lines,
  type Marks,
  type Rects,
  type Renderer,
  type RendererStyle,
  type Texts,
} from './renderer';

export interface RecordedRect extends Box {
  readonly colour: string;
  readonly style: number;
}

export interface RecordedText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly colour: string;
  readonly font: number;
}

export interface RecordedMark {
  readonly mark: string;
  readonly x: number;
  readonly y: number;
}

const MARK_NAMES = new Map<number, string>(Object.entries(MARK).map(([name, mark]) => [mark, name]));

/** Keeps what was drawn last, for tests. A letter is six pixels wide. */
export class RecordingRenderer implements Renderer {
  frames = 0;
  rectangles: RecordedRect[] = [];
  hairlines: Array<{ x: number; y: number; length: number; vertical: boolean; colour: string }> = [];
  runs: RecordedText[] = [];
  shapes: RecordedMark[] = [];
  pictures: Array<{ picture: Picture; source: Box; target: Box }> = [];
  #style: RendererStyle = { palette: [], fonts: [] };

  setStyle(style: RendererStyle): void {
    this.#style = style;
  }

  begin(): void {
    this.frames += 1;
    this.rectangles = [];
    this.hairlines = [];
    this.runs = [];
    this.shapes = [];
    this.pictures = [];
  }

  clip(): void {
    // What is cut off is recorded all the same.
  }

  rects(rects: Rects): void {
    for (let at = 0; at < rects.count; at++) {
      this.rectangles.push({
        x: rects.x[at],
        y: rects.y[at],
        width: rects.width[at],
        height: rects.height[at],
        colour: this.#style.palette[rects.colours[at]],
        style: rects.styles[at],
      });
    }
  }

  lines(lines: Lines): void {
    for (let at = 0; at < lines.count; at++) {
      this.hairlines.push({
        x: lines.x[at],
        y: lines.y[at],
        length: lines.length[at],
        vertical: lines.vertical[at] === 1,
        colour: this.#style.palette[lines.colours[at]],
      });
    }
  }

  texts(texts: Texts): void {
    for (let at = 0; at < texts.count; at++) {
      this.runs.push({
        text: texts.text[at],
        x: texts.x[at],
        y: texts.y[at],
        colour: this.#style.palette[texts.colours[at]],
        font: texts.fonts[at],
      });
    }
  }

  marks(marks: Marks): void {
    for (let at = 0; at < marks.count; at++) {
      this.shapes.push({ mark: MARK_NAMES.get(marks.marks[at]) ?? '', x: marks.x[at], y: marks.y[at] });
    }
  }

  picture(picture: Picture, source: Box, target: Box): void {
    this.pictures.push({ picture, source, target });
  }

  end(): void {
    // A frame is what was recorded since `begin`.
  }

  measure(text: string): number {
    return text.length * 6;
  }
}
