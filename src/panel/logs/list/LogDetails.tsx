import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { type TimeZone } from '@grafana/schema';
import { Button, ClipboardButton, useStyles2 } from '@grafana/ui';
import { type LogEntry } from './entries';
import { exactTime } from './exactTime';
import { MARKS } from './LogRow';

interface Props {
  readonly entry: LogEntry;
  readonly timeZone: TimeZone | undefined;
  readonly onShowSpan: (() => void) | undefined;
}

/** Characters that are shown; all of them are copied. */
const MOST_CHARS = 100_000;

/** All that there is of a line. */
export function LogDetails({ entry: { line, mark }, timeZone, onShowSpan }: Props) {
  const styles = useStyles2(getStyles);
  const facts: Array<readonly [string, string]> = [
    ['Time', exactTime(line.timeNs, timeZone)],
    ['Placed', `${MARKS[mark].hint}.`],
    ...Object.entries(line.labels).sort(([a], [b]) => a.localeCompare(b)),
  ];
  return (
    <div className={styles.details}>
      <pre className={styles.body} tabIndex={0} aria-label="The whole line">
        {pretty(line.body).slice(0, MOST_CHARS)}
      </pre>
      <dl className={styles.facts}>
        {facts.map(([name, value], index) => (
          <React.Fragment key={`${index} ${name}`}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
      </dl>
      <div className={styles.buttons}>
        {onShowSpan && (
          <Button size="sm" variant="secondary" onClick={onShowSpan}>
            Show the span
          </Button>
        )}
        <ClipboardButton size="sm" variant="secondary" fill="text" icon="copy" getText={() => line.body}>
          Copy the line
        </ClipboardButton>
      </div>
    </div>
  );
}

function pretty(body: string): string {
  const text = body.trim();
  if (!text.startsWith('{') && !text.startsWith('[')) {
    return body;
  }
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return body;
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  details: css({
    padding: theme.spacing(0.5, 1, 1, 3),
    fontSize: theme.typography.bodySmall.fontSize,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    background: theme.colors.background.secondary,
  }),
  body: css({
    margin: theme.spacing(0.5, 0),
    padding: theme.spacing(0.75, 1),
    maxHeight: 260,
    overflow: 'auto',
    border: 'none',
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    background: theme.colors.background.canvas,
    color: theme.colors.text.primary,
  }),
  facts: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(80px, max-content) minmax(0, 1fr)',
    columnGap: theme.spacing(2),
    margin: theme.spacing(0.5, 0),
    maxHeight: 220,
    overflow: 'auto',
    '& > dt': { fontWeight: 'normal', color: theme.colors.text.secondary, overflowWrap: 'anywhere' },
    '& > dd': { margin: 0, overflowWrap: 'anywhere' },
  }),
  buttons: css({ display: 'flex', gap: theme.spacing(1) }),
});
