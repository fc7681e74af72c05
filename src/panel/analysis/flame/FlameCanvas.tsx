import React, {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
} from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type TraceTable } from '../../trace/traceTable';
import { timelineThemeOf } from '../../view/timelineThemeOf';
import { useSize } from '../../view/useSize';
import { FlamePainter, ROW_HEIGHT } from './drawFlame';
import { FlameCard } from './FlameCard';
import { type FlameMode } from './flameFacts';
import { boxAt, boxesIn, REST, rowOf, rowsOf, type FlamePlaces } from './flameLayout';
import { FlameTable } from './FlameTable';
import { stepFrom, stepOfKey } from './flameWalk';

interface Props {
  readonly table: TraceTable;
  readonly places: FlamePlaces;
  readonly mode: FlameMode;
  readonly zoom: number;
  readonly selected: number;
  readonly matched: Uint32Array | undefined;
  readonly serviceColour: (service: string) => string;
  readonly onSelect: (node: number) => void;
  readonly onZoom: (node: number) => void;
  /** Back to all. */
  readonly onZoomOut: () => void;
  /** Whether there is anything to zoom out of. */
  readonly isZoomed: boolean;
  readonly onShow: (node: number) => void;
}

interface Hovered {
  readonly node: number;
  readonly isRest: boolean;
  /** CSS pixels from the left upper corner of what is seen. */
  readonly x: number;
  readonly y: number;
}

/** The picture: boxes on a canvas that is as large as what is seen of it, in a box that scrolls. */
export function FlameCanvas(props: Props) {
  const { table, places, mode, zoom, selected, matched, serviceColour, onSelect, onZoom, onZoomOut, isZoomed, onShow } =
    props;
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(scroller);
  const [scrollTop, setScrollTop] = useState(0);
  const [hovered, setHovered] = useState<Hovered>();
  const [isFocused, setFocused] = useState(false);
  const painter = useMemo(() => new FlamePainter(timelineThemeOf(theme), serviceColour), [theme, serviceColour]);
  const [loads, setLoads] = useState(0);
  useEffect(() => {
    // Widths of letters are other ones when the page's font has come.
    const onLoaded = () => {
      painter.forgetWidths();
      setLoads((before) => before + 1);
    };
    document.fonts?.addEventListener('loadingdone', onLoaded);
    return () => document.fonts?.removeEventListener('loadingdone', onLoaded);
  }, [painter]);
  const rows = useMemo(() => rowsOf(places, zoom, width), [places, zoom, width]);
  const boxes = useMemo(
    () =>
      boxesIn(places, {
        zoom,
        width,
        firstRow: Math.floor(scrollTop / ROW_HEIGHT),
        lastRow: Math.ceil((scrollTop + height) / ROW_HEIGHT),
      }),
    [places, zoom, width, height, scrollTop]
  );
  const hoveredNode = hovered?.node;
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d', { alpha: false });
    if (!canvas.current || !context || width === 0 || height === 0) {
      return;
    }
    const ratio = window.devicePixelRatio || 1;
    const [deviceWidth, deviceHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.current.width !== deviceWidth || canvas.current.height !== deviceHeight) {
      canvas.current.width = deviceWidth;
      canvas.current.height = deviceHeight;
    }
    painter.draw(
      context,
      { table, places, boxes, mode, matched, hovered: hoveredNode, selected, isFocused, width, height, scrollTop },
      ratio
    );
  }, [painter, table, places, boxes, mode, matched, hoveredNode, selected, isFocused, width, height, scrollTop, loads]);

  const reveal = useCallback(
    (node: number) => {
      const element = scroller.current;
      const top = rowOf(places, node) * ROW_HEIGHT;
      if (element && (top < element.scrollTop || top + ROW_HEIGHT > element.scrollTop + element.clientHeight)) {
        element.scrollTop = Math.max(0, top - element.clientHeight / 3);
      }
    },
    [places]
  );
  const placeOf = (event: MouseEvent): Hovered | undefined => {
    const box = scroller.current?.getBoundingClientRect();
    if (!box) {
      return undefined;
    }
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const at = boxAt(boxes, Math.floor((y + scrollTop) / ROW_HEIGHT), x);
    return at === -1 ? undefined : { node: boxes.nodes[at], isRest: boxes.kinds[at] === REST, x, y };
  };
  const onClick = (event: MouseEvent) => {
    const place = placeOf(event);
    if (!place) {
      return;
    }
    onSelect(place.node);
    if (event.ctrlKey || event.metaKey) {
      onShow(place.node);
    } else {
      onZoom(place.node);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const step = stepOfKey(event.key);
    if (step) {
      const next = stepFrom(places, selected, step);
      onSelect(next);
      reveal(next);
    } else if (event.key === 'Enter') {
      onZoom(selected);
    } else if (event.key === 'Escape' && isZoomed) {
      onZoomOut();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={styles.scroller}
        // The keys of a tree: arrows walk, Enter zooms.
        role="application"
        aria-label="Flame graph. Arrow keys walk, Enter zooms in, Escape zooms out."
        tabIndex={0}
        onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
        onMouseMove={(event) => setHovered(placeOf(event))}
        onMouseLeave={() => setHovered(undefined)}
        onClick={onClick}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
      >
        <div style={{ height: rows * ROW_HEIGHT }} className={styles.content}>
          <canvas ref={canvas} className={styles.canvas} style={{ width, height }} aria-hidden />
        </div>
      </div>
      {hovered && (
        <FlameCard
          table={table}
          places={places}
          mode={mode}
          node={hovered.node}
          isRest={hovered.isRest}
          matched={matched}
          serviceColour={serviceColour}
          x={hovered.x}
          y={hovered.y}
          width={width}
          height={height}
        />
      )}
      <FlameTable table={table} places={places} mode={mode} zoom={zoom} selected={selected} width={width} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({ position: 'relative', flex: 1, minHeight: 0 }),
  scroller: css({
    position: 'absolute',
    inset: 0,
    overflowX: 'hidden',
    overflowY: 'auto',
    cursor: 'pointer',
    outline: 'none',
    '&:focus-visible': { boxShadow: `0 0 0 2px ${theme.colors.primary.main}` },
  }),
  content: css({ minHeight: '100%' }),
  canvas: css({ position: 'sticky', top: 0, display: 'block' }),
});
