import React, { type ReactNode } from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { NODE_HEIGHT, NODE_WIDTH, type Point } from './mapLayout';

interface Props {
  readonly at: Point;
  readonly name: string;
  /** Before the name: what it is, or its colour. */
  readonly mark: ReactNode;
  /** All of it, for those who do not see it. */
  readonly label: string;
  readonly problem: string | undefined;
  readonly numbers: string;
  /** 0 to 1, as a bar. */
  readonly share: number;
  readonly colour: string;
  readonly isSelected: boolean;
  readonly isDimmed: boolean;
  /** It sends no spans itself. */
  readonly isPeer?: boolean;
  readonly onSelect: () => void;
  readonly onHover: (isOver: boolean) => void;
}

/** A box of a map, of one size: a name, numbers, what is wrong, and a share as a bar. */
export function MapBox(props: Props) {
  const styles = useStyles2(getStyles);
  const { at, name, mark, label, problem, numbers, share, colour, isSelected, isDimmed, isPeer } = props;
  return (
    <button
      type="button"
      className={cx(styles.node, isPeer && styles.peer, isSelected && styles.selected, isDimmed && styles.dimmed)}
      style={{ left: at.x, top: at.y, width: NODE_WIDTH, height: NODE_HEIGHT }}
      aria-pressed={isSelected}
      aria-label={label}
      title={name}
      onClick={props.onSelect}
      onPointerEnter={() => props.onHover(true)}
      onPointerLeave={() => props.onHover(false)}
    >
      <span className={styles.head}>
        <span className={styles.name}>
          {mark}
          {name}
        </span>
        {problem !== undefined && <span className={styles.errors}>{problem}</span>}
      </span>
      <span className={styles.numbers}>{numbers}</span>
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
  peer: css({ background: theme.colors.background.canvas, borderStyle: 'dashed', borderRadius: NODE_HEIGHT / 2 }),
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
