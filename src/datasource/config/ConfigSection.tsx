import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';

interface Props {
  title: string;
  description: ReactNode;
  children: ReactNode;
}

export function ConfigSection({ title, description, children }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <section className={styles.section} aria-label={title}>
      <Text element="h3">{title}</Text>
      <p className={styles.description}>{description}</p>
      {children}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  section: css({
    maxWidth: 760,
    paddingTop: theme.spacing(3),
    marginTop: theme.spacing(3),
    '&:not(:first-of-type)': { borderTop: `1px solid ${theme.colors.border.weak}` },
    '&:first-of-type': { paddingTop: 0 },
  }),
  description: css({ color: theme.colors.text.secondary, margin: theme.spacing(0.5, 0, 2) }),
});
