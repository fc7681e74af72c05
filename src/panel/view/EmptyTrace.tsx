import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';

interface Props {
  title: string;
  text: string;
  onOpenFile: () => void;
}

/** There is no trace: what to do, and that a file will do as well. */
export function EmptyTrace({ title, text, onOpenFile }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.empty}>
      <h2 className={styles.title}>{title}</h2>
      <p className={styles.text}>{text}</p>
      <p className={styles.text}>A file of OTLP, Jaeger or Zipkin can be dropped here; it stays in this browser.</p>
      <Button variant="secondary" size="sm" icon="folder-open" onClick={onOpenFile}>
        Open a file
      </Button>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  empty: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    gap: theme.spacing(1),
    height: '100%',
    padding: theme.spacing(2),
    textAlign: 'center',
    overflow: 'auto',
  }),
  title: css({ margin: 0, fontSize: theme.typography.h4.fontSize }),
  text: css({ margin: 0, color: theme.colors.text.secondary, maxWidth: 520 }),
});
