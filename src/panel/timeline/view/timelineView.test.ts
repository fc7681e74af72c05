import { HEADER_HEIGHT } from '../draw/layout';
import { MINIMAP_HEIGHT } from '../draw/drawMinimap';
import { immediately } from '../model/scheduler';
import { TimelineModel } from '../model/timelineModel';
import { RecordingRenderer } from '../render/recordingRenderer';
import { syntheticTable, tableOf, type SpanLine } from '../testing/syntheticTable';
import { DARK_THEME } from '../theme/timelineTheme';
import { type TraceTable } from '../../trace/traceTable';
import { TimelineView } from './timelineView';
import { type TimelineCallbacks } from './viewTypes';

const LINES: SpanLine[] = [
  { id: 1, service: 'web', name: 'GET', start: 0, duration: 1000 },
  { id: 2, parent: 1, service: 'cart', name: 'get cart', start: 100, duration: 400, error: true, events: 3, links: 1 },
  { id: 3, parent: 2, service: 'db', name: 'select', start: 200, duration: 0.001 },
  { id: 4, parent: 77, service: 'pay', name: 'charge', start: 600, duration: 300 },
];

class Host {
  readonly model = new TimelineModel(immediately);
  readonly main = new RecordingRenderer();
  readonly minimap = new RecordingRenderer();
  readonly container = document.createElement('div');
  readonly view: TimelineView;
  readonly root: HTMLElement;
  readonly canvas: HTMLCanvasElement;

  constructor(table: TraceTable | undefined, callbacks: TimelineCallbacks = {}, width = 1000, height = 400) {
    document.body.append(this.container);
    const renderers = [this.main, this.minimap];
    this.model.setTable(table);
    this.view = new TimelineView({
      ...callbacks,
      container: this.container,
      model: this.model,
      theme: DARK_THEME,
      treeWidth: 300,
      createRenderer: () => renderers.shift() ?? new RecordingRenderer(),
    });
    const [root] = this.container.getElementsByTagName('div');
    this.root = root;
    Object.defineProperty(root, 'clientWidth', { value: width });
    Object.defineProperty(root, 'clientHeight', { value: height });
    this.canvas = this.container.getElementsByTagName('canvas')[1];
    this.canvas.setPointerCapture = () => undefined;
    this.view.drawNow();
  }

  get texts(): string[] {
    return this.main.runs.map(({ text }) => text);
  }

  pointer(type: string, x: number, y: number, more: MouseEventInit = {}): void {
    const event = new MouseEvent(type, { bubbles: true, button: 0, ...more });
    Object.defineProperties(event, {
      offsetX: { value: x },
      offsetY: { value: y },
      pointerId: { value: 1 },
      pointerType: { value: 'mouse' },
    });
    this.canvas.dispatchEvent(event);
  }

  click(x: number, y: number): void {
    this.pointer('pointerdown', x, y);
    this.pointer('pointerup', x, y);
    this.view.drawNow();
  }

  wheel(init: WheelEventInit, x = 600, y = 100): boolean {
    const event = new WheelEvent('wheel', { bubbles: true, cancelable: true, ...init });
    Object.defineProperties(event, { offsetX: { value: x }, offsetY: { value: y } });
    this.canvas.dispatchEvent(event);
    this.view.drawNow();
    return event.defaultPrevented;
  }

  key(key: string, init: KeyboardEventInit = {}): void {
    this.root.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }));
    this.root.dispatchEvent(new KeyboardEvent('keyup', { key, bubbles: true, ...init }));
    this.view.drawNow();
  }

  /** Rectangles of the bars' column with the height of a bar. */
  get bars(): RecordingRenderer['rectangles'] {
    return this.main.rectangles.filter(({ x, height, y }) => x >= 299 && height === 14 && y > HEADER_HEIGHT);
  }
}

let host: Host | undefined;
const open = (...parts: ConstructorParameters<typeof Host>): Host => (host = new Host(...parts));

afterEach(() => {
  host?.view.destroy();
  host?.container.remove();
  host = undefined;
});

const ROW = (row: number): number => HEADER_HEIGHT + row * 24 + 12;

