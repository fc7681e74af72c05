import React from 'react';
import { css, cx } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { type TimeZone } from '@grafana/schema';
import { ClipboardButton, useStyles2 } from '@grafana/ui';
import { formatCount, formatDurationMs } from '../../shared/format';
import { type TraceFacts } from './traceFacts';

interface Props {
  facts: TraceFacts;
  traceId: string;
  timeZone: TimeZone | undefined;
  isNarrow: boolean;
}

/** Which trace it is, in one line where there is room. */
export function TraceHeader({ facts, traceId, timeZone, isNarrow }: Props) {
  const styles = useStyles2(getStyles);
  const { rootService, rootName, startMs, durationNs, spans, services, errors, depth } = facts;
  const start = dateTimeFormat(startMs, { timeZone, format: 'YYYY-MM-DD HH:mm:ss.SSS' });
  return (
    <header className={styles.header}>
      <h2 className={styles.title} title={`${rootService}: ${rootName}`}>
        <span className={styles.service}>{rootService || 'No service'}</span>
        <span className={styles.name}>{rootName || 'No name'}</span>
      </h2>
      <span className={styles.id}>
        <span className={styles.idText} title={traceId}>
          {isNarrow ? `${traceId.slice(0, 8)}…` : traceId}
        </span>
        <ClipboardButton
          size="sm"
          fill="text"
          variant="secondary"
          icon="copy"
          aria-label="Copy the trace id"
          getText={() => traceId}
        />
      </span>
      <dl className={styles.facts}>
        <Fact name="Start" value={start} />
        <Fact name="Duration" value={formatDurationMs(durationNs / 1e6)} isStrong />
        <Fact name="Spans" value={formatCount(spans)} />
        <Fact name="Services" value={formatCount(services)} />
        <Fact name="Errors" value={formatCount(errors)} isBad={errors > 0} />
        <Fact name="Depth" value={formatCount(depth)} />
      </dl>
    </header>
  );
}

function Fact({ name, value, isBad, isStrong }: { name: string; value: string; isBad?: boolean; isStrong?: boolean }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.fact}>
      <dt className={styles.label}>{name}</dt>
      <dd className={cx(styles.value, isBad && styles.bad, isStrong && styles.strong)}>{value}</dd>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  header: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    columnGap: theme.spacing(2),
    rowGap: theme.spacing(0.25),
    padding: theme.spacing(0.5, 1),
  }),
  title: css({
    display: 'flex',
    minWidth: 0,
    maxWidth: '100%',
    gap: theme.spacing(1),
    margin: 0,
    fontSize: theme.typography.h5.fontSize,
    lineHeight: theme.typography.h5.lineHeight,
    whiteSpace: 'nowrap',
  }),
  service: css({
    color: theme.colors.text.secondary,
    flexShrink: 0,
    maxWidth: '40%',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
  }),
  name: css({ overflow: 'hidden', textOverflow: 'ellipsis' }),
  id: css({ display: 'flex', alignItems: 'center', minWidth: 0 }),
  idText: css({
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.secondary,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
  }),
  facts: css({ display: 'flex', flexWrap: 'wrap', columnGap: theme.spacing(1.5), margin: 0 }),
  fact: css({ display: 'flex', alignItems: 'baseline', gap: theme.spacing(0.5), whiteSpace: 'nowrap' }),
  label: css({
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightRegular,
    color: theme.colors.text.secondary,
  }),
  value: css({ margin: 0, fontVariantNumeric: 'tabular-nums' }),
  strong: css({ fontWeight: theme.typography.fontWeightMedium }),
  bad: css({ color: theme.colors.error.text, fontWeight: theme.typography.fontWeightMedium }),
});
