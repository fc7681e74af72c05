import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { testIds } from '../../shared/testIds';
import { FormRow } from './FormRow';

interface Props {
  text: string;
  onEdit: () => void;
}

/** The TraceQL that the form makes. */
export function Preview({ text, onEdit }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <FormRow label="TraceQL">
      <code className={styles.text} data-testid={testIds.queryEditor.preview}>
        {text}
      </code>
      <Button variant="secondary" fill="text" icon="pen" onClick={onEdit}>
        Edit as TraceQL
      </Button>
    </FormRow>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  text: css({
    margin: 0,
    padding: theme.spacing(0.5, 1),
    minWidth: 0,
    overflowWrap: 'anywhere',
    whiteSpace: 'pre-wrap',
    background: theme.colors.background.secondary,
  }),
});