describe('TimelineView: drawing', () => {
  it('draws services, names, durations, counts and marks', () => {
    const { texts, main } = open(tableOf(LINES));
    expect(texts).toEqual(
      expect.arrayContaining([
        '4 spans',
        'web',
        'GET',
        'cart',
        'get cart',
        'db',
        'select',
        '1 ms',
        '400 µs',
        '1 ns',
        '0',
        '3',
      ])
    );
    expect(texts).toContain('missing parent 000000000000004d');
    expect(main.shapes.map(({ mark }) => mark)).toEqual(
      expect.arrayContaining(['caretOpen', 'error', 'diamond', 'link'])
    );
    expect(main.rectangles.some(({ style }) => style === 2)).toBe(true);
  });

  it('gives the shortest span a pixel', () => {
    const { bars } = open(tableOf(LINES));
    expect(bars.filter(({ y }) => y === HEADER_HEIGHT + 2 * 24 + 5).map(({ width }) => width)).toEqual([1]);
  });

  it('shades a bar while its children run', () => {
    const { bars } = open(tableOf(LINES));
    const [own, shaded] = bars.filter(({ y }) => y === HEADER_HEIGHT + 5);
    expect(shaded.width / own.width).toBeCloseTo(0.4);
    expect(shaded.colour).not.toBe(own.colour);
  });

  it('says that spans are still coming', () => {
    expect(open(tableOf(LINES, { complete: false, expectedSpans: 900 })).texts).toContain('4 of 900 spans so far…');
  });

  it('draws nothing of nothing', () => {
    expect(open(undefined).bars).toEqual([]);
  });

  it('draws only what is in view', () => {
    const { main } = open(syntheticTable(20_000));
    expect(main.runs.length).toBeLessThan(150);
    expect(main.rectangles.length).toBeLessThan(600);
  });

  it('paints a picture when rows are lower than a pixel, and names large subtrees', () => {
    const { model, view, main } = open(syntheticTable(20_000));
    model.setRowHeight(0);
    view.drawNow();
    expect(main.pictures).toHaveLength(1);
    expect(main.pictures[0].picture).toMatchObject({ height: 400 - MINIMAP_HEIGHT - HEADER_HEIGHT, width: 788 });
    expect(main.runs.map(({ text }) => text)).toContain('worker 3');
    expect(view.settled).toBe(true);
  });

  it('paints what is inside of closed rows', () => {
    const { model, view, main } = open(syntheticTable(2000));
    model.collapseToDepth(1);
    view.drawNow();
    expect(main.pictures.length).toBeGreaterThan(5);
  });

  it('draws attribute columns', () => {
    const { model, view, main } = open(tableOf(LINES));
    model.setColumns([
      { key: 'span.http.route', values: Uint32Array.from([1, 0, 2, 0]), texts: ['/a', '/b'], numeric: false },
    ]);
    view.drawNow();
    expect(main.runs.map(({ text }) => text)).toEqual(expect.arrayContaining(['span.http.route', '/a', '/b']));
  });

  it('marks exact events once they are known', () => {
    const { model, view, main } = open(tableOf(LINES));
    model.setEvents(1, [150_000, 150_001, 300_000]);
    view.drawNow();
    expect(main.shapes.filter(({ mark }) => mark === 'event')).toHaveLength(2);
  });
});

describe('TimelineView: pointer', () => {
  it('selects the row that is clicked, and closes it by its caret', () => {
    const onSelect = jest.fn();
    const { model } = open(tableOf(LINES), { onSelect });
    host?.click(600, ROW(1));
    expect(model.selected).toBe(1);
    expect(onSelect).toHaveBeenCalledWith({ id: 1, kind: 'span', node: 1 });
    host?.click(8 + 12 + 7, ROW(1));
    expect(model.isCollapsed(1)).toBe(true);
    host?.click(600, 330);
    expect(model.selected).toBeUndefined();
  });

  it('zooms to a range that is dragged, and to a span that is double-clicked', () => {
    const { view } = open(tableOf(LINES));
    const [from, to] = [view.viewport.toNs(100), view.viewport.toNs(200)];
    host?.pointer('pointerdown', 400, ROW(1));
    host?.pointer('pointermove', 450, ROW(1));
    host?.pointer('pointermove', 500, ROW(1));
    host?.pointer('pointerup', 500, ROW(1));
    view.drawNow();
    expect(view.viewport.startNs).toBeCloseTo(from);
    expect(view.viewport.endNs).toBeCloseTo(to);
    host?.pointer('dblclick', 600, ROW(1));
    view.drawNow();
    expect(view.viewport.startNs).toBeLessThan(100_000);
    expect(view.viewport.endNs).toBeGreaterThan(500_000);
  });

  it('scrolls, zooms and pans by the wheel, and leaves the page its end', () => {
    const { view } = open(syntheticTable(500));
    expect(host?.wheel({ deltaY: 48 })).toBe(true);
    expect(view.viewport.scrollRow).toBe(2);
    expect(host?.wheel({ deltaY: -480 })).toBe(true);
    expect(host?.wheel({ deltaY: -480 })).toBe(false);
    const ns = view.viewport.toNs(300);
    host?.wheel({ deltaY: -400, ctrlKey: true });
    expect(view.viewport.toNs(300)).toBeCloseTo(ns, 0);
    expect(view.viewport.isFull).toBe(false);
    const { startNs } = view.viewport;
    host?.wheel({ deltaY: 40, shiftKey: true });
    expect(view.viewport.startNs).toBeGreaterThan(startNs);
  });

  it('resizes the tree by its border', () => {
    const onView = jest.fn();
    const { view } = open(tableOf(LINES), { onView });
    host?.pointer('pointerdown', 301, 100);
    host?.pointer('pointermove', 401, 100);
    host?.pointer('pointerup', 401, 100);
    view.drawNow();
    expect(onView.mock.lastCall?.[0]).toMatchObject({ treeWidth: 400 });
  });

  it('tells what is under the pointer', () => {
    const onHover = jest.fn();
    const { model } = open(tableOf(LINES), { onHover });
    host?.pointer('pointermove', 600, ROW(1));
    expect(model.hovered).toBe(1);
    expect(onHover.mock.lastCall?.[0]).toMatchObject({ node: 1 });
    expect(onHover.mock.lastCall?.[1]).toMatchObject({ part: 'bars', timeNs: expect.any(Number) });
    host?.pointer('pointerleave', 0, 0);
    expect(model.hovered).toBeUndefined();
    expect(onHover.mock.lastCall?.[0]).toBeUndefined();
  });

  it('scrolls by the scrollbar', () => {
    const { view } = open(syntheticTable(500));
    host?.pointer('pointerdown', 995, 340);
    host?.pointer('pointerup', 995, 340);
    expect(view.viewport.scrollRow).toBeGreaterThan(view.viewport.maxScrollRow * 0.9);
  });

  it('opens a menu only for whoever has one', () => {
    const onContextMenu = jest.fn();
    open(tableOf(LINES), { onContextMenu });
    host?.pointer('contextmenu', 600, ROW(0));
    expect(onContextMenu).toHaveBeenCalledTimes(1);
  });
});

