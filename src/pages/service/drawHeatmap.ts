import { colorManipulator, dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { formatDurationMs } from '../../shared/format';
import { type HeatmapData } from './heatmapData';
import { type Plot } from './heatmapGeometry';

interface Look {
  readonly theme: GrafanaTheme2;
  readonly timeZone: string;
}

const LEAST_LABEL_HEIGHT = 18;
const LEAST_LABEL_WIDTH = 110;

const MINUTE = 60_000;
const HOUR = 3_600_000;
const TICKS = [
  1000,
  5000,
  15_000,
  30_000,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
];

/** A round time between labels, `least` or longer. */
const tickMs = (least: number): number =>
  TICKS.find((tick) => tick >= least) ?? Math.ceil(least / (24 * HOUR)) * 24 * HOUR;

/** How strong a cell's colour is, 0 to 1: by the root, so that the few slow ones are seen beside the many. */
export const strength = (count: number, max: number): number => (count > 0 ? 0.15 + 0.85 * Math.sqrt(count / max) : 0);

export function cellColour(theme: GrafanaTheme2, level: number): string {
  return colorManipulator.alpha(theme.visualization.getColorByName(theme.isDark ? 'orange' : 'dark-orange'), level);
}

/** Cells, and labels at their ends. The context is scaled to CSS pixels. */
export function drawHeatmap(
  context: CanvasRenderingContext2D,
  { times, stepMs, ends, counts, max }: HeatmapData,
  plot: Plot,
  { theme, timeZone }: Look
): void {
  const cellWidth = plot.width / times.length;
  const cellHeight = plot.height / ends.length;
  const rowTop = (row: number) => plot.top + (ends.length - 1 - row) * cellHeight;
  counts.forEach((row, index) => {
    row.forEach((count, column) => {
      if (count > 0) {
        context.fillStyle = cellColour(theme, strength(count, max));
        const gap = cellWidth > 4 ? 1 : 0;
        context.fillRect(plot.left + column * cellWidth, rowTop(index), cellWidth - gap, Math.max(1, cellHeight - 1));
      }
    });
  });
  context.font = `${theme.typography.bodySmall.fontSize} ${theme.typography.fontFamily}`;
  context.fillStyle = theme.colors.text.secondary;
  context.strokeStyle = theme.colors.border.weak;
  context.lineWidth = 1;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  const everyRow = Math.max(1, Math.ceil(LEAST_LABEL_HEIGHT / cellHeight));
  for (let row = 0; row < ends.length; row += everyRow) {
    context.fillText(formatDurationMs(ends[row] / 1e6), plot.left - 6, Math.max(plot.top + 6, rowTop(row)));
  }
  context.beginPath();
  context.moveTo(plot.left, plot.top + plot.height + 0.5);
  context.lineTo(plot.left + plot.width, plot.top + plot.height + 0.5);
  context.stroke();
  context.textAlign = 'center';
  context.textBaseline = 'top';
  const start = times[0] - stepMs;
  const length = times.length * stepMs;
  const every = tickMs(length / Math.max(1, plot.width / LEAST_LABEL_WIDTH));
  const format = length > 20 * HOUR ? 'MM-DD HH:mm' : every < MINUTE ? 'HH:mm:ss' : 'HH:mm';
  for (let at = Math.ceil(start / every) * every; at <= start + length; at += every) {
    const x = plot.left + ((at - start) / length) * plot.width;
    if (x > plot.left + 20 && x < plot.left + plot.width - 20) {
      context.fillText(dateTimeFormat(at, { format, timeZone }), x, plot.top + plot.height + 6);
    }
  }
}
