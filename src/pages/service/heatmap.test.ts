import { type MetricSeries } from '../../shared/storeTypes';
import { heatmapOf, slowestFrom } from './heatmapData';
import { cellAt, plotOf, rectangleOf, regionOf } from './heatmapGeometry';

const bucket = (ns: number, points: Record<number, number>): MetricSeries => ({
  labels: [{ key: '__bucket', value: { doubleValue: ns / 1e9 } }],
  samples: Object.entries(points).map(([timestampMs, value]) => ({ timestampMs, value })),
});

const data = heatmapOf([bucket(2 ** 20, { 10_000: 5, 30_000: 1 }), bucket(2 ** 22, { 20_000: 2 })], 10)!;
const plot = plotOf(64 + 300 + 8, 22 + 30 + 8);

test('rows and columns without spans are there too', () => {
  expect(data.times).toEqual([10_000, 20_000, 30_000]);
  expect(data.ends).toEqual([2 ** 20, 2 ** 21, 2 ** 22]);
  expect(data.counts).toEqual([
    [5, 0, 1],
    [0, 0, 0],
    [0, 2, 0],
  ]);
  expect(data).toMatchObject({ max: 5, total: 8, stepMs: 10_000 });
  expect(heatmapOf([], 10)).toBeUndefined();
  expect(heatmapOf([{ labels: [], samples: [] }, bucket(2 ** 20, { 10_000: 0 })], 10)).toBeUndefined();
});

test('the slowest are in the rows at the top', () => {
  expect(slowestFrom(data, 2)).toBe(2 ** 21);
  expect(slowestFrom(data, 3)).toBe(2 ** 19);
  expect(slowestFrom(data, 100)).toBe(0);
});

test('a drag is a region of whole cells, whichever way it goes', () => {
  const [a, b] = [
    cellAt(data, plot, plot.left + 150, plot.top + 1),
    cellAt(data, plot, plot.left + 299, plot.top + 15),
  ];
  expect([a, b]).toEqual([
    { column: 1, row: 2 },
    { column: 2, row: 1 },
  ]);
  const region = { fromMs: 10_000, toMs: 30_000, minNs: 2 ** 20, maxNs: 2 ** 22 };
  expect(regionOf(data, a, b)).toEqual(region);
  expect(regionOf(data, b, a)).toEqual(region);
  expect(rectangleOf(data, plot, region)).toEqual({ left: 164, top: plot.top, width: 200, height: 20 });
});

test('outside of the plot is the nearest cell, and a region outside is not drawn', () => {
  expect(cellAt(data, plot, -50, 1000)).toEqual({ column: 0, row: 0 });
  expect(cellAt(data, plot, 5000, -5)).toEqual({ column: 2, row: 2 });
  expect(rectangleOf(data, plot, { fromMs: 40_000, toMs: 50_000, minNs: 1, maxNs: 2 ** 30 })).toBeUndefined();
});
