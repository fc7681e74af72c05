import { LEAST_COLUMN_WIDTH, LEAST_TREE_WIDTH, type Layout } from '../draw/layout';
import { scrollRowAt, thumbOf } from '../draw/drawScrollbar';
import { type Gesture } from '../draw/scene';
import { type TimelineModel } from '../model/timelineModel';
import { type Viewport } from '../viewport/viewport';
import { targetOf } from './actions';
import { hitTest, type Hit } from './hitTest';
import { type KeyboardInput } from './keyboardInput';
import { type Motion } from './motion';
import { type Place, type TimelineCallbacks } from './viewTypes';

/** The pointer may tremble this much in a click. */
const SLACK_PX = 4;
const WHEEL_ZOOM = 0.0022;
const LINE_PX = 18;

export interface PointerParts {
  readonly canvas: HTMLCanvasElement;
  readonly model: TimelineModel;
  readonly viewport: Viewport;
  readonly motion: Motion;
  readonly callbacks: TimelineCallbacks;
  layout(): Layout;
  resize(border: number, width: number): void;
  zoomTo(id: number): void;
  changed(): void;
  /** The space bar, if it is held, makes a drag move the window. */
  readonly keyboard: KeyboardInput;
}

type Drag =
  | { readonly kind: 'press'; readonly hit: Hit; readonly x: number; readonly y: number }
  | { readonly kind: 'range'; readonly from: number; to: number }
  | { readonly kind: 'pan'; x: number; y: number }
  | { readonly kind: 'border'; readonly index: number; readonly grabbed: number }
  | { readonly kind: 'thumb'; readonly grabbed: number }
  | { readonly kind: 'pinch'; distance: number; x: number };

/** Wheel, mouse, pen and fingers on the main canvas. */
export class PointerInput {
  readonly #parts: PointerParts;
  readonly #removed = new AbortController();
  readonly #fingers = new Map<number, { x: number; y: number }>();
  #drag: Drag | undefined;
  #last: { x: number; y: number } | undefined;
  #hit: Hit | undefined;

