import React, { useEffect, useRef, useState, type PointerEvent } from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { formatCount, formatDurationMs } from '../../shared/format';
import { testIds } from '../../shared/testIds';
import { drawHeatmap } from './drawHeatmap';
import { type HeatmapData } from './heatmapData';
import { cellAt, plotOf, rectangleOf, regionOf, type Cell } from './heatmapGeometry';
import { type Region } from './region';

interface Props {
  data: HeatmapData;
  timeZone: string;
  region: Region | undefined;
  onSelect: (region: Region) => void;
}

const HEIGHT = 260;

/** Time by duration on a canvas. A drag selects; fields beside it do the same without a pointer. */
export function Heatmap({ data, timeZone, region, onSelect }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const [hovered, setHovered] = useState<Cell>();
  const [drag, setDrag] = useState<{ from: Cell; to: Cell }>();
  const plot = plotOf(width, HEIGHT);
  useEffect(() => {
    const element = frame.current;
    if (!element) {
      return undefined;
    }
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || width === 0) {
      return;
    }
    const scale = window.devicePixelRatio || 1;
    element.width = Math.round(width * scale);
    element.height = Math.round(HEIGHT * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, HEIGHT);
    drawHeatmap(context, data, plotOf(width, HEIGHT), { theme, timeZone });
  }, [data, width, theme, timeZone]);
  const cellOf = (event: PointerEvent<HTMLElement>): Cell => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return cellAt(data, plot, event.clientX - left, event.clientY - top);
  };
  const shown = drag ? regionOf(data, drag.from, drag.to) : region;
  const rectangle = shown && rectangleOf(data, plot, shown);
  return (
    <div
      ref={frame}
      className={styles.frame}
      data-testid={testIds.service.heatmap}
      role="img"
      aria-label={`Requests by time and duration: ${formatCount(data.total)}`}
      onPointerDown={(event) => {
        if (event.button === 0) {
          event.currentTarget.setPointerCapture(event.pointerId);
          const cell = cellOf(event);
          setDrag({ from: cell, to: cell });
        }
      }}
      onPointerMove={(event) => {
        const cell = cellOf(event);
        setHovered(cell);
        setDrag((last) => last && { ...last, to: cell });
      }}
      onPointerUp={(event) => {
        if (drag) {
          onSelect(regionOf(data, drag.from, cellOf(event)));
        }
        setDrag(undefined);
      }}
      onPointerCancel={() => setDrag(undefined)}
      onPointerLeave={() => setHovered(undefined)}
    >
      <canvas ref={canvas} className={styles.canvas} style={{ width, height: HEIGHT }} />
      {rectangle && <div className={styles.region} style={{ ...rectangle }} />}
      {hovered && !drag && <CellNote data={data} cell={hovered} timeZone={timeZone} />}
    </div>
  );
}

interface NoteProps {
  data: HeatmapData;
  cell: Cell;
  timeZone: string;
}

function CellNote({ data: { times, stepMs, ends, counts }, cell: { column, row }, timeZone }: NoteProps) {
  const styles = useStyles2(getStyles);
  const time = (ms: number) => dateTimeFormat(ms, { format: 'HH:mm:ss', timeZone });
  return (
    <div className={styles.note}>
      {formatCount(counts[row][column])} of {formatDurationMs(ends[row] / 2e6)} to {formatDurationMs(ends[row] / 1e6)},{' '}
      {time(times[column] - stepMs)} to {time(times[column])}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({
    position: 'relative',
    height: HEIGHT,
    cursor: 'crosshair',
    touchAction: 'none',
    userSelect: 'none',
  }),
  canvas: css({ display: 'block' }),
  region: css({
    position: 'absolute',
    pointerEvents: 'none',
    border: `1px solid ${theme.colors.text.maxContrast}`,
    background: theme.colors.action.hover,
  }),
  note: css({
    position: 'absolute',
    top: -14,
    right: 8,
    pointerEvents: 'none',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
  }),
});
