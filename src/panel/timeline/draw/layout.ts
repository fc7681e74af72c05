import { type Box } from '../render/renderer';

export const HEADER_HEIGHT = 28;
export const SCROLLBAR_WIDTH = 12;
export const LEAST_TREE_WIDTH = 96;
export const LEAST_COLUMN_WIDTH = 48;
const LEAST_BARS_WIDTH = 120;
/** Row heights from here on have room for text. */
export const TEXT_HEIGHT = 18;

/** Where things are, in CSS pixels of the canvas. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly header: Box;
  /** Below the header, from border to border. */
  readonly rows: Box;
  readonly tree: Box;
  readonly columns: readonly Box[];
  readonly bars: Box;
  readonly scrollbar: Box;
}

export interface LayoutWishes {
  readonly width: number;
  readonly height: number;
  /** Undefined: a share of the width. */
  readonly treeWidth: number | undefined;
  readonly columnWidths: readonly number[];
  /** Rows are tall enough for text. */
  readonly text: boolean;
}

/** The tree gives way before the columns do, and they before the bars; nothing is less than nothing. */
export function layOut({ width, height, treeWidth, columnWidths, text }: LayoutWishes): Layout {
  const rowsHeight = Math.max(0, height - HEADER_HEIGHT);
  const wished = treeWidth ?? Math.min(440, Math.max(150, width * 0.32));
  const columns = text ? columnWidths : [];
  const columnsWidth = columns.reduce((sum, column) => sum + column, 0);
  const room = Math.max(0, width - SCROLLBAR_WIDTH - Math.min(LEAST_BARS_WIDTH, width * 0.4));
  const tree = Math.max(0, Math.min(text ? wished : Math.min(wished, 200), room - Math.min(columnsWidth, room / 2)));
  const shrink = columnsWidth > 0 ? Math.min(1, Math.max(0, room - tree) / columnsWidth) : 1;
  const boxes: Box[] = [];
  let x = tree;
  for (const column of columns) {
    boxes.push({ x, y: HEADER_HEIGHT, width: column * shrink, height: rowsHeight });
    x += column * shrink;
  }
  const barsWidth = Math.max(1, width - SCROLLBAR_WIDTH - x);
  return {
    width,
    height,
    header: { x: 0, y: 0, width, height: HEADER_HEIGHT },
    rows: { x: 0, y: HEADER_HEIGHT, width, height: rowsHeight },
    tree: { x: 0, y: HEADER_HEIGHT, width: tree, height: rowsHeight },
    columns: boxes,
    bars: { x, y: HEADER_HEIGHT, width: barsWidth, height: rowsHeight },
    scrollbar: { x: width - SCROLLBAR_WIDTH, y: HEADER_HEIGHT, width: SCROLLBAR_WIDTH, height: rowsHeight },
  };
}
