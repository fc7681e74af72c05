import React, {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type PointerEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, IconButton, useStyles2 } from '@grafana/ui';
import { useSize, type Size } from '../useSize';
import { NODE_HEIGHT, NODE_WIDTH, type MapLayout } from './mapLayout';

const SMALLEST_FIT = 0.7;
const [SMALLEST, LARGEST, ZOOM_STEP] = [0.25, 2, 1.25];

interface Props {
  readonly layout: MapLayout;
  /** What the map is of. */
  readonly label: string;
  /** When this changes, the map is of something else, and is seen from its beginning. */
  readonly of: unknown;
  /** The node where it begins, by its place. */
  readonly first?: number;
  /** Above the map, before the buttons for its size. */
  readonly head: ReactNode;
  /** Fitted no smaller than this: below it nothing can be read, and the map scrolls. */
  readonly smallestFit?: number;
  /** The node that has to be in sight, by its place. */
  readonly inSight?: number;
  /** Drawn where the layout says, in its coordinates. */
  readonly children: ReactNode;
}

/** A map that can be drawn larger and smaller, and moved. At least one node. */
export function MapSheet({ layout, label, head, of, first = 0, smallestFit = SMALLEST_FIT, inSight, children }: Props) {
  const styles = useStyles2(getStyles);
  const scroller = useRef<HTMLDivElement>(null);
  const size = useSize(scroller);
  const [zoom, setZoom] = useState<number>();
  const fit = Math.max(smallestFit, Math.min(1, size.width / layout.width, size.height / layout.height));
  const scale = zoom ?? fit;
  useSteadyScroll(scroller, scale, layout, size, { of, first });
  useScrollInSight(scroller, scale, layout, size, { of, place: inSight });
  const drag = useDragToScroll();
  const zoomBy = (factor: number) => setZoom(Math.min(LARGEST, Math.max(SMALLEST, scale * factor)));
  return (
    <div className={styles.view}>
      <div className={styles.toolbar}>
        {head}
        <span className={styles.zoom}>
          <IconButton name="search-minus" tooltip="Smaller" onClick={() => zoomBy(1 / ZOOM_STEP)} />
          <IconButton name="search-plus" tooltip="Larger" onClick={() => zoomBy(ZOOM_STEP)} />
          <Button
            size="sm"
            variant="secondary"
            fill="text"
            disabled={zoom === undefined}
            onClick={() => setZoom(undefined)}
          >
            Fit
          </Button>
        </span>
      </div>
      <div className={styles.frame}>
        <div ref={scroller} className={styles.scroller} {...drag}>
          <div className={styles.sheet} style={{ width: layout.width * scale, height: layout.height * scale }}>
            <div
              className={styles.content}
              role="group"
              aria-label={label}
              style={{ width: layout.width, height: layout.height, transform: `scale(${scale})` }}
            >
              {children}
            </div>
          </div>
        </div>
      </div>
    </div>
  );
}

/** What is in the middle stays there when the scale changes; of something new that is the node where it begins. */
function useSteadyScroll(
  scroller: RefObject<HTMLDivElement>,
  scale: number,
  layout: MapLayout,
  { width, height }: Size,
  { of, first }: { readonly of: unknown; readonly first: number }
) {
  const last = useRef<{ readonly of: unknown; readonly scale: number }>();
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || width === 0 || height === 0) {
      return;
    }
    if (last.current === undefined || last.current.of !== of) {
      const { x, y } = layout.nodes[first];
      element.scrollTo(x < width ? 0 : x * scale, (y + NODE_HEIGHT / 2) * scale - height / 2);
    } else if (last.current.scale !== scale) {
      const factor = scale / last.current.scale;
      element.scrollTo(
        (element.scrollLeft + width / 2) * factor - width / 2,
        (element.scrollTop + height / 2) * factor - height / 2
      );
    }
    last.current = { of, scale };
  }, [scroller, scale, layout, width, height, of, first]);
}

/** Scrolls to a node that came to be asked for, or was hidden when the room for the map changed. */
function useScrollInSight(
  scroller: RefObject<HTMLDivElement>,
  scale: number,
  layout: MapLayout,
  { width, height }: Size,
  { of, place }: { readonly of: unknown; readonly place: number | undefined }
) {
  const latest = useRef({ scale, layout });
  useLayoutEffect(() => {
    latest.current = { scale, layout };
  }, [scale, layout]);
  useEffect(() => {
    const element = scroller.current;
    const node = place === undefined ? undefined : latest.current.layout.nodes[place];
    if (!element || !node || width === 0 || height === 0) {
      return;
    }
    const by = latest.current.scale;
    const { scrollLeft, scrollTop } = element;
    const isInSight =
      node.x * by >= scrollLeft &&
      (node.x + NODE_WIDTH) * by <= scrollLeft + width &&
      node.y * by >= scrollTop &&
      (node.y + NODE_HEIGHT) * by <= scrollTop + height;
    if (!isInSight) {
      element.scrollTo((node.x + NODE_WIDTH / 2) * by - width / 2, (node.y + NODE_HEIGHT / 2) * by - height / 2);
    }
  }, [scroller, place, of, width, height]);
}

/** The map follows the pointer that holds it. */
function useDragToScroll() {
  const held = useRef<{ readonly x: number; readonly y: number; readonly left: number; readonly top: number }>();
  const onPointerDown = useCallback((event: PointerEvent<HTMLDivElement>) => {
    const isOnThing = event.target instanceof Element && event.target.closest('button, [data-arrow]') !== null;
    if (event.button === 0 && event.pointerType === 'mouse' && !isOnThing) {
      const { scrollLeft: left, scrollTop: top } = event.currentTarget;
      held.current = { x: event.clientX, y: event.clientY, left, top };
      event.currentTarget.setPointerCapture(event.pointerId);
    }
  }, []);
  const onPointerMove = useCallback((event: PointerEvent<HTMLDivElement>) => {
    if (held.current) {
      const { x, y, left, top } = held.current;
      event.currentTarget.scrollTo(left + x - event.clientX, top + y - event.clientY);
    }
  }, []);
  const letGo = useCallback(() => {
    held.current = undefined;
  }, []);
  return { onPointerDown, onPointerMove, onPointerUp: letGo, onPointerCancel: letGo };
}

const getStyles = (theme: GrafanaTheme2) => ({
  view: css({ display: 'flex', flexDirection: 'column', flex: 1, minWidth: 0, minHeight: 0 }),
  toolbar: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    padding: theme.spacing(0.75, 1),
  }),
  zoom: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5) }),
  frame: css({ position: 'relative', flex: 1, minHeight: 0 }),
  scroller: css({ position: 'absolute', inset: 0, overflow: 'auto', display: 'flex' }),
  // Margins, not the box's alignment: what is larger than the box can be scrolled to its beginning.
  sheet: css({ margin: 'auto', flexShrink: 0 }),
  content: css({ position: 'relative', transformOrigin: '0 0' }),
});
