import React, { useCallback, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useSize } from '../../../shared/useSize';
import { type LogEntry } from './entries';
import { LogDetails } from './LogDetails';
import { LogCells, type RowLook } from './LogRow';
import { OpenRows } from './openRows';

interface Props extends RowLook {
  readonly entries: readonly LogEntry[];
  readonly selected: number | undefined;
  readonly onShowSpan: (node: number) => void;
}

const ROW_HEIGHT = 24;
/** Until it is measured. */
const FIRST_HEIGHT = 160;
const SPARE = 4;
/** Narrower, levels and services are colours alone. */
const NARROW = 620;

/** Lines by the thousand: those in view are there. Arrows, Home, End, Page up and down; Enter shows the span, the right arrow all of the line. */
export function LogList({ entries, selected, onShowSpan, ...look }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(scroller);
  const [scrollTop, setScrollTop] = useState(0);
  const [activeKey, setActiveKey] = useState<string>();
  const [open, setOpen] = useState<ReadonlyMap<string, number>>(new Map());
  const isNarrow = width > 0 && width < NARROW;

  const rows = useMemo(() => {
    const places = new Map<number, number>();
    if (open.size > 0) {
      entries.forEach(({ key }, place) => {
        const details = open.get(key);
        if (details !== undefined) {
          places.set(place, details);
        }
      });
    }
    return new OpenRows(entries.length, ROW_HEIGHT, places);
  }, [entries, open]);
  const active = useMemo(() => entries.findIndex(({ key }) => key === activeKey), [entries, activeKey]);
  const top = Math.max(0, Math.min(scrollTop, rows.height - height));
  const first = Math.max(0, rows.placeAt(top) - SPARE);
  const last = Math.min(entries.length, rows.placeAt(top + Math.max(height, ROW_HEIGHT)) + 1 + SPARE);

  const toggle = (key: string, wanted?: boolean) =>
    setOpen((before) => {
      const next = new Map(before);
      if (wanted ?? !before.has(key)) {
        next.set(key, before.get(key) ?? FIRST_HEIGHT);
      } else {
        next.delete(key);
      }
      return next;
    });
  const measure = useCallback(
    (key: string, measured: number) =>
      setOpen((before) =>
        before.get(key) === measured || !before.has(key) ? before : new Map(before).set(key, measured)
      ),
    []
  );
  const goTo = (place: number) => {
    const next = Math.max(0, Math.min(place, entries.length - 1));
    setActiveKey(entries[next].key);
    const element = scroller.current;
    const upper = rows.topOf(next);
    if (element && upper < top) {
      element.scrollTop = upper;
    } else if (element && upper + ROW_HEIGHT > top + height) {
      element.scrollTop = upper + ROW_HEIGHT - height;
    }
  };
  const show = (entry: LogEntry) => {
    setActiveKey(entry.key);
    if (entry.node >= 0) {
      onShowSpan(entry.node);
    } else {
      toggle(entry.key);
    }
  };
  const page = Math.max(1, Math.floor(height / ROW_HEIGHT) - 1);
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== event.currentTarget || entries.length === 0) {
      return;
    }
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: entries.length - 1,
    };
    const entry = entries[active];
    if (event.key in moves) {
      goTo(moves[event.key]);
    } else if (entry && (event.key === 'ArrowRight' || event.key === 'ArrowLeft')) {
      toggle(entry.key, event.key === 'ArrowRight');
    } else if (entry && event.key === 'Enter') {
      show(entry);
    } else {
      return;
    }
    event.preventDefault();
  };
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="treegrid"
      aria-label="Log lines"
      aria-rowcount={entries.length}
      aria-activedescendant={active >= first && active < last ? `${id}-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget }) => setScrollTop(currentTarget.scrollTop)}
    >
      <div className={styles.whole} style={{ height: rows.height }} role="presentation">
        {entries.slice(first, last).map((entry, index) => {
          const place = first + index;
          const isOpen = open.has(entry.key);
          return (
            <div key={entry.key} className={styles.entry} style={{ top: rows.topOf(place) }} role="presentation">
              <div
                id={`${id}-${place}`}
                role="row"
                tabIndex={-1}
                aria-rowindex={place + 1}
                aria-expanded={isOpen}
                aria-selected={place === active}
                className={cx(
                  styles.row,
                  entry.node >= 0 && entry.node === selected && styles.ofSelected,
                  place === active && styles.active
                )}
                style={{ height: ROW_HEIGHT }}
                onClick={() => show(entry)}
              >
                <LogCells
                  {...look}
                  entry={entry}
                  isNarrow={isNarrow}
                  isOpen={isOpen}
                  onToggle={() => {
                    setActiveKey(entry.key);
                    toggle(entry.key);
                  }}
                />
              </div>
              {isOpen && (
                <Measured of={entry.key} onHeight={measure}>
                  <LogDetails
                    entry={entry}
                    timeZone={look.timeZone}
                    onShowSpan={entry.node >= 0 ? () => onShowSpan(entry.node) : undefined}
                  />
                </Measured>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Measured({
  of,
  onHeight,
  children,
}: {
  of: string;
  onHeight: (key: string, height: number) => void;
  children: React.ReactNode;
}) {
  const element = useRef<HTMLDivElement>(null);
  const { height } = useSize(element);
  useLayoutEffect(() => {
    if (height > 0) {
      onHeight(of, Math.ceil(height));
    }
  }, [of, height, onHeight]);
  return (
    <div ref={element} role="row">
      <div role="gridcell">{children}</div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  // Below the pointer too: secondary text on two shades at once is hard to read.
  const shaded = { '&, &:hover': { background: theme.colors.background.secondary } };
  return {
    scroller: css({
      position: 'relative',
      flex: 1,
      minHeight: 0,
      overflowX: 'hidden',
      overflowY: 'auto',
      '&:focus-visible': { outlineOffset: -2 },
    }),
    whole: css({ position: 'relative' }),
    entry: css({ position: 'absolute', insetInline: 0 }),
    row: css({
      display: 'flex',
      alignItems: 'center',
      cursor: 'pointer',
      fontSize: theme.typography.bodySmall.fontSize,
      '&:hover': { background: theme.colors.action.hover },
    }),
    ofSelected: css(shaded),
    active: css({ ...shaded, boxShadow: `inset 2px 0 ${theme.colors.primary.main}` }),
  };
};
