import React from 'react';

interface Props {
  values: ReadonlyArray<number | null>;
  colour: string;
  width?: number;
  height?: number;
}

const PAD = 1.5;

/** A line without axes, from zero up. A path of its own is some hundred bytes of DOM, where a chart is a canvas. */
export function TrendLine({ values, colour, width = 60, height = 22 }: Props) {
  return (
    <svg width={width} height={height} aria-hidden="true" focusable="false">
      <path d={linePath(values, width, height)} fill="none" stroke={colour} strokeWidth={1.25} strokeLinejoin="round" />
    </svg>
  );
}

/** A point alone is a dash. */
export function linePath(values: ReadonlyArray<number | null>, width: number, height: number): string {
  const top = Math.max(...values.map((value) => value ?? 0), Number.MIN_VALUE);
  const x = (index: number) => PAD + (index / Math.max(values.length - 1, 1)) * (width - 2 * PAD);
  const y = (value: number) => height - PAD - (value / top) * (height - 2 * PAD);
  let path = '';
  let isDrawing = false;
  values.forEach((value, index) => {
    if (value === null) {
      isDrawing = false;
      return;
    }
    const at = `${x(index).toFixed(1)},${y(value).toFixed(1)}`;
    const isAlone = !isDrawing && (values[index + 1] ?? null) === null;
    path += isDrawing ? `L${at}` : isAlone ? `M${at}h1.5` : `M${at}`;
    isDrawing = true;
  });
  return path;
}
