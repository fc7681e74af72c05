import React from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { stackLines } from './stackLines';

/** A stack trace, line by line: what happened stands out, calls inside of libraries recede. */
export function StackTrace({ text }: { text: string }) {
  const styles = useStyles2(getStyles);
  return (
    <pre className={styles.stack} tabIndex={0} aria-label="Stack trace">
      {stackLines(text).map(({ kind, text: line }, index) => (
        <span key={index} className={cx(styles.line, styles[kind])}>
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({
    margin: 0,
    padding: theme.spacing(0.5),
    maxHeight: 320,
    overflow: 'auto',
    border: `1px solid ${theme.colors.border.weak}`,
    background: theme.colors.background.canvas,
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'pre',
  }),
  line: css({ display: 'block' }),
  message: css({
    color: theme.colors.error.text,
    fontWeight: theme.typography.fontWeightMedium,
    whiteSpace: 'pre-wrap',
  }),
  own: css({ color: theme.colors.text.primary }),
  library: css({ color: theme.colors.text.secondary }),
});
