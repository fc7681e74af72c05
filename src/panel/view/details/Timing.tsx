import React from 'react';
import { css } from '@emotion/css';
import { SKEWED } from '@clew/trace-model';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { type TimeZone } from '@grafana/schema';
import { useStyles2 } from '@grafana/ui';
import { formatDurationMs, formatPercent } from '../../../shared/format';
import { type PathMarks } from '../../timeline';
import { type TraceTable } from '../../trace/traceTable';
import { selfTimeNs } from '../selfTime';

interface Props {
  table: TraceTable;
  node: number;
  /** Undefined: not known, or not wanted. */
  path: PathMarks | undefined;
  timeZone: TimeZone | undefined;
}

/** When it ran, for how long, and how much of that was its own. */
export function Timing({ table, node, path, timeZone }: Props) {
  const styles = useStyles2(getStyles);
  const { tree, columns, baseNs } = table;
  const startNs = tree.starts[node];
  const durationNs = tree.ends[node] - startNs;
  const traceNs = tree.lastEnd - tree.firstStart;
  const selfNs = selfTimeNs(tree, node);
  const isRow = node < tree.rows;
  const sentNs = isRow ? Number(columns.durations[node]) : durationNs;
  const shiftNs = isRow && tree.flags[node] & SKEWED ? startNs - Number(columns.startOffsets[node]) : 0;
  const items: Array<[string, string]> = [
    ['Start', dateTimeFormat(Number(baseNs / 1_000_000n) + startNs / 1e6, { timeZone, format: 'HH:mm:ss.SSS' })],
    ['Offset', `+${formatDurationMs((startNs - tree.firstStart) / 1e6)}`],
    ['Duration', sentNs < 0 ? `${formatDurationMs(sentNs / 1e6)} as sent` : formatDurationMs(durationNs / 1e6)],
    ['Self', `${formatDurationMs(selfNs / 1e6)} (${formatPercent(selfNs, durationNs)})`],
    ['Of the trace', formatPercent(durationNs, traceNs)],
    ...(path && path.onPathNs[node] > 0
      ? [['On the critical path', pathText(path.onPathNs[node], path.totalNs)] as [string, string]]
      : []),
    ...(shiftNs === 0
      ? []
      : [['Moved by', `${shiftNs < 0 ? '−' : '+'}${formatDurationMs(Math.abs(shiftNs) / 1e6)}`] as [string, string]]),
  ];
  return (
    <dl className={styles.timing}>
      {items.map(([name, value]) => (
        <div key={name} className={styles.item}>
          <dt className={styles.label}>{name}</dt>
          <dd className={styles.value}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const pathText = (ns: number, totalNs: number): string =>
  `${formatDurationMs(ns / 1e6)} (${formatPercent(ns, totalNs)})`;

const getStyles = (theme: GrafanaTheme2) => ({
  timing: css({
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: theme.spacing(2),
    rowGap: theme.spacing(0.5),
    margin: 0,
    padding: theme.spacing(0.5, 1),
  }),
  item: css({ display: 'flex', flexDirection: 'column' }),
  label: css({
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightRegular,
    color: theme.colors.text.secondary,
  }),
  value: css({ margin: 0, fontVariantNumeric: 'tabular-nums' }),
});
