import { type HeatmapData } from './heatmapData';
import { type Region } from './region';

/** Pixels of the part where cells are drawn. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Cell {
  readonly column: number;
  readonly row: number;
}

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const AXIS_WIDTH = 64;
const AXIS_HEIGHT = 22;
const PAD = 8;

export function plotOf(width: number, height: number): Plot {
  return {
    left: AXIS_WIDTH,
    top: PAD,
    width: Math.max(1, width - AXIS_WIDTH - PAD),
    height: Math.max(1, height - AXIS_HEIGHT - PAD),
  };
}

/** The cell at a point, the nearest one outside of the plot. */
export function cellAt({ times, ends }: HeatmapData, plot: Plot, x: number, y: number): Cell {
  const column = Math.floor(((x - plot.left) / plot.width) * times.length);
  const row = ends.length - 1 - Math.floor(((y - plot.top) / plot.height) * ends.length);
  return { column: within(column, times.length), row: within(row, ends.length) };
}

/** The region from one cell to another, both of which belong to it. */
export function regionOf({ times, ends, stepMs }: HeatmapData, a: Cell, b: Cell): Region {
  const [first, last] = [Math.min(a.column, b.column), Math.max(a.column, b.column)];
  const [low, high] = [Math.min(a.row, b.row), Math.max(a.row, b.row)];
  return { fromMs: times[first] - stepMs, toMs: times[last], minNs: ends[low] / 2, maxNs: ends[high] };
}

/** Where a region is drawn, cut at the plot; undefined where it is wholly outside. */
export function rectangleOf({ times, ends, stepMs }: HeatmapData, plot: Plot, region: Region): Rectangle | undefined {
  const start = times[0] - stepMs;
  const length = times.length * stepMs;
  const lowest = Math.log2(ends[0]) - 1;
  const x = (ms: number) => ((ms - start) / length) * plot.width;
  const y = (ns: number) => plot.height - ((Math.log2(Math.max(ns, 1)) - lowest) / ends.length) * plot.height;
  const cut = (value: number, size: number) => Math.min(size, Math.max(0, value));
  const [left, right] = [cut(x(region.fromMs), plot.width), cut(x(region.toMs), plot.width)];
  const [top, bottom] = [cut(y(region.maxNs), plot.height), cut(y(region.minNs), plot.height)];
  return right > left && bottom > top
    ? { left: plot.left + left, top: plot.top + top, width: right - left, height: bottom - top }
    : undefined;
}

const within = (index: number, size: number): number => Math.min(size - 1, Math.max(0, index));
