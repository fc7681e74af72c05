import { Viewport } from './viewport';

const HOUR = 3_600e9;

function viewport(firstNs = 0, lastNs = 1000, width = 1000, height = 240): Viewport {
  const view = new Viewport();
  view.setSize(width, height);
  view.setExtent(firstNs, lastNs);
  view.fit();
  return view;
}

describe('Viewport: time', () => {
  it('fits the trace, with room for a duration right of it', () => {
    const view = viewport();
    expect(view.isFull).toBe(true);
    expect(view.toPx(0)).toBeCloseTo(6);
    expect(view.toPx(1000)).toBeCloseTo(1000 - 68);
  });

  it('keeps the time under the pointer when it zooms', () => {
    const view = viewport();
    const ns = view.toNs(300);
    view.zoomAt(300, 8);
    expect(view.toNs(300)).toBeCloseTo(ns, 6);
    view.zoomAt(300, 0.5);
    expect(view.toNs(300)).toBeCloseTo(ns, 6);
  });

  it('shows single nanoseconds ten hours into a trace, exactly', () => {
    const view = viewport(0, 10 * HOUR);
    const ns = 8 * HOUR + 123_456_789;
    for (let step = 0; step < 80; step++) {
      view.zoomAt(view.toPx(ns), 2);
    }
    expect(view.rangeNs).toBe(1);
    const px = view.toPx(ns);
    expect(px).toBeGreaterThanOrEqual(-0.001);
    expect(px).toBeLessThanOrEqual(1000.001);
    // Pans of a thousandth of a nanosecond move it by a pixel, not by jumps.
    for (let step = 1; step <= 50; step++) {
      view.panPx(1);
      expect(view.toPx(ns)).toBeCloseTo(px - step, 6);
    }
  });

  it('goes neither beyond the trace nor below a nanosecond', () => {
    const view = viewport();
    view.zoomAt(0, 1e-9);
    expect(view.isFull).toBe(true);
    view.panPx(-1e9);
    expect(view.startNs).toBeCloseTo(view.full.startNs);
    view.zoomAt(500, 1e12);
    expect(view.rangeNs).toBe(1);
    view.panPx(1e12);
    expect(view.endNs).toBeCloseTo(view.full.endNs);
  });

  it('stays whole when the trace grows or the place does, and stays where it is when it is not whole', () => {
    const view = viewport();
    view.setExtent(0, 5000);
    expect(view.isFull).toBe(true);
    view.setSize(400, 240);
    expect(view.isFull).toBe(true);
    view.setRange(100, 200);
    view.setExtent(0, 9000);
    expect([view.startNs, view.endNs]).toEqual([100, 200]);
  });

  it('takes a trace of one moment', () => {
    const view = viewport(50, 50);
    expect(view.rangeNs).toBeGreaterThan(0);
    expect(Number.isFinite(view.toPx(50))).toBe(true);
  });
});

describe('Viewport: rows', () => {
  it('scrolls between its ends and says which rows are in view', () => {
    const view = viewport();
    view.setRowCount(100);
    expect(view.visibleRows).toEqual([0, 10]);
    view.scrollPx(36);
    expect(view.scrollRow).toBe(1.5);
    expect(view.visibleRows).toEqual([1, 12]);
    view.scrollRow = 1e9;
    expect(view.visibleRows).toEqual([90, 100]);
    view.setRowCount(5);
    expect(view.scrollRow).toBe(0);
  });

  it('scrolls as little as it takes', () => {
    const view = viewport();
    view.setRowCount(100);
    view.scrollTo(5);
    expect(view.scrollRow).toBe(0);
    view.scrollTo(50);
    expect(view.scrollRow).toBe(43);
    view.scrollTo(44);
    expect(view.scrollRow).toBe(42);
  });

  it('has all rows in the height when asked to, never taller than a row is', () => {
    const view = viewport();
    view.setRowCount(1_000_000);
    view.setRowHeight(0);
    expect(view.rowHeight).toBeCloseTo(0.00024);
    expect(view.visibleRows).toEqual([0, 1_000_000]);
    view.setRowCount(3);
    expect(view.rowHeight).toBe(24);
  });

  it('keeps a row in its place when the height changes', () => {
    const view = viewport();
    view.setRowCount(1000);
    view.scrollRow = 500;
    view.setRowHeight(8, 120);
    expect(view.rowAt(120)).toBeCloseTo(505);
  });
});
