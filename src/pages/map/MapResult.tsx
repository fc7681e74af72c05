import React, { useCallback, useMemo, useState, type KeyboardEvent } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, Input, useStyles2, useTheme2, type IconName } from '@grafana/ui';
import { formatCount, formatDurationMs } from '../../shared/format';
import { MapBox } from '../../shared/serviceMap/MapBox';
import { MapEdges } from '../../shared/serviceMap/MapEdges';
import { mapLayout } from '../../shared/serviceMap/mapLayout';
import { MapSheet } from '../../shared/serviceMap/MapSheet';
import { MapTable } from '../../shared/serviceMap/MapTable';
import { counted } from '../../shared/serviceMap/mapTexts';
import { type MapNodeKind, type ServiceMapJson } from '../../shared/serviceMap/serviceMapJson';
import { type TimeWindow } from '../../shared/storeClient';
import { MapStrip, type Chosen, type StripLink } from './MapStrip';
import { mapPicture, type MapPicture, type PictureEdge } from './mapPicture';
import { edgeLabel, edgeTitle, failedShare, minutesOf, nodeLabel, nodeNumbers } from './mapTexts';

interface Props {
  readonly map: ServiceMapJson;
  readonly window: TimeWindow;
  readonly query: string;
  readonly chosen: Chosen;
  readonly link: StripLink;
  readonly onChoose: (chosen: Chosen) => void;
  readonly onNarrow: (condition: string) => void;
  /** Undefined: all that can be read was read. */
  readonly onReadMore: (() => void) | undefined;
}

/** CSS pixels: rates and durations stand on the arrows. */
const LAYER_GAP = 140;
/** Numbers on the arrows have to be read. */
const SMALLEST_FIT = 0.75;

const ICONS: Readonly<Record<Exclude<MapNodeKind, 'service'>, IconName>> = {
  database: 'database',
  queue: 'list-ul',
  external: 'cloud',
};

/** The map, and beside it what is chosen in it. */
export function MapResult({ map, window, query, chosen, link, onChoose, onNarrow, onReadMore }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const picture = useMemo(() => mapPicture(map), [map]);
  const { nodes, names, edges, ownCalls } = picture;
  const layout = useMemo(() => mapLayout(nodes.length, edges, LAYER_GAP), [nodes, edges]);
  const minutes = minutesOf(map, window);
  const labelOf = useCallback((edge: PictureEdge) => edgeLabel(edge, minutes), [minutes]);
  const titleOf = useCallback((edge: PictureEdge) => edgeTitle(edge, names, minutes), [names, minutes]);
  const chooseEdge = useCallback((edge: number) => onChoose({ edge: edges[edge].id }), [edges, onChoose]);
  const [hovered, setHovered] = useState<number>();
  const [find, setFind] = useState('');
  const part = find.trim().toLowerCase();
  const isFound = (place: number) =>
    part === '' || `${names[place]} ${nodes[place].service}`.toLowerCase().includes(part);
  const found = nodes.flatMap((_, place) => (isFound(place) ? [place] : []));
  // As they stand, from left to right: the order in which Tab goes through them.
  const inOrder = useMemo(() => {
    const places = nodes.map((_, place) => place);
    const at = layout.nodes;
    return places.sort((left, right) => at[left].x - at[right].x || at[left].y - at[right].y);
  }, [nodes, layout]);
  const place = nodes.findIndex(({ id }) => id === chosen.node);
  const edge = edges.findIndex(({ id }) => id === chosen.edge);
  const selected = place === -1 ? undefined : place;
  const isAnything = place !== -1 || edge !== -1;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && isAnything) {
      onChoose({});
      event.stopPropagation();
    }
  };
  const inSight = part !== '' ? found[0] : (selected ?? edges[edge]?.to);
  return (
    // Escape lets go of what is chosen, wherever in the map the focus is.
    <div className={styles.result} onKeyDown={onKeyDown}>
      <MapSheet
        layout={layout}
        of={query}
        first={inOrder[0]}
        label="Service map"
        smallestFit={SMALLEST_FIT}
        inSight={inSight}
        head={
          <div className={styles.head}>
            <div className={styles.find}>
              <Input
                aria-label="Find a service"
                placeholder="Find a service"
                value={find}
                onChange={({ currentTarget }) => setFind(currentTarget.value)}
                onKeyDown={({ key }) => {
                  if (key === 'Enter' && part !== '' && found.length > 0) {
                    onChoose({ node: nodes[found[0]].id });
                  }
                }}
              />
            </div>
            <span className={styles.hint}>
              {part !== '' && `${formatCount(found.length)} found. `}
              {hintOf(map, picture, minutes)}
              {chosen.node !== undefined && place === -1 && ' What was chosen is not in these traces.'}
            </span>
            {onReadMore && (
              <Button size="sm" variant="secondary" fill="text" onClick={onReadMore}>
                Read up to 20,000
              </Button>
            )}
          </div>
        }
      >
        <MapEdges
          edges={edges}
          ownCalls={ownCalls}
          layout={layout}
          marked={hovered ?? selected}
          selected={edge === -1 ? undefined : edge}
          labelOf={labelOf}
          titleOf={titleOf}
          onSelect={chooseEdge}
        />
        {inOrder.map((at) => {
          const node = nodes[at];
          return (
            <MapBox
              key={node.id}
              at={layout.nodes[at]}
              name={names[at]}
              mark={
                node.kind === 'service' ? undefined : <Icon name={ICONS[node.kind]} size="sm" className={styles.icon} />
              }
              label={nodeLabel(node, names[at], minutes)}
              problem={failedShare(node)}
              numbers={nodeNumbers(node, minutes)}
              share={node.requests > 0 ? node.failedRequests / node.requests : 0}
              colour={theme.colors.error.main}
              isSelected={at === place}
              isDimmed={!isFound(at)}
              isPeer={node.kind !== 'service'}
              onSelect={() => onChoose(at === place ? {} : { node: node.id })}
              onHover={(isOver) => setHovered(isOver ? at : undefined)}
            />
          );
        })}
      </MapSheet>
      {isAnything && (
        <MapStrip
          picture={picture}
          place={place}
          edge={edge}
          minutes={minutes}
          query={query}
          link={link}
          onChoose={onChoose}
          onNarrow={onNarrow}
        />
      )}
      <MapTable edges={edges} names={names} />
    </div>
  );
}

function hintOf({ traces, truncated }: ServiceMapJson, { nodes, leftOut }: MapPicture, minutes: number): string {
  const services = nodes.filter(({ kind }) => kind === 'service').length;
  const parts = [
    leftOut > 0
      ? `The ${formatCount(nodes.length)} of ${formatCount(nodes.length + leftOut)} of which the most was asked.`
      : `${counted(services, 'service')}, ${counted(nodes.length - services, 'other')}.`,
    truncated
      ? `Newest ${counted(traces, 'trace')}, ${formatDurationMs(minutes * 60_000)}.`
      : `${counted(traces, 'trace')}.`,
  ];
  return parts.join(' ');
}

const getStyles = (theme: GrafanaTheme2) => ({
  result: css({
    position: 'relative',
    display: 'flex',
    // As high as the window lets it, below the page's head.
    height: 'max(420px, calc(100vh - 300px))',
    border: `1px solid ${theme.colors.border.weak}`,
    background: theme.colors.background.primary,
    [theme.breakpoints.down('md')]: { flexDirection: 'column' },
  }),
  head: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1, 2), minWidth: 0 }),
  find: css({ width: 200 }),
  hint: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  icon: css({ marginRight: theme.spacing(0.5), color: theme.colors.text.secondary }),
});
