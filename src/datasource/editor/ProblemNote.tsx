import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { testIds } from '../../shared/testIds';
import { type QueryProblem } from '../query/problem';

interface Props {
  problem: QueryProblem;
  /** The text that has the problem; its line at fault is shown. */
  text?: string;
  id?: string;
}

/** What is wrong with a query, where, and what to write instead. */
export function ProblemNote({ problem, text, id }: Props) {
  const styles = useStyles2(getStyles);
  const { message, hint, line, column, start, end } = problem;
  return (
    <div id={id} role="status" className={styles.note} data-testid={testIds.queryEditor.problem}>
      <div>
        <Icon name="exclamation-triangle" className={styles.icon} />{' '}
        {line !== undefined && column !== undefined && `Line ${line}, column ${column}: `}
        {message}
        {hint && <span className={styles.hint}> ({hint})</span>}
      </div>
      {text !== undefined && start !== undefined && end !== undefined && (
        <Excerpt text={text} start={start} end={end} />
      )}
    </div>
  );
}

/** The line at fault, with the fault underlined; at the end of the text there is only a place. */
function Excerpt({ text, start, end }: { text: string; start: number; end: number }) {
  const styles = useStyles2(getStyles);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const nextBreak = text.indexOf('\n', start);
  const lineEnd = nextBreak === -1 ? text.length : nextBreak;
  const faultEnd = Math.min(end, lineEnd);
  return (
    <code className={styles.excerpt}>
      {text.slice(lineStart, start)}
      <span className={styles.fault}>{text.slice(start, faultEnd) || ' '}</span>
      {text.slice(faultEnd, lineEnd)}
    </code>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  note: css({ color: theme.colors.error.text, fontSize: theme.typography.bodySmall.fontSize }),
  icon: css({ marginTop: -2 }),
  hint: css({ color: theme.colors.text.secondary }),
  excerpt: css({
    display: 'block',
    width: 'fit-content',
    maxWidth: '100%',
    marginTop: theme.spacing(0.5),
    padding: theme.spacing(0.25, 1),
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    color: theme.colors.text.primary,
    background: theme.colors.background.secondary,
  }),
  fault: css({
    textDecoration: `underline wavy ${theme.colors.error.text}`,
    whiteSpace: 'pre',
    minWidth: '1ch',
    display: 'inline-block',
  }),
});
