import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { InlineLabel, useStyles2 } from '@grafana/ui';

interface Props {
  label: string;
  tooltip?: string;
  /** Id of the control that the label names; rows of several controls name each. */
  htmlFor?: string;
  children: ReactNode;
}

/** A label and its controls, which wrap where the pane is narrow: half of Explore's width, a panel's editor. */
export function FormRow({ label, tooltip, htmlFor, children }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.row}>
      <div className={styles.label}>
        <InlineLabel width={14} tooltip={tooltip} htmlFor={htmlFor}>
          {label}
        </InlineLabel>
      </div>
      <div className={styles.controls}>{children}</div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'flex', alignItems: 'flex-start', minWidth: 0 }),
  label: css({ flex: 'none' }),
  controls: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    flex: 1,
    minWidth: 0,
    minHeight: theme.spacing(theme.components.height.md),
  }),
});
