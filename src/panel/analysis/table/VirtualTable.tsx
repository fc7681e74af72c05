import React, { useId, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';

export interface TableColumn {
  readonly id: string;
  readonly title: string;
  /** What the title means, where it does not say it. */
  readonly hint?: string;
  /** Of CSS grid: `minmax(120px, 1fr)`, `80px`. */
  readonly width: string;
  readonly numeric?: boolean;
  readonly sortable?: boolean;
  /** By the row, not by its place in the order. */
  readonly render: (row: number) => ReactNode;
  /** Of all rows: stands below them. Without one in any column there is no such line. */
  readonly total?: ReactNode;
}

export interface TableSort {
  readonly id: string;
  readonly descending: boolean;
}

interface Props {
  readonly label: string;
  readonly columns: readonly TableColumn[];
  /** Rows in the order in which they stand. */
  readonly order: Uint32Array;
  readonly sort: TableSort | undefined;
  readonly onSort?: (sort: TableSort) => void;
  /** A row was chosen with a click or Enter. */
  readonly onOpen: (row: number) => void;
  /** The row that keys start from, set off from the others: it stays the same row where the order changes. */
  readonly active: number | undefined;
  /** A row was reached by keys, or chosen. */
  readonly onActive: (row: number) => void;
  /** Least width of all columns together, in CSS pixels: below it the table scrolls sideways. */
  readonly minWidth: number;
  readonly footer?: ReactNode;
}

export const ROW_HEIGHT = 24;
const HEADER_HEIGHT = 28;
/** Browsers draw no element that is much higher: beyond it a pixel of scrolling stands for more than one. */
const MAX_HEIGHT = 8_000_000;
/** Rows that are drawn beyond those in view. */
const SPARE = 4;

/** Rows by the million: those in view are there. Arrows, Page up and down, Home, End; Enter opens. */
export function VirtualTable({
  label,
  columns,
  order,
  sort,
  onSort,
  onOpen,
  active,
  onActive,
  minWidth,
  footer,
}: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  const [scrollTop, setScrollTop] = useState(0);
  const place = useMemo(() => (active === undefined ? -1 : order.indexOf(active)), [order, active]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) {
      return undefined;
    }
    const measure = () => setHeight(element.clientHeight);
    measure();
    if (typeof ResizeObserver === 'undefined') {
      return undefined;
    }
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const count = order.length;
  const hasTotals = count > 0 && columns.some(({ total }) => total !== undefined);
  const around = HEADER_HEIGHT + (hasTotals ? ROW_HEIGHT : 0);
  const whole = count * ROW_HEIGHT + around;
  const shown = Math.min(whole, MAX_HEIGHT);
  const room = Math.max(1, shown - height);
  const scale = Math.max(1, (whole - height) / room);
  const top = Math.min(scrollTop, room) * scale;
  const inView = Math.ceil(Math.max(height - around, ROW_HEIGHT) / ROW_HEIGHT);
  const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - SPARE);
  const last = Math.min(count, Math.floor(top / ROW_HEIGHT) + inView + SPARE + 1);
  const template = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') };

  const goTo = (wantedPlace: number) => {
    const next = Math.max(0, Math.min(wantedPlace, count - 1));
    onActive(order[next]);
    const element = scroller.current;
    if (element) {
      const upper = next * ROW_HEIGHT;
      const lower = upper + ROW_HEIGHT + around;
      const wanted = upper < top ? upper : lower > top + height ? lower - height : top;
      if (wanted !== top) {
        element.scrollTop = wanted / scale;
      }
    }
  };
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: place + 1,
    ArrowUp: place - 1,
    PageDown: place + inView - 1,
    PageUp: place - inView + 1,
    Home: 0,
    End: count - 1,
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== event.currentTarget || count === 0) {
      return;
    }
    if (event.key in moves) {
      event.preventDefault();
      goTo(moves[event.key]);
    } else if (event.key === 'Enter' && active !== undefined && place >= 0) {
      event.preventDefault();
      onOpen(active);
    }
  };
  const sortBy = (column: TableColumn) =>
    onSort?.({
      id: column.id,
      descending: sort?.id === column.id ? !sort.descending : column.numeric === true,
    });
  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={styles.scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={count + (hasTotals ? 2 : 1)}
        aria-activedescendant={place >= first && place < last ? `${id}-${place}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onScroll={({ currentTarget }) => setScrollTop(currentTarget.scrollTop)}
      >
        <div style={{ height: shown, minWidth }} role="presentation">
          <div className={styles.window} style={{ height }} role="presentation">
            <div className={cx(styles.row, styles.header)} style={template} role="row" aria-rowindex={1}>
              {columns.map((column) => {
                const isSorted = sort?.id === column.id;
                return (
                  <div
                    key={column.id}
                    role="columnheader"
                    className={cx(styles.cell, column.numeric && styles.number)}
                    aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : undefined}
                    title={column.hint ?? column.title}
                  >
                    {column.sortable ? (
                      <button type="button" className={styles.sort} onClick={() => sortBy(column)}>
                        <span className={styles.cell}>{column.title}</span>
                        {isSorted && <Icon name={sort.descending ? 'arrow-down' : 'arrow-up'} size="xs" aria-hidden />}
                      </button>
                    ) : (
                      column.title
                    )}
                  </div>
                );
              })}
            </div>
            <div className={styles.rows} style={{ bottom: around - HEADER_HEIGHT }} role="presentation">
              {Array.from({ length: Math.max(0, last - first) }, (_, index) => {
                const at = first + index;
                const row = order[at];
                return (
                  <div
                    key={at}
                    id={`${id}-${at}`}
                    role="row"
                    tabIndex={-1}
                    aria-rowindex={at + 2}
                    aria-selected={at === place}
                    className={cx(styles.row, styles.body, at === place && styles.active)}
                    style={{ ...template, top: at * ROW_HEIGHT - top }}
                    onClick={() => {
                      onActive(row);
                      onOpen(row);
                    }}
                  >
                    {columns.map((column) => (
                      <div key={column.id} role="gridcell" className={cx(styles.cell, column.numeric && styles.number)}>
                        {column.render(row)}
                      </div>
                    ))}
                  </div>
                );
              })}
            </div>
            {hasTotals && (
              <div className={cx(styles.row, styles.totals)} style={template} role="row" aria-rowindex={count + 2}>
                {columns.map(({ id: column, numeric, total }) => (
                  <div key={column} role="gridcell" className={cx(styles.cell, numeric && styles.number)}>
                    {total}
                  </div>
                ))}
              </div>
            )}
          </div>
        </div>
      </div>
      {footer !== undefined && <div className={styles.footer}>{footer}</div>}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({ display: 'flex', flexDirection: 'column', flex: 1, minHeight: 0, minWidth: 0 }),
  scroller: css({ flex: 1, minHeight: 0, overflow: 'auto', '&:focus-visible': { outlineOffset: -2 } }),
  window: css({ position: 'sticky', top: 0, overflow: 'hidden' }),
  header: css({
    height: HEADER_HEIGHT,
    background: theme.colors.background.primary,
    color: theme.colors.text.secondary,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  rows: css({ position: 'absolute', insetInline: 0, top: HEADER_HEIGHT, overflow: 'hidden' }),
  row: css({
    display: 'grid',
    alignItems: 'center',
    columnGap: theme.spacing(1.5),
    padding: theme.spacing(0, 1),
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  body: css({
    position: 'absolute',
    insetInline: 0,
    height: ROW_HEIGHT,
    cursor: 'pointer',
    '&:hover': { background: theme.colors.action.hover },
  }),
  totals: css({
    position: 'absolute',
    insetInline: 0,
    bottom: 0,
    height: ROW_HEIGHT,
    background: theme.colors.background.primary,
    borderTop: `1px solid ${theme.colors.border.weak}`,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  active: css({ background: theme.colors.action.selected }),
  cell: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', minWidth: 0 }),
  number: css({ textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
  sort: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: 2,
    maxWidth: '100%',
    padding: 0,
    border: 'none',
    background: 'none',
    color: 'inherit',
    font: 'inherit',
    cursor: 'pointer',
    '&:hover': { color: theme.colors.text.primary },
  }),
  footer: css({
    flexShrink: 0,
    padding: theme.spacing(0.5, 1),
    borderTop: `1px solid ${theme.colors.border.weak}`,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
