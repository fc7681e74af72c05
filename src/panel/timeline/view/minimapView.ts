import { type DensityColours } from '../density/densityColours';
import { DensityJob, PaintJob } from '../density/densityJob';
import { Canvas } from '../density/picture';
import { paintProfile, profileColours } from '../density/profileJob';
import { type TimelineTheme } from '../theme/timelineTheme';
import { drawMinimap, MINIMAP_HEIGHT, minimapNs, minimapPx, minimapRange } from '../draw/drawMinimap';
import { Batches } from '../draw/scene';
import { type TimelineModel } from '../model/timelineModel';
import { type Renderer } from '../render/renderer';
import { type Viewport } from '../viewport/viewport';
import { type Motion } from './motion';

const LINES = MINIMAP_HEIGHT - 8;
const GRIP_PX = 6;
/** Spans up to which the minimap shows rows. */
const MOST_ROWS = 600;

type Drag =
  | { readonly kind: 'range'; readonly from: number; to: number }
  | { readonly kind: 'window'; readonly grabbedNs: number }
  | { readonly kind: 'start' | 'end' };

/** The minimap: its picture, which is painted once, and what the pointer does on it. */
export class MinimapView {
  readonly #canvas: HTMLCanvasElement;
  readonly #model: TimelineModel;
  readonly #viewport: Viewport;
  readonly #motion: Motion;
  readonly #renderer: Renderer;
  readonly #batches = new Batches();
  readonly #changed: () => void;
  #colours: DensityColours;
  #fills: Uint32Array;
  #generation = 0;
  #key = '';
  #job: PaintJob | undefined;
  /** Shown until the next one is done. */
  #last: PaintJob | undefined;
  #drag: Drag | undefined;
  #width = 1;
  readonly #removed = new AbortController();