describe('TimelineView: keys', () => {
  it('walks rows, opens and closes', () => {
    const onOpen = jest.fn();
    const { model } = open(tableOf(LINES), { onOpen });
    const press = (...keys: string[]): void => keys.forEach((key) => host?.key(key));
    press('ArrowDown', 'ArrowDown');
    expect(model.selected).toBe(1);
    press('ArrowLeft');
    expect(model.isCollapsed(1)).toBe(true);
    press('ArrowRight');
    expect(model.isCollapsed(1)).toBe(false);
    press('ArrowRight');
    expect(model.selected).toBe(2);
    press('ArrowLeft');
    expect(model.selected).toBe(1);
    press('Enter');
    expect(onOpen).toHaveBeenCalledWith({ id: 1, kind: 'span', node: 1 });
    press(' ');
    expect(model.isCollapsed(1)).toBe(true);
    press('End');
    expect(model.rowOf(model.selected ?? -1)).toBe(model.rowCount - 1);
  });

  it('zooms, pans and comes back', () => {
    const { view } = open(tableOf(LINES));
    host?.key('w');
    expect(view.viewport.isFull).toBe(false);
    const { startNs } = view.viewport;
    host?.key('d');
    expect(view.viewport.startNs).toBeGreaterThan(startNs);
    host?.key('0');
    expect(view.viewport.isFull).toBe(true);
  });

  it('lets go of one thing after the other', () => {
    const onEscape = jest.fn();
    const { model, view } = open(tableOf(LINES), { onEscape });
    model.select(1);
    host?.key('f');
    expect(model.focused).toBe(1);
    host?.key('Escape');
    expect(model.selected).toBeUndefined();
    host?.key('Escape');
    expect(model.focused).toBeUndefined();
    host?.key('w');
    host?.key('Escape');
    expect(view.viewport.isFull).toBe(true);
    expect(onEscape).not.toHaveBeenCalled();
    host?.key('Escape');
    expect(onEscape).toHaveBeenCalledTimes(1);
  });

  it('finds the next error and asks for help', () => {
    const onHelp = jest.fn();
    const { model } = open(tableOf(LINES), { onHelp });
    host?.key('x');
    expect(model.selected).toBe(1);
    host?.key('?');
    expect(onHelp).toHaveBeenCalledTimes(1);
  });
});

describe('TimelineView: staying in place', () => {
  it('keeps the first row in view where it is when rows above it come or go', () => {
    const { model, view } = open(syntheticTable(2000));
    view.viewport.scrollRow = 500;
    view.drawNow();
    const node = model.nodeOfRow(500);
    const above =
      Array.from({ length: 400 }, (_, row) => model.rowId(row)).find(
        (id) => model.rowsBelow(id) > 5 && model.rowsBelow(id) < 60
      ) ?? 0;
    model.toggle(above);
    expect(model.rowOf(node)).toBeLessThan(500);
    expect(view.viewport.scrollRow).toBe(model.rowOf(node));
  });

  it('shows what is selected elsewhere', () => {
    const { model, view } = open(syntheticTable(2000));
    view.setRange(0, 1000);
    model.select(1500);
    view.drawNow();
    const [first, end] = view.viewport.visibleRows;
    expect(model.rowOf(1500)).toBeGreaterThanOrEqual(first);
    expect(model.rowOf(1500)).toBeLessThan(end);
    expect(view.viewport.endNs).toBeGreaterThanOrEqual(model.startOf(1500));
  });

  it('takes its elements along when it goes', () => {
    const { view, container } = open(tableOf(LINES));
    view.destroy();
    expect(container.children).toHaveLength(0);
  });
});
