import { DensityBook } from '../density/densityBook';
import { densityColours } from '../density/densityColours';
import { StripBook } from '../density/stripBook';
import { MINIMAP_HEIGHT } from '../draw/drawMinimap';
import { ScrollMarks } from '../draw/drawScrollbar';
import { drawFrame, type Books } from '../draw/frame';
import { LandmarkBook } from '../draw/landmarks';
import { layOut, TEXT_HEIGHT, type Layout } from '../draw/layout';
import { Batches, type Scene } from '../draw/scene';
import { type TimelineModel } from '../model/timelineModel';
import { type ModelChange, type RowId } from '../model/types';
import { type Renderer } from '../render/renderer';
import { TextFitter } from '../render/textFitter';
import { styleOf } from '../theme/inks';
import { type TimelineTheme } from '../theme/timelineTheme';
import { Viewport } from '../viewport/viewport';
import { runAction } from './actions';
import { createCanvas2d, createSurface, type Surface } from './canvasHost';
import { KeyboardInput } from './keyboardInput';
import { type TimelineAction } from './keymap';
import { MinimapView } from './minimapView';
import { Motion } from './motion';
import { PointerInput } from './pointerInput';
import { RowAnchor } from './rowAnchor';
import { type TimelineViewOptions } from './viewTypes';

const COLUMN_WIDTH = 120;
/** Of a frame, for pictures that are being painted: little while something moves, more when all is still. */
const BUSY_SLICE_MS = 5;
const IDLE_SLICE_MS = 11;
const STILL_AFTER_MS = 120;

/** The timeline on the screen: canvases in a container, drawn when something has changed, moved by wheel, pointer and keys. */
export class TimelineView {
  readonly viewport = new Viewport();
  readonly #options: TimelineViewOptions;
  readonly #model: TimelineModel;
  readonly #surface: Surface;
  readonly #renderer: Renderer;
  readonly #minimap: MinimapView | undefined;
  readonly #pointer: PointerInput;
  readonly #keyboard: KeyboardInput;
  readonly #anchor: RowAnchor;
  readonly #motion: Motion;
  readonly #fitter: TextFitter;
  readonly #batches = new Batches();
  readonly #strips: StripBook;
  readonly #books: Books;
  readonly #removed = new AbortController();
  readonly #unsubscribe: () => void;
  #observer: ResizeObserver | undefined;

  #theme: TimelineTheme;
  #layout: Layout;
  #treeWidth: number | undefined;
  #columnWidths = new Map<string, number>();
  #size = { width: 0, height: 0 };
  #frame: number | undefined;
  #dirty = true;
  #movedAt = 0;
  #traceNumber = -1;
  #lastView = '';

