import { type TimelineModel } from '../model/timelineModel';
import { LineBatch, MarkBatch, RectBatch, TextBatch } from '../render/batches';
import { type Renderer } from '../render/renderer';
import { type TextFitter } from '../render/textFitter';
import { type TimelineTheme } from '../theme/timelineTheme';
import { type Viewport } from '../viewport/viewport';
import { type Layout } from './layout';
import { type StripBook } from '../density/stripBook';

/** Filled by what draws, handed to the renderer, used again. */
export class Batches {
  readonly rects = new RectBatch();
  readonly lines = new LineBatch();
  readonly texts = new TextBatch();
  readonly marks = new MarkBatch();

  /** Rectangles below, then hairlines, marks and text. */
  flush(renderer: Renderer): void {
    renderer.rects(this.rects);
    renderer.lines(this.lines);
    renderer.marks(this.marks);
    renderer.texts(this.texts);
    this.rects.clear();
    this.lines.clear();
    this.marks.clear();
    this.texts.clear();
  }
}

/** What is under way with the pointer, as far as it shows. */
export interface Gesture {
  /** A range of time that is being dragged, in pixels of the bars. */
  readonly range?: readonly [number, number];
  /** The pointer over the bars, in their pixels: a line with the time. */
  readonly cursorPx?: number;
  readonly overScrollbar?: boolean;
  /** A border between columns that is being dragged or could be: 0 is the tree's right one. */
  readonly border?: number;
}

/** All that a frame is drawn from. */
export interface Scene {
  readonly model: TimelineModel;
  readonly viewport: Viewport;
  readonly layout: Layout;
  readonly theme: TimelineTheme;
  readonly fitter: TextFitter;
  readonly renderer: Renderer;
  readonly batches: Batches;
  readonly gesture: Gesture;
  readonly strips: StripBook;
  /** The keyboard is here. */
  readonly focused: boolean;
}
