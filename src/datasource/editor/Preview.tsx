import React from 'react';
import { css } from '@emotion/css';
import { tokenize, type TokenClass } from '@clew/traceql';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { testIds } from '../../shared/testIds';
import { FormRow } from './FormRow';

interface Props {
  text: string;
  onEdit: () => void;
}

/** The TraceQL that the form makes, and the way on in it. */
export function Preview({ text, onEdit }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <FormRow label="TraceQL">
      <code className={styles.text} data-testid={testIds.queryEditor.preview}>
        {tokenize(text).map((token) => (
          <span key={token.start} className={styles[token.class]}>
            {text.slice(token.start, token.end)}
          </span>
        ))}
      </code>
      <Button variant="secondary" fill="text" icon="pen" onClick={onEdit}>
        Edit as TraceQL
      </Button>
    </FormRow>
  );
}

const getStyles = (theme: GrafanaTheme2): Partial<Record<TokenClass | 'text', string>> => ({
  text: css({
    margin: 0,
    padding: theme.spacing(0.5, 1),
    minWidth: 0,
    overflowWrap: 'anywhere',
    whiteSpace: 'pre-wrap',
    background: theme.colors.background.secondary,
  }),
  attribute: css({ color: colour(theme, 'blue') }),
  string: css({ color: colour(theme, 'orange') }),
  number: css({ color: colour(theme, 'green') }),
  duration: css({ color: colour(theme, 'green') }),
  keyword: css({ color: colour(theme, 'purple') }),
});

/** Of the shades that Grafana has of a colour, the one that stands out from the background. */
const colour = ({ isDark, visualization }: GrafanaTheme2, name: string): string =>
  visualization.getColorByName(isDark ? `light-${name}` : `dark-${name}`);
