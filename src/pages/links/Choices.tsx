import React from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { formatCount } from '../../shared/format';

interface Choice<T> {
  readonly value: T;
  readonly label: string;
  readonly count: number;
  readonly title?: string;
  /** Not counted with those before it. */
  readonly isApart?: boolean;
}

interface Props<T> {
  /** What is chosen between. */
  name: string;
  choices: ReadonlyArray<Choice<T>>;
  value: T;
  onChange: (value: T) => void;
}

/** One of some, each with how many there are of it. */
export function Choices<T extends string | undefined>({ name, choices, value, onChange }: Props<T>) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.group} role="group" aria-label={name}>
      {choices.map((choice) => (
        <button
          key={choice.value ?? ''}
          type="button"
          className={cx(
            styles.choice,
            choice.isApart && styles.apart,
            choice.count === 0 && styles.none,
            choice.value === value && styles.chosen
          )}
          aria-pressed={choice.value === value}
          title={choice.title}
          onClick={() => onChange(choice.value)}
        >
          {choice.label} <span className={styles.count}>{formatCount(choice.count)}</span>
        </button>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  group: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5) }),
  choice: css({
    padding: theme.spacing(0.25, 1),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: 'none',
    color: theme.colors.text.secondary,
    whiteSpace: 'nowrap',
    '&:hover': { borderColor: theme.colors.border.strong, color: theme.colors.text.primary },
  }),
  apart: css({ marginLeft: theme.spacing(1.5) }),
  none: css({ color: theme.colors.text.disabled }),
  chosen: css({
    borderColor: theme.colors.primary.border,
    background: theme.colors.action.selected,
    color: theme.colors.text.primary,
  }),
  count: css({
    marginLeft: theme.spacing(0.5),
    fontVariantNumeric: 'tabular-nums',
    fontWeight: theme.typography.fontWeightMedium,
  }),
});
