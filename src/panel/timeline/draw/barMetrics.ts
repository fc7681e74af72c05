/** Where a bar stands in its row. */
export interface BarMetrics {
  readonly top: number;
  readonly height: number;
}

/** Air above and below, as rows get lower less and less of it. */
export function barMetrics(rowHeight: number): BarMetrics {
  if (rowHeight >= 24) {
    return { top: 5, height: rowHeight - 10 };
  }
  if (rowHeight >= 18) {
    return { top: 3, height: rowHeight - 6 };
  }
  if (rowHeight >= 4) {
    return { top: 0.5, height: rowHeight - 1 };
  }
  return { top: 0, height: rowHeight };
}