  constructor(parts: PointerParts) {
    this.#parts = parts;
    const { canvas } = parts;
    const options = { signal: this.#removed.signal };
    canvas.addEventListener('wheel', (event) => this.#wheel(event), { ...options, passive: false });
    canvas.addEventListener('pointerdown', (event) => this.#down(event), options);
    canvas.addEventListener('pointermove', (event) => this.#move(event), options);
    canvas.addEventListener('pointerup', (event) => this.#up(event), options);
    canvas.addEventListener('pointercancel', (event) => this.#cancel(event), options);
    canvas.addEventListener('pointerleave', (event) => this.#leave(event), options);
    canvas.addEventListener('dblclick', (event) => this.#doubleClick(event), options);
    canvas.addEventListener('contextmenu', (event) => this.#contextMenu(event), options);
  }

  destroy(): void {
    this.#removed.abort();
  }

  /** In pixels of the bars; undefined where the pointer is not over them. */
  get barsPx(): number | undefined {
    const { bars } = this.#parts.layout();
    const px = this.#last ? this.#last.x - bars.x : -1;
    return px >= 0 && px <= bars.width ? px : undefined;
  }

  get gesture(): Gesture {
    const drag = this.#drag;
    return {
      range: drag?.kind === 'range' ? [drag.from, drag.to] : undefined,
      cursorPx: drag && drag.kind !== 'press' ? undefined : this.barsPx,
      overScrollbar: drag?.kind === 'thumb' || (!drag && this.#hit?.kind === 'scrollbar'),
      border:
        drag?.kind === 'border' ? drag.index : !drag && this.#hit?.kind === 'border' ? this.#hit.index : undefined,
    };
  }

  /** Rows have moved under a pointer that stands still. */
  refresh(): void {
    if (this.#last && !this.#drag) {
      this.#hit = this.#hitAt(this.#last.x, this.#last.y);
      const { model } = this.#parts;
      model.hover(this.#hit.kind === 'row' ? this.#hit.id : undefined);
    }
  }

  #hitAt(x: number, y: number): Hit {
    const { model, viewport, layout } = this.#parts;
    return hitTest(model, viewport, layout(), x, y);
  }

  #wheel(event: WheelEvent): void {
    const { viewport, motion, changed } = this.#parts;
    const unit =
      event.deltaMode === WheelEvent.DOM_DELTA_LINE
        ? LINE_PX
        : event.deltaMode === WheelEvent.DOM_DELTA_PAGE
          ? viewport.height
          : 1;
    const dx = event.deltaX * unit;
    const dy = event.deltaY * unit;
    motion.stop();
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const px = this.barsPx ?? viewport.width / 2;
      // A trackpad's pinch comes in small steps.
      const strength =
        event.deltaMode === WheelEvent.DOM_DELTA_PIXEL && Math.abs(dy) < 30 ? WHEEL_ZOOM * 4 : WHEEL_ZOOM;
      viewport.zoomAt(px, Math.exp(-dy * strength));
    } else if (event.shiftKey) {
      event.preventDefault();
      viewport.panPx(dx !== 0 ? dx : dy);
    } else {
      const before = viewport.scrollRow;
      viewport.scrollPx(dy);
      if (Math.abs(dx) > Math.abs(dy)) {
        viewport.panPx(dx);
        event.preventDefault();
      }
      // At the end of the rows the page scrolls on.
      if (viewport.scrollRow !== before) {
        event.preventDefault();
      }
    }
    this.#last = { x: event.offsetX, y: event.offsetY };
    changed();
  }

  #down(event: PointerEvent): void {
    const { canvas, motion, viewport, layout, keyboard, changed } = this.#parts;
    const { offsetX: x, offsetY: y } = event;
    motion.stop();
    if (event.pointerType === 'touch') {
      this.#fingers.set(event.pointerId, { x, y });
      canvas.setPointerCapture(event.pointerId);
      if (this.#fingers.size === 2) {
        this.#drag = { kind: 'pinch', ...this.#pinch() };
        return;
      }
    }
    const hit = this.#hitAt(x, y);
    if (event.button === 1 || (event.button === 0 && keyboard.spaceHeld)) {
      event.preventDefault();
      this.#drag = { kind: 'pan', x, y };
      keyboard.dragged();
    } else if (event.button !== 0) {
      return;
    } else if (hit.kind === 'border') {
      const boxes = [layout().tree, ...layout().columns];
      this.#drag = { kind: 'border', index: hit.index, grabbed: x - boxes[hit.index].width };
    } else if (hit.kind === 'scrollbar') {
      const thumb = thumbOf(viewport, layout());
      const onThumb = thumb && y >= thumb.y && y <= thumb.y + thumb.height;
      this.#drag = { kind: 'thumb', grabbed: onThumb ? y - thumb.y : (thumb?.height ?? 0) / 2 };
      this.#dragThumb(y);
    } else {
      this.#drag = { kind: 'press', hit, x, y };
    }
    canvas.setPointerCapture(event.pointerId);
    changed();
  }

  #move(event: PointerEvent): void {
    const { viewport, layout, changed, resize } = this.#parts;
    const { offsetX: x, offsetY: y } = event;
    this.#last = { x, y };
    if (this.#fingers.has(event.pointerId)) {
      this.#fingers.set(event.pointerId, { x, y });
    }
    const drag = this.#drag;
    switch (drag?.kind) {
      case undefined:
        this.#hoverAt(event);
        break;
      case 'press':
        this.#beginDrag(event, drag);
        break;
      case 'range':
        drag.to = Math.min(viewport.width, Math.max(0, x - layout().bars.x));
        break;
      case 'pan':
        viewport.panPx(drag.x - x);
        viewport.scrollPx(drag.y - y);
        drag.x = x;
        drag.y = y;
        break;
      case 'border':
        resize(drag.index, Math.max(drag.index === 0 ? LEAST_TREE_WIDTH : LEAST_COLUMN_WIDTH, x - drag.grabbed));
        break;
      case 'thumb':
        this.#dragThumb(y);
        break;
      case 'pinch': {
        const next = this.#pinch();
        viewport.panPx(drag.x - next.x);
        viewport.zoomAt(next.x - layout().bars.x, next.distance / drag.distance);
        Object.assign(drag, next);
        break;
      }
    }
    changed();
  }

  #beginDrag(event: PointerEvent, { hit, x, y }: Extract<Drag, { kind: 'press' }>): void {
    const { layout } = this.#parts;
    const dx = event.offsetX - x;
    const dy = event.offsetY - y;
    if (Math.hypot(dx, dy) < SLACK_PX) {
      return;
    }
    const overBars = hit.kind === 'ruler' || ((hit.kind === 'row' || hit.kind === 'nothing') && hit.part === 'bars');
    if (event.pointerType === 'touch') {
      this.#drag = { kind: 'pan', x: event.offsetX, y: event.offsetY };
    } else if (overBars && Math.abs(dx) >= SLACK_PX) {
      this.#drag = { kind: 'range', from: x - layout().bars.x, to: event.offsetX - layout().bars.x };
    }
  }

  #up(event: PointerEvent): void {
    const { viewport, motion, changed } = this.#parts;
    const drag = this.#drag;
    this.#fingers.delete(event.pointerId);
    this.#drag = undefined;
    if (drag?.kind === 'press') {
      this.#click(drag.hit);
    } else if (drag?.kind === 'range' && Math.abs(drag.to - drag.from) >= SLACK_PX) {
      const from = viewport.toNs(Math.min(drag.from, drag.to));
      const to = viewport.toNs(Math.max(drag.from, drag.to));
      motion.glide(viewport.clamped({ startNs: from, endNs: to }));
    }
    changed();
  }

  #cancel(event: PointerEvent): void {
    this.#fingers.delete(event.pointerId);
    this.#drag = undefined;
    this.#parts.changed();
  }

  #click(hit: Hit): void {
    const { model, callbacks } = this.#parts;
    if (hit.kind === 'row' && hit.caret) {
      model.toggle(hit.id);
    } else if (hit.kind === 'row') {
      model.select(hit.id);
      callbacks.onSelect?.(targetOf(model, hit.id));
    } else if (hit.kind === 'nothing' && model.selected !== undefined) {
      model.select(undefined);
      callbacks.onSelect?.(undefined);
    }
  }

  #doubleClick(event: MouseEvent): void {
    const { motion, viewport, changed, zoomTo } = this.#parts;
    const hit = this.#hitAt(event.offsetX, event.offsetY);
    if (hit.kind === 'ruler') {
      motion.glide(viewport.full);
    } else if (hit.kind === 'row' && !hit.caret) {
      zoomTo(hit.id);
    }
    changed();
  }

  #contextMenu(event: MouseEvent): void {
    const { model, callbacks } = this.#parts;
    const hit = this.#hitAt(event.offsetX, event.offsetY);
    if (hit.kind === 'row' && callbacks.onContextMenu) {
      event.preventDefault();
      callbacks.onContextMenu(targetOf(model, hit.id), this.#place(event, hit));
    }
  }

  #hoverAt(event: PointerEvent): void {
    const { canvas, model, callbacks } = this.#parts;
    const hit = this.#hitAt(event.offsetX, event.offsetY);
    this.#hit = hit;
    canvas.style.cursor = cursorOf(hit);
    model.hover(hit.kind === 'row' ? hit.id : undefined);
    if (hit.kind === 'row' || hit.kind === 'nothing') {
      callbacks.onHover?.(hit.kind === 'row' ? targetOf(model, hit.id) : undefined, this.#place(event, hit));
    } else {
      callbacks.onHover?.(undefined, this.#place(event, { part: 'bars' }));
    }
  }

  #leave(event: PointerEvent): void {
    const { model, callbacks, changed } = this.#parts;
    this.#last = undefined;
    this.#hit = undefined;
    model.hover(undefined);
    callbacks.onHover?.(undefined, this.#place(event, { part: 'bars' }));
    changed();
  }

  #place(event: MouseEvent, hit: { readonly part: Place['part']; readonly column?: number }): Place {
    const { canvas, viewport, layout } = this.#parts;
    return {
      x: event.offsetX + canvas.offsetLeft,
      y: event.offsetY + canvas.offsetTop,
      clientX: event.clientX,
      clientY: event.clientY,
      part: hit.part,
      timeNs: hit.part === 'bars' ? viewport.toNs(event.offsetX - layout().bars.x) : undefined,
      column: hit.column,
    };
  }

  #dragThumb(y: number): void {
    const { viewport, layout } = this.#parts;
    if (this.#drag?.kind === 'thumb') {
      viewport.scrollRow = scrollRowAt(viewport, layout(), y - this.#drag.grabbed);
    }
  }

  #pinch(): { distance: number; x: number } {
    const [first, second] = [...this.#fingers.values()];
    return { distance: Math.max(8, Math.abs(first.x - second.x)), x: (first.x + second.x) / 2 };
  }
}

function cursorOf(hit: Hit): string {
  switch (hit.kind) {
    case 'border':
      return 'col-resize';
    case 'ruler':
      return 'crosshair';
    case 'row':
      return hit.caret ? 'pointer' : 'default';
    default:
      return 'default';
  }
}
