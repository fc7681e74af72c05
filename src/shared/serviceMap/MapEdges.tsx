import React, { memo, useId, useMemo } from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { FAILING, type Calls, type MapEdge } from './mapEdge';
import { curveOf, MANY_ARROWS, NODE_WIDTH, type MapLayout } from './mapLayout';
import { placeLabels } from './mapLabels';

interface Props<Edge extends MapEdge> {
  readonly edges: readonly Edge[];
  /** By place: calls of the service to itself. */
  readonly ownCalls: ReadonlyArray<Calls | undefined>;
  readonly layout: MapLayout;
  /** The service whose calls are set off, by its place. */
  readonly marked: number | undefined;
  /** The arrow that is set off, by its number. */
  readonly selected?: number;
  /** The number on an arrow. */
  readonly labelOf: (edge: Edge) => string;
  /** What is said where the pointer is on it. */
  readonly titleOf: (edge: Edge) => string;
  readonly onSelect?: (edge: number) => void;
}

/** CSS pixels of the arrows' heads. */
const HEAD = 7;

/** The calls: arrows behind the services. */
export const MapEdges = memo(Arrows) as typeof Arrows;

function Arrows<Edge extends MapEdge>(props: Props<Edge>) {
  const { edges, ownCalls, layout, marked, selected, labelOf, titleOf, onSelect } = props;
  const styles = useStyles2(getStyles);
  const id = useId();
  const most = edges.reduce((max, { calls }) => Math.max(max, calls), 1);
  const isOfMarked = ({ from, to }: MapEdge) => marked === undefined || from === marked || to === marked;
  const isCrowd = marked === undefined && edges.length > MANY_ARROWS;
  const labels = useMemo(() => placeLabels(edges, layout.ways, labelOf, marked), [edges, layout, labelOf, marked]);
  const heads = [
    { name: 'call', style: styles.head },
    { name: 'failed', style: styles.failedHead },
  ];
  return (
    <svg className={styles.svg} width={layout.width} height={layout.height} aria-hidden>
      <defs>
        {heads.map(({ name, style }) => (
          <marker
            key={name}
            id={`${id}${name}`}
            markerUnits="userSpaceOnUse"
            markerWidth={HEAD}
            markerHeight={HEAD}
            refX={HEAD}
            refY={HEAD / 2}
            orient="auto"
          >
            <path d={`M 0 0 L ${HEAD} ${HEAD / 2} L 0 ${HEAD} Z`} className={style} />
          </marker>
        ))}
      </defs>
      {edges.map((edge, at) => {
        const path = curveOf(layout.ways[at]);
        const hasFailed = edge.errors >= edge.calls * FAILING;
        return (
          <g
            key={`${edge.from} ${edge.to}`}
            className={
              at === selected ? undefined : !isOfMarked(edge) ? styles.faint : isCrowd ? styles.crowd : undefined
            }
          >
            <path
              d={path}
              className={cx(styles.edge, hasFailed && styles.failed, at === selected && styles.selected)}
              strokeWidth={1 + 2 * (Math.log(edge.calls) / Math.log(most + 1))}
              strokeDasharray={edge.queued === edge.calls ? '5 4' : undefined}
              markerEnd={`url(#${id}${hasFailed ? 'failed' : 'call'})`}
            />
            {/* Wide enough to be pointed at. */}
            <path
              d={path}
              data-arrow={onSelect && true}
              className={cx(styles.target, onSelect && styles.clickable)}
              onClick={onSelect && (() => onSelect(at))}
            >
              <title>{titleOf(edge)}</title>
            </path>
          </g>
        );
      })}
      {ownCalls.map((calls, place) => {
        if (!calls) {
          return null;
        }
        const { x, y } = layout.nodes[place];
        const isFaint = marked !== undefined && marked !== place;
        return (
          <path
            key={place}
            d={`M ${x + NODE_WIDTH - 48} ${y} c 0 -17 26 -17 26 -1`}
            className={cx(styles.edge, calls.errors >= calls.calls * FAILING && styles.failed, isFaint && styles.faint)}
            strokeWidth={1.2}
            markerEnd={`url(#${id}${calls.errors >= calls.calls * FAILING ? 'failed' : 'call'})`}
          />
        );
      })}
      {labels.map(({ edge, text, x, y }) => (
        <text key={edge} x={x} y={y} className={cx(styles.label, edges[edge].errors > 0 && styles.failedLabel)}>
          {text}
        </text>
      ))}
    </svg>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  svg: css({ position: 'absolute', left: 0, top: 0, overflow: 'visible' }),
  edge: css({ fill: 'none', stroke: theme.colors.text.disabled, strokeOpacity: 0.7 }),
  failed: css({ stroke: theme.colors.error.text, strokeOpacity: 1 }),
  target: css({ fill: 'none', stroke: 'transparent', strokeWidth: 10 }),
  selected: css({ stroke: theme.colors.primary.border, strokeOpacity: 1 }),
  clickable: css({ cursor: 'pointer' }),
  faint: css({ opacity: 0.15 }),
  crowd: css({ opacity: 0.4 }),
  head: css({ fill: theme.colors.text.disabled }),
  failedHead: css({ fill: theme.colors.error.text }),
  label: css({
    fill: theme.colors.text.secondary,
    fontSize: 12,
    textAnchor: 'middle',
    fontVariantNumeric: 'tabular-nums',
    paintOrder: 'stroke',
    stroke: theme.colors.background.primary,
    strokeWidth: 4,
    strokeLinejoin: 'round',
    pointerEvents: 'none',
  }),
  failedLabel: css({ fill: theme.colors.error.text }),
});
