import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, useStyles2 } from '@grafana/ui';

interface Props {
  /** For the copy button's label. */
  name: string;
  text: string;
}

/** Text for a terminal, with a button that copies it. */
export function CopyBlock({ name, text }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.block}>
      <pre className={styles.text}>{text}</pre>
      <ClipboardButton
        className={styles.button}
        variant="secondary"
        size="sm"
        icon="copy"
        aria-label={`Copy ${name}`}
        getText={() => text}
      >
        Copy
      </ClipboardButton>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  block: css({ position: 'relative', width: '100%' }),
  text: css({
    margin: 0,
    padding: theme.spacing(1.5),
    paddingRight: theme.spacing(12),
    border: `1px solid ${theme.colors.border.weak}`,
    background: theme.colors.background.canvas,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  }),
  button: css({ position: 'absolute', top: theme.spacing(1), right: theme.spacing(1) }),
});
