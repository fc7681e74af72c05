import React, {
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
} from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, IconButton, useStyles2 } from '@grafana/ui';
import { formatCount } from '../../../shared/format';
import { useSize, type Size } from '../../view/useSize';
import { type AnalysisViewProps } from '../analysisView';
import { MapDetails } from './MapDetails';
import { MapEdges } from './MapEdges';
import { mapGraph, matchesByService, type MapGraph } from './mapGraph';
import { mapLayout, NODE_HEIGHT, type MapLayout } from './mapLayout';
import { MapNode, type MapService } from './MapNode';
import { MapTable } from './MapTable';
import { counted } from './mapTexts';

/** Fitted no smaller than this: below it nothing can be read, and the map scrolls. */
const SMALLEST_FIT = 0.7;
const [SMALLEST, LARGEST, ZOOM_STEP] = [0.25, 2, 1.25];

/** The services of a trace, and who calls whom. */
export function MapView({ table, analysis, matches, serviceColour, onSearch }: AnalysisViewProps) {
  const styles = useStyles2(getStyles);
  const map = analysis.services;
  const graph = useMemo(() => mapGraph(map), [map]);
  const layout = useMemo(() => mapLayout(graph.services.length, graph.edges), [graph]);
  const found = useMemo(() => matches && matchesByService(map, table.columns.services, matches), [map, table, matches]);
  const services = useMemo(
    () =>
      graph.services.map((at, place): MapService => {
        const service = table.services.get(map.services[at]);
        return {
          place,
          service,
          name: service || '(no service name)',
          spans: map.spans[at],
          errors: map.errors[at],
          selfNs: map.selfNs[at],
          found: found?.[at],
        };
      }),
    [graph, map, table, found]
  );
  const names = useMemo(() => services.map(({ name }) => name), [services]);
  // As they stand, from left to right: the order in which Tab goes through them.
  const inOrder = useMemo(() => {
    const at = ({ place }: MapService) => layout.nodes[place];
    return services.slice().sort((left, right) => at(left).x - at(right).x || at(left).y - at(right).y);
  }, [services, layout]);
  const [chosen, setChosen] = useState<{ readonly graph: MapGraph; readonly place: number }>();
  const selected = chosen?.graph === graph ? chosen.place : undefined;
  const [hovered, setHovered] = useState<number>();
  const scroller = useRef<HTMLDivElement>(null);
  const size = useSize(scroller);
  const [zoom, setZoom] = useState<number>();
  const fit = Math.max(SMALLEST_FIT, Math.min(1, size.width / layout.width, size.height / layout.height));
  const scale = zoom ?? fit;
  useSteadyScroll(scroller, scale, layout, size);
  const drag = useDragToScroll();
  const zoomBy = (factor: number) => setZoom(Math.min(LARGEST, Math.max(SMALLEST, scale * factor)));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && selected !== undefined) {
      setChosen(undefined);
      event.stopPropagation();
    }
  };
  if (services.length === 0) {
    return (
      <div className={styles.empty} role="status">
        The trace has no spans.
      </div>
    );
  }
  return (
    // Escape lets go of the chosen service, wherever in the map the focus is.
    <div className={styles.view} onKeyDown={onKeyDown}>
      <div className={styles.toolbar}>
        <span className={styles.hint}>{hintOf(graph, found)}</span>
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
              aria-label="Services of the trace"
              style={{ width: layout.width, height: layout.height, transform: `scale(${scale})` }}
            >
              <MapEdges graph={graph} layout={layout} names={names} marked={hovered ?? selected} />
              {inOrder.map((service) => (
                <MapNode
                  key={service.place}
                  service={service}
                  at={layout.nodes[service.place]}
                  totalNs={graph.totalNs}
                  colour={serviceColour(service.service)}
                  isSelected={service.place === selected}
                  onSelect={() => setChosen(service.place === selected ? undefined : { graph, place: service.place })}
                  onHover={(isOver) => setHovered(isOver ? service.place : undefined)}
                />
              ))}
            </div>
          </div>
        </div>
      </div>
      {selected !== undefined && (
        <MapDetails
          graph={graph}
          service={services[selected]}
          names={names}
          colour={serviceColour(services[selected].service)}
          onSearch={onSearch}
        />
      )}
      <MapTable graph={graph} names={names} />
    </div>
  );
}

function hintOf(graph: MapGraph, found: Uint32Array | undefined): string {
  const { services, leftOut, edges, ownCalls } = graph;
  const parts: string[] = [];
  if (leftOut > 0) {
    parts.push(
      `The ${formatCount(services.length)} services with the most self time, of ${formatCount(services.length + leftOut)}.`
    );
  } else if (edges.length === 0) {
    const isQuiet = ownCalls.every((calls) => calls === undefined);
    const what = services.length === 1 ? 'One service' : counted(services.length, 'service');
    parts.push(
      isQuiet || services.length > 1 ? `${what}, and no calls between services.` : `${what}, which calls itself.`
    );
  } else {
    parts.push(`${counted(services.length, 'service')}. Bars are shares of the self time.`);
  }
  if (edges.some(({ queued }) => queued > 0)) {
    parts.push('Dashed: through queues.');
  }
  if (found) {
    const hits = graph.services.reduce((sum, service) => sum + (found[service] > 0 ? 1 : 0), 0);
    parts.push(`${formatCount(hits)} with spans that the search finds.`);
  }
  return parts.join(' ');
}

/** What is in the middle stays there when the scale changes; at first that is where the trace begins. */
function useSteadyScroll(
  scroller: RefObject<HTMLDivElement>,
  scale: number,
  layout: MapLayout,
  { width, height }: Size
) {
  const last = useRef<{ readonly layout: MapLayout; readonly scale: number }>();
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || width === 0 || height === 0) {
      return;
    }
    if (last.current?.layout !== layout) {
      const { x, y } = layout.nodes[0];
      element.scrollTo(x < width ? 0 : x * scale, (y + NODE_HEIGHT / 2) * scale - height / 2);
    } else if (last.current.scale !== scale) {
      const factor = scale / last.current.scale;
      element.scrollTo(
        (element.scrollLeft + width / 2) * factor - width / 2,
        (element.scrollTop + height / 2) * factor - height / 2
      );
    }
    last.current = { layout, scale };
  }, [scroller, scale, layout, width, height]);
}

/** The map follows the pointer that holds it. */
function useDragToScroll() {
  const held = useRef<{ readonly x: number; readonly y: number; readonly left: number; readonly top: number }>();
  const onPointerDown = useCallback((event: PointerEvent<HTMLDivElement>) => {
    const isOnService = event.target instanceof Element && event.target.closest('button') !== null;
    if (event.button === 0 && event.pointerType === 'mouse' && !isOnService) {
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
  view: css({ position: 'relative', display: 'flex', flexDirection: 'column', height: '100%', minHeight: 160 }),
  toolbar: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    padding: theme.spacing(0.75, 1),
  }),
  hint: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  zoom: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5) }),
  frame: css({ position: 'relative', flex: 1, minHeight: 0 }),
  scroller: css({ position: 'absolute', inset: 0, overflow: 'auto', display: 'flex' }),
  // Margins, not the box's alignment: what is larger than the box can be scrolled to its beginning.
  sheet: css({ margin: 'auto', flexShrink: 0 }),
  content: css({ position: 'relative', transformOrigin: '0 0' }),
  empty: css({ padding: theme.spacing(1), color: theme.colors.text.secondary }),
});
