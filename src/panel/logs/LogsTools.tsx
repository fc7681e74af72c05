import React from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Checkbox, Input, LinkButton, useStyles2 } from '@grafana/ui';
import { formatCount } from '../../shared/format';
import { type EntryFilter } from './list/entries';
import { type LogLevel } from './logLine';

interface Props {
  readonly filter: EntryFilter;
  readonly levels: ReadonlyArray<readonly [level: LogLevel, count: number]>;
  readonly canNarrow: boolean;
  readonly isNarrowed: boolean;
  readonly exploreUrl: string | undefined;
  readonly onText: (text: string) => void;
  readonly onLevels: (levels: ReadonlySet<LogLevel>) => void;
  readonly onNarrow: (isNarrowed: boolean) => void;
}

export function LogsTools({ filter, levels, canNarrow, isNarrowed, exploreUrl, onText, onLevels, onNarrow }: Props) {
  const styles = useStyles2(getStyles);
  const toggle = (level: LogLevel) => {
    const next = new Set(filter.levels);
    if (!next.delete(level)) {
      next.add(level);
    }
    onLevels(next);
  };
  return (
    <div className={styles.tools}>
      <Input
        aria-label="Filter the lines"
        placeholder="Filter the lines"
        width={28}
        value={filter.text}
        onChange={({ currentTarget }) => onText(currentTarget.value)}
      />
      <div role="group" aria-label="Levels" className={styles.levels}>
        {levels.map(([level, count]) => (
          <button
            key={level}
            type="button"
            aria-pressed={filter.levels.has(level)}
            className={cx(styles.level, filter.levels.has(level) && styles.pressed)}
            onClick={() => toggle(level)}
          >
            {level === 'unknown' ? 'no level' : level} <span className={styles.count}>{formatCount(count)}</span>
          </button>
        ))}
      </div>
      {canNarrow && (
        <Checkbox
          label="Of the selected span"
          value={isNarrowed}
          onChange={({ currentTarget }) => onNarrow(currentTarget.checked)}
        />
      )}
      {exploreUrl !== undefined && (
        <LinkButton
          className={styles.explore}
          size="sm"
          variant="secondary"
          fill="text"
          icon="compass"
          href={exploreUrl}
        >
          Open in Explore
        </LinkButton>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tools: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0.5, 1),
    padding: theme.spacing(0.5, 1),
  }),
  levels: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5) }),
  level: css({
    padding: theme.spacing(0.25, 0.75),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: 'none',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    '&:hover': { background: theme.colors.action.hover },
  }),
  pressed: css({
    borderColor: theme.colors.primary.border,
    background: theme.colors.action.selected,
    color: theme.colors.text.primary,
  }),
  count: css({ fontVariantNumeric: 'tabular-nums' }),
  explore: css({ marginLeft: 'auto' }),
});
