import React, { useRef, useState } from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

interface Props {
  /** Falsy: there is none, and the rest has all the room. */
  side: React.ReactNode;
  /** The side covers the rest. */
  isNarrow: boolean;
  children: React.ReactNode;
}

const LEAST = 280;
const STEP = 24;
const KEPT = 'clew.waterfall.drawerWidth';

/** What is beside the waterfall, with a border that can be moved by pointer and keys. */
export function SideBySide({ side, isNarrow, children }: Props) {
  const styles = useStyles2(getStyles);
  const root = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(keptWidth);
  const resize = (wanted: number) => {
    const room = root.current?.clientWidth ?? 0;
    const next = Math.round(Math.max(LEAST, Math.min(wanted, room - LEAST)));
    setWidth(next);
    keepWidth(next);
  };
  const onPointerDown = (event: React.PointerEvent<HTMLDivElement>) => {
    const handle = event.currentTarget;
    const right = root.current?.getBoundingClientRect().right ?? 0;
    handle.setPointerCapture(event.pointerId);
    const onMove = (move: PointerEvent) => resize(right - move.clientX);
    const onUp = () => {
      handle.removeEventListener('pointermove', onMove);
      handle.removeEventListener('pointerup', onUp);
      handle.removeEventListener('pointercancel', onUp);
    };
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener('pointerup', onUp);
    handle.addEventListener('pointercancel', onUp);
  };
  return (
    <div ref={root} className={styles.root}>
      <div className={styles.main}>{children}</div>
      {side && !isNarrow && (
        <div
          className={styles.handle}
          role="separator"
          aria-orientation="vertical"
          aria-label="Width of the details"
          aria-valuenow={width}
          aria-valuemin={LEAST}
          aria-valuemax={2000}
          tabIndex={0}
          onPointerDown={onPointerDown}
          onKeyDown={(event) => {
            if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
              event.preventDefault();
              resize(width + (event.key === 'ArrowLeft' ? STEP : -STEP));
            }
          }}
        />
      )}
      {side && (
        <div className={cx(styles.side, isNarrow && styles.cover)} style={isNarrow ? undefined : { width }}>
          {side}
        </div>
      )}
    </div>
  );
}

function keptWidth(): number {
  try {
    return Number(window.localStorage.getItem(KEPT)) || 420;
  } catch {
    return 420;
  }
}

function keepWidth(width: number): void {
  try {
    window.localStorage.setItem(KEPT, String(width));
  } catch {
    // Where nothing may be stored, the width is what it is today.
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({
    position: 'relative',
    display: 'flex',
    flex: 1,
    minHeight: 0,
    borderTop: `1px solid ${theme.colors.border.weak}`,
  }),
  main: css({ position: 'relative', display: 'flex', flex: 1, minWidth: 0, minHeight: 0 }),
  handle: css({
    flexShrink: 0,
    width: 5,
    cursor: 'col-resize',
    touchAction: 'none',
    borderLeft: `1px solid ${theme.colors.border.weak}`,
    '&:hover, &:focus-visible': { background: theme.colors.primary.border },
  }),
  side: css({ flexShrink: 0, maxWidth: '80%', minHeight: 0 }),
  cover: css({ position: 'absolute', inset: 0, maxWidth: '100%', zIndex: theme.zIndex.navbarFixed }),
});
