import React from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Icon, Text, useStyles2 } from '@grafana/ui';

interface Props {
  number: number;
  title: string;
  /** What was done, in a word or two; undefined: still to do. */
  done: string | undefined;
  children: React.ReactNode;
}

/** One step of the guide. */
export function Step({ number, title, done, children }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <section className={styles.step} aria-label={title}>
      <div className={cx(styles.number, done !== undefined && styles.done)} aria-hidden>
        {done === undefined ? number : <Icon name="check" />}
      </div>
      <div className={styles.body}>
        <div className={styles.head}>
          <Text element="h2" variant="h4">
            {`${number}. ${title}`}
          </Text>
          {done !== undefined && <Text color="success">{done}</Text>}
        </div>
        {children}
      </div>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  step: css({ display: 'grid', gridTemplateColumns: '32px minmax(0, 1fr)', gap: theme.spacing(2) }),
  number: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    width: 28,
    height: 28,
    borderRadius: theme.shape.radius.circle,
    border: `1px solid ${theme.colors.border.strong}`,
    color: theme.colors.text.secondary,
  }),
  done: css({ borderColor: theme.colors.success.border, color: theme.colors.success.text }),
  head: css({ display: 'flex', alignItems: 'baseline', gap: theme.spacing(1.5), flexWrap: 'wrap' }),
  body: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    minWidth: 0,
    paddingBottom: theme.spacing(2),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
});
