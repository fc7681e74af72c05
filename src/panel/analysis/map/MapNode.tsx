import React from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { formatCount, formatDurationMs, formatPercent } from '../../../shared/format';
import { NODE_HEIGHT, NODE_WIDTH, type Point } from './mapLayout';
import { counted } from './mapTexts';

export interface MapService {
  /** Its place in the graph. */
  readonly place: number;
  /** As the spans name it, '' where they do not. */
  readonly service: string;
  /** What it is called here. */
  readonly name: string;
  readonly spans: number;
  readonly errors: number;
  readonly selfNs: number;
  /** Spans that the search finds; undefined without a search. */
  readonly found: number | undefined;
}

interface Props {
  readonly service: MapService;
  readonly at: Point;
  /** All self time of the trace. */
  readonly totalNs: number;
  readonly colour: string;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
  readonly onHover: (isOver: boolean) => void;
}

/** A service: its spans, its errors, and as a bar its share of the time. */
export function MapNode({ service, at, totalNs, colour, isSelected, onSelect, onHover }: Props) {
  const styles = useStyles2(getStyles);
  const { name, spans, errors, selfNs, found } = service;
  const share = totalNs > 0 ? selfNs / totalNs : 0;
  const time = formatDurationMs(selfNs / 1e6);
  const said = [
    name,
    counted(spans, 'span'),
    `${time} self time, ${formatPercent(selfNs, totalNs)} of the trace`,
    errors > 0 ? counted(errors, 'error') : '',
    found === undefined ? '' : `${formatCount(found)} found by the search`,
  ];
  return (
    <button
      type="button"
      className={cx(styles.node, isSelected && styles.selected, found === 0 && styles.dimmed)}
      style={{ left: at.x, top: at.y, width: NODE_WIDTH, height: NODE_HEIGHT }}
      aria-pressed={isSelected}
      aria-label={said.filter(Boolean).join(', ')}
      title={name}
      onClick={onSelect}
      onPointerEnter={() => onHover(true)}
      onPointerLeave={() => onHover(false)}
    >
      <span className={styles.head}>
        <span className={styles.name}>
          <span className={styles.tone} style={{ background: colour }} />
          {name}
        </span>
        {errors > 0 && <span className={styles.errors}>{counted(errors, 'error')}</span>}
      </span>
      <span className={styles.numbers}>
        {counted(spans, 'span')} · {time}
      </span>
      <span className={styles.track}>
        <span className={styles.share} style={{ background: colour, width: `${share * 100}%` }} />
      </span>
    </button>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  node: css({
    position: 'absolute',
    display: 'flex',
    flexDirection: 'column',
    justifyContent: 'center',
    padding: theme.spacing(0, 1, 0.5),
    overflow: 'hidden',
    textAlign: 'left',
    color: theme.colors.text.primary,
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    fontSize: 12,
    lineHeight: 1.4,
    '&:hover': { borderColor: theme.colors.border.strong },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 1 },
  }),
  selected: css({ borderColor: theme.colors.primary.border, boxShadow: `0 0 0 1px ${theme.colors.primary.border}` }),
  // The background stays: arrows pass behind it.
  dimmed: css({ '& > *': { opacity: 0.4 } }),
  head: css({ display: 'flex', alignItems: 'baseline', gap: theme.spacing(1), width: '100%' }),
  name: css({
    flex: 1,
    minWidth: 0,
    fontSize: 13,
    fontWeight: theme.typography.fontWeightMedium,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  }),
  tone: css({ display: 'inline-block', width: 8, height: 8, marginRight: theme.spacing(0.75), borderRadius: 1 }),
  numbers: css({
    width: '100%',
    overflow: 'hidden',
    color: theme.colors.text.secondary,
    fontVariantNumeric: 'tabular-nums',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  }),
  errors: css({ color: theme.colors.error.text, fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
  track: css({ position: 'absolute', left: 0, right: 0, bottom: 0, height: 4, background: theme.colors.border.weak }),
  share: css({ display: 'block', height: '100%', minWidth: 1 }),
});