  constructor(options: TimelineViewOptions) {
    this.#options = options;
    this.#model = options.model;
    this.#theme = options.theme;
    this.#treeWidth = options.treeWidth;
    this.#surface = createSurface(options.container, options.minimap ?? true);
    const createRenderer = options.createRenderer ?? createCanvas2d;
    this.#renderer = createRenderer(this.#surface.main);
    this.#fitter = new TextFitter((text, font) => this.#renderer.measure(text, font));
    const view = options.container.ownerDocument.defaultView;
    this.#motion = new Motion(this.viewport, view?.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? false);
    const colours = densityColours(this.#theme);
    this.#strips = new StripBook(this.#model, colours);
    this.#books = {
      density: new DensityBook(this.#model, colours),
      landmarks: new LandmarkBook(),
      scrollMarks: new ScrollMarks(),
    };
    const changed = (): void => this.#moved();
    const parts = { model: this.#model, viewport: this.viewport, motion: this.#motion, changed };
    if (this.#surface.minimap) {
      this.#minimap = new MinimapView(this.#surface.minimap, createRenderer(this.#surface.minimap), {
        ...parts,
        colours,
        theme: this.#theme,
      });
    }
    this.#anchor = new RowAnchor(this.#model, this.viewport);
    this.#keyboard = new KeyboardInput(this.#surface.root, (action) => this.run(action), this.#removed.signal);
    this.#layout = this.#layOut();
    this.#pointer = new PointerInput({
      ...parts,
      canvas: this.#surface.main,
      callbacks: options,
      layout: () => this.#layout,
      resize: (border, width) => this.#resizeColumn(border, width),
      zoomTo: (id) => this.zoomTo(id),
      keyboard: this.#keyboard,
    });
    this.#listen();
    this.#unsubscribe = this.#model.subscribe((change) => this.#onModel(change));
    this.#applyTheme();
    this.#onModel('table');
    this.#onModel('rowHeight');
  }

  setTheme(theme: TimelineTheme): void {
    this.#theme = theme;
    const colours = densityColours(theme);
    this.#strips.setColours(colours);
    this.#books.density.setColours(colours);
    this.#minimap?.setColours(colours, theme);
    this.#applyTheme();
    this.invalidate();
  }

  /** What a key would do. */
  run(action: TimelineAction): void {
    runAction(action, {
      model: this.#model,
      viewport: this.viewport,
      motion: this.#motion,
      callbacks: this.#options,
      pointerPx: this.#pointer.barsPx,
      zoomTo: (id) => this.zoomTo(id),
    });
    this.#moved();
  }

  /** Opens what it is in, scrolls to it, and moves the time if its bar is out of view. */
  reveal(id: RowId): void {
    this.#model.reveal(id);
    const row = this.#model.closestRow(id);
    if (row < 0) {
      return;
    }
    this.viewport.scrollTo(row);
    const start = this.#model.startOf(id);
    const end = this.#model.endOf(id);
    const { startNs, endNs, rangeNs } = this.viewport;
    if (end < startNs || start > endNs) {
      const from = (start + Math.min(end, start + rangeNs)) / 2 - rangeNs / 2;
      this.#motion.glide(this.viewport.clamped({ startNs: from, endNs: from + rangeNs }));
    }
    this.#moved();
  }

  zoomTo(id: RowId): void {
    this.#motion.glide(this.viewport.around(this.#model.startOf(id), this.#model.endOf(id)));
    const row = this.#model.closestRow(id);
    if (row >= 0) {
      this.viewport.scrollTo(row);
    }
    this.#moved();
  }

  setRange(startNs: number, endNs: number): void {
    this.#motion.stop();
    this.viewport.setRange(startNs, endNs);
    this.#moved();
  }

  /** Keys go to the timeline from now on. */
  focusKeyboard(): void {
    this.#surface.root.focus({ preventScroll: true });
  }

  /** Draws in the next frame. */
  invalidate(): void {
    this.#dirty = true;
    const view = this.#surface.root.ownerDocument.defaultView;
    if (this.#frame === undefined && view) {
      this.#frame = view.requestAnimationFrame((now) => this.#onFrame(now));
    }
  }

  /** Nothing moves, and nothing is being painted. */
  get settled(): boolean {
    return !this.#dirty && !this.#motion.moving && !this.#pending && !this.#model.busy;
  }

  /** Draws now, to the end, without waiting for frames. For tests and pictures. */
  drawNow(): void {
    this.#motion.finish();
    this.#draw();
    while (this.#pending) {
      this.#work(Infinity);
      this.#draw();
    }
  }

  destroy(): void {
    const view = this.#surface.root.ownerDocument.defaultView;
    if (this.#frame !== undefined) {
      view?.cancelAnimationFrame(this.#frame);
    }
    this.#removed.abort();
    this.#observer?.disconnect();
    this.#unsubscribe();
    this.#pointer.destroy();
    this.#minimap?.destroy();
    this.#surface.root.remove();
  }

  #listen(): void {
    const { root } = this.#surface;
    const options = { signal: this.#removed.signal };
    root.addEventListener('focus', () => this.invalidate(), options);
    root.addEventListener('blur', () => this.invalidate(), options);
    if (typeof ResizeObserver !== 'undefined') {
      this.#observer = new ResizeObserver(() => this.invalidate());
      this.#observer.observe(root);
    }
    // Widths of letters are those of the font that was there.
    root.ownerDocument.fonts?.ready
      .then(() => {
        this.#fitter.forget();
        this.invalidate();
      })
      .catch(() => undefined);
  }

  #onModel(change: ModelChange): void {
    switch (change) {
      case 'table':
        this.#takeTable();
        break;
      case 'rows':
        this.#anchor.keep();
        break;
      case 'selection':
        this.#revealSelection();
        break;
      case 'rowHeight':
        this.#takeRowHeight();
        break;
    }
    this.invalidate();
  }

  #takeTable(): void {
    const { table, traceNumber } = this.#model;
    this.viewport.setExtent(table?.tree.firstStart ?? 0, table?.tree.lastEnd ?? 1);
    this.viewport.setRowCount(this.#model.rowCount);
    if (traceNumber !== this.#traceNumber) {
      this.#traceNumber = traceNumber;
      this.#motion.stop();
      this.viewport.fit();
      this.viewport.scrollRow = 0;
      this.#anchor.forget();
    }
  }

  #revealSelection(): void {
    const { selected } = this.#model;
    if (selected !== undefined) {
      this.reveal(selected);
    }
  }

  #takeRowHeight(): void {
    const { selected, rowHeight } = this.#model;
    const row = selected === undefined ? -1 : this.#model.closestRow(selected);
    const [first, end] = this.viewport.visibleRows;
    this.viewport.setRowHeight(rowHeight, row >= first && row < end ? this.viewport.rowTop(row) : 0);
    if (row >= 0) {
      this.viewport.scrollTo(row);
    }
  }

  #resizeColumn(border: number, width: number): void {
    if (border === 0) {
      this.#treeWidth = width;
    } else {
      this.#columnWidths.set(this.#model.columns[border - 1]?.key ?? '', width);
    }
    this.invalidate();
  }

  #applyTheme(): void {
    const style = styleOf(this.#theme);
    this.#renderer.setStyle(style);
    this.#minimap?.renderer.setStyle(style);
    this.#fitter.forget();
  }

  #layOut(): Layout {
    const minimap = this.#surface.minimap ? MINIMAP_HEIGHT : 0;
    return layOut({
      width: this.#size.width,
      height: Math.max(0, this.#size.height - minimap),
      treeWidth: this.#treeWidth,
      columnWidths: this.#model.columns.map(({ key }) => this.#columnWidths.get(key) ?? COLUMN_WIDTH),
      text: this.viewport.rowHeight >= TEXT_HEIGHT,
    });
  }

  #moved(): void {
    this.#movedAt = performance.now();
    this.invalidate();
  }

  get #ratio(): number {
    return this.#surface.root.ownerDocument.defaultView?.devicePixelRatio ?? 1;
  }

  #onFrame(now: number): void {
    this.#frame = undefined;
    this.#motion.step(now);
    if (this.#dirty || this.#motion.moving) {
      this.#draw();
    }
    const moving = this.#motion.moving || performance.now() - this.#movedAt < STILL_AFTER_MS;
    const news = this.#work(performance.now() + (moving ? BUSY_SLICE_MS : IDLE_SLICE_MS));
    if (news || this.#motion.moving || this.#pending) {
      const { root } = this.#surface;
      this.#dirty ||= news;
      this.#frame = root.ownerDocument.defaultView?.requestAnimationFrame((next) => this.#onFrame(next));
    }
  }

  get #pending(): boolean {
    return this.#books.density.pending || this.#strips.pending || (this.#minimap?.pending ?? false);
  }

  /** Paints pictures until the deadline: what is looked at first, the minimap last. True when there is something new to be seen. */
  #work(deadline: number): boolean {
    let news = this.#books.density.work(deadline);
    if (performance.now() < deadline) {
      news = this.#strips.work(deadline) || news;
    }
    if (performance.now() < deadline) {
      news = (this.#minimap?.work(deadline) ?? false) || news;
    }
    return news;
  }

  #draw(): void {
    this.#dirty = false;
    const { root } = this.#surface;
    this.#size = { width: root.clientWidth, height: root.clientHeight };
    this.#layout = this.#layOut();
    this.viewport.setSize(this.#layout.bars.width, this.#layout.rows.height);
    this.#layout = this.#layOut();
    this.#pointer.refresh();
    const scene: Scene = {
      model: this.#model,
      viewport: this.viewport,
      layout: this.#layout,
      theme: this.#theme,
      fitter: this.#fitter,
      renderer: this.#renderer,
      batches: this.#batches,
      gesture: this.#pointer.gesture,
      strips: this.#strips,
      focused: root.ownerDocument.activeElement === root,
    };
    drawFrame(scene, this.#books, this.#ratio);
    this.#minimap?.draw(this.#size.width, this.#ratio);
    this.#anchor.take();
    this.#dirty = false;
    this.#tellView();
  }

  #tellView(): void {
    const { startNs, endNs, visibleRows } = this.viewport;
    const state = {
      startNs,
      endNs,
      firstRow: visibleRows[0],
      endRow: visibleRows[1],
      treeWidth: this.#layout.tree.width,
    };
    const key = Object.values(state).join('/');
    if (key !== this.#lastView) {
      this.#lastView = key;
      this.#options.onView?.(state);
    }
  }
}
