import React from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { type TimeZone } from '@grafana/schema';
import { useStyles2 } from '@grafana/ui';
import { formatCount, formatDurationMs } from '../../shared/format';
import { type TraceChoice } from './viewTypes';

interface Props {
  title: string;
  choices: readonly TraceChoice[];
  timeZone: TimeZone | undefined;
}

/** Traces that are listed; a file may have more, and who has thousands wants another tool. */
const MAX_LISTED = 500;

/** Several traces where one can be shown. */
export function TraceChooser({ title, choices, timeZone }: Props) {
  const styles = useStyles2(getStyles);
  const hasSpans = choices.some(({ spans }) => spans !== undefined);
  return (
    <div className={styles.chooser}>
      <h2 className={styles.title}>{title}</h2>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>Trace</th>
            <th>Start</th>
            <th className={styles.number}>Duration</th>
            {hasSpans && <th className={styles.number}>Spans</th>}
          </tr>
        </thead>
        <tbody>
          {choices.slice(0, MAX_LISTED).map(({ traceId, service, name, durationMs, startMs, spans, onChoose }) => (
            <tr key={traceId}>
              <td>
                <button type="button" className={styles.choice} onClick={onChoose}>
                  <span className={styles.service}>{service}</span> {name || traceId}
                </button>
              </td>
              <td>{startMs === undefined ? '' : dateTimeFormat(startMs, { timeZone })}</td>
              <td className={styles.number}>{durationMs === undefined ? '' : formatDurationMs(durationMs)}</td>
              {hasSpans && <td className={styles.number}>{spans === undefined ? '' : formatCount(spans)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {choices.length > MAX_LISTED && (
        <p>
          The first {formatCount(MAX_LISTED)} of {formatCount(choices.length)} traces are listed.
        </p>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  chooser: css({ height: '100%', overflow: 'auto', padding: theme.spacing(1) }),
  title: css({ margin: theme.spacing(0, 0, 1), fontSize: theme.typography.h5.fontSize }),
  table: css({
    width: '100%',
    'th, td': { padding: theme.spacing(0.25, 1), textAlign: 'left', verticalAlign: 'baseline' },
    th: { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightMedium },
    'tbody tr:hover': { background: theme.colors.action.hover },
  }),
  number: css({ '&&': { textAlign: 'right' }, fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
  choice: css({
    border: 'none',
    background: 'none',
    padding: 0,
    textAlign: 'left',
    color: theme.colors.text.link,
    overflowWrap: 'anywhere',
    '&:hover': { textDecoration: 'underline' },
  }),
  service: css({ color: theme.colors.text.secondary }),
});