  constructor(
    canvas: HTMLCanvasElement,
    renderer: Renderer,
    { model, viewport, motion, colours, theme, changed }: MinimapParts
  ) {
    this.#canvas = canvas;
    this.#renderer = renderer;
    this.#model = model;
    this.#viewport = viewport;
    this.#motion = motion;
    this.#colours = colours;
    this.#fills = profileColours(theme);
    this.#changed = changed;
    const options = { signal: this.#removed.signal };
    canvas.addEventListener('pointerdown', (event) => this.#down(event), options);
    canvas.addEventListener('pointermove', (event) => this.#move(event), options);
    canvas.addEventListener('pointerup', () => this.#up(), options);
    canvas.addEventListener('pointercancel', () => this.#cancel(), options);
    canvas.addEventListener('dblclick', () => this.#reset(), options);
  }

  get renderer(): Renderer {
    return this.#renderer;
  }

  setColours(colours: DensityColours, theme: TimelineTheme): void {
    this.#colours = colours;
    this.#fills = profileColours(theme);
    this.#generation += 1;
  }

  get pending(): boolean {
    return this.#job !== undefined && !this.#job.done;
  }

  work(deadline: number): boolean {
    if (!this.#job || this.#job.done) {
      return false;
    }
    if (this.#job.work(deadline)) {
      this.#last = this.#job;
    }
    return true;
  }

  draw(width: number, ratio: number): void {
    const { forest, table, colouring, tones } = this.#model;
    this.#width = Math.max(1, width);
    const range = minimapRange(this.#viewport);
    const pixels = Math.max(1, Math.round(width * Math.min(ratio, 2)));
    const height = Math.max(
      1,
      this.#asProfile
        ? Math.round(LINES * Math.min(ratio, 2))
        : Math.min(Math.round(LINES * Math.min(ratio, 2)), forest.count)
    );
    const key = [forest.count, range.startNs, range.endNs, pixels, height, this.#generation, colouring.kind].join('/');
    if (table && (key !== this.#key || this.#tones !== tones || this.#bits !== this.#model.matchBits)) {
      this.#key = key;
      this.#tones = tones;
      this.#bits = this.#model.matchBits;
      this.#job = this.#paint({ ...range, width: pixels, height });
    }
    this.#renderer.begin(width, MINIMAP_HEIGHT, ratio);
    drawMinimap({
      model: this.#model,
      viewport: this.#viewport,
      renderer: this.#renderer,
      batches: this.#batches,
      width,
      picture: table ? (this.#last && !this.#job?.done ? this.#last : this.#job)?.canvas : undefined,
      range: this.#drag?.kind === 'range' ? [this.#drag.from, this.#drag.to] : undefined,
    });
    this.#renderer.end();
  }

  /** A small trace has a shape that one knows again; of a large one the work over time says more. */
  get #asProfile(): boolean {
    return this.#model.forest.nodes > MOST_ROWS;
  }

  #paint(request: { startNs: number; endNs: number; width: number; height: number }): PaintJob {
    if (this.#asProfile) {
      const canvas = new Canvas(request.width, request.height);
      return new PaintJob(canvas, paintProfile(this.#model, request, this.#fills, this.#colours, canvas));
    }
    const all = { positions: undefined, begin: 0, end: this.#model.forest.count };
    return new DensityJob(this.#model, { ...all, ...request }, this.#colours);
  }

  #tones: Uint8Array | undefined;
  #bits: Uint32Array | undefined;

  destroy(): void {
    this.#removed.abort();
  }

  #edges(): readonly [number, number] {
    const px = (ns: number): number => minimapPx(this.#viewport, this.#width, ns);
    return [px(this.#viewport.startNs), px(this.#viewport.endNs)];
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) {
      return;
    }
    this.#motion.stop();
    this.#canvas.setPointerCapture(event.pointerId);
    const x = event.offsetX;
    const [from, to] = this.#edges();
    if (this.#viewport.isFull) {
      this.#drag = { kind: 'range', from: x, to: x };
    } else if (Math.abs(x - from) <= GRIP_PX) {
      this.#drag = { kind: 'start' };
    } else if (Math.abs(x - to) <= GRIP_PX) {
      this.#drag = { kind: 'end' };
    } else if (x > from && x < to) {
      this.#drag = { kind: 'window', grabbedNs: this.#ns(x) - this.#viewport.startNs };
    } else {
      this.#drag = { kind: 'range', from: x, to: x };
    }
    this.#changed();
  }

  #move(event: PointerEvent): void {
    const x = Math.min(this.#width, Math.max(0, event.offsetX));
    const viewport = this.#viewport;
    const drag = this.#drag;
    if (!drag) {
      const [from, to] = this.#edges();
      const onEdge = Math.abs(x - from) <= GRIP_PX || Math.abs(x - to) <= GRIP_PX;
      const inside = x > from && x < to;
      this.#canvas.style.cursor = viewport.isFull ? 'crosshair' : onEdge ? 'ew-resize' : inside ? 'grab' : 'crosshair';
      return;
    }
    switch (drag.kind) {
      case 'range':
        drag.to = x;
        break;
      case 'window': {
        const startNs = this.#ns(x) - drag.grabbedNs;
        viewport.setRange(startNs, startNs + viewport.rangeNs);
        break;
      }
      case 'start':
        viewport.setRange(Math.min(this.#ns(x), viewport.endNs - 1), viewport.endNs);
        break;
      case 'end':
        viewport.setRange(viewport.startNs, Math.max(this.#ns(x), viewport.startNs + 1));
        break;
    }
    this.#changed();
  }

  #up(): void {
    const drag = this.#drag;
    this.#drag = undefined;
    if (drag?.kind === 'range') {
      const [from, to] = drag.from < drag.to ? [drag.from, drag.to] : [drag.to, drag.from];
      if (to - from > 3) {
        this.#motion.glide({ startNs: this.#ns(from), endNs: this.#ns(to) });
      } else if (!this.#viewport.isFull) {
        // A click: the window goes there.
        const startNs = this.#ns(from) - this.#viewport.rangeNs / 2;
        this.#motion.glide(this.#viewport.clamped({ startNs, endNs: startNs + this.#viewport.rangeNs }));
      }
    }
    this.#changed();
  }

  #cancel(): void {
    this.#drag = undefined;
    this.#changed();
  }

  #reset(): void {
    this.#motion.glide(this.#viewport.full);
    this.#changed();
  }

  #ns(px: number): number {
    return minimapNs(this.#viewport, this.#width, px);
  }
}

export interface MinimapParts {
  readonly model: TimelineModel;
  readonly viewport: Viewport;
  readonly motion: Motion;
  readonly colours: DensityColours;
  readonly theme: TimelineTheme;
  readonly changed: () => void;
}
