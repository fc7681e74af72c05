import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Text, TextLink, useStyles2 } from '@grafana/ui';
import { formatAge, formatDurationMs } from '../../shared/format';
import { type FoundTrace } from '../../shared/storeTypes';
import { testIds } from '../../shared/testIds';
import { parseUnixNano } from '../../shared/unixNano';
import { tracePath } from '../../shared/appAddress';

interface Props {
  slowest: readonly FoundTrace[];
  failed: readonly FoundTrace[];
  datasourceUid: string;
  atMs: number;
}

/** Traces to begin with. They open on Clew's own page, which needs no right to use Explore. */
export function ExampleTraces({ slowest, failed, datasourceUid, atMs }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.lists} data-testid={testIds.start.examples}>
      <TraceList title="Slowest traces" traces={slowest} datasourceUid={datasourceUid} atMs={atMs} />
      {failed.length > 0 && (
        <TraceList title="Latest traces with errors" traces={failed} datasourceUid={datasourceUid} atMs={atMs} />
      )}
    </div>
  );
}

interface ListProps {
  title: string;
  traces: readonly FoundTrace[];
  datasourceUid: string;
  atMs: number;
}

function TraceList({ title, traces, datasourceUid, atMs }: ListProps) {
  const styles = useStyles2(getStyles);
  return (
    <section className={styles.list} aria-label={title}>
      <Text element="h2" variant="h4">
        {title}
      </Text>
      <table className={styles.table}>
        <tbody>
          {traces.map(({ traceID, rootServiceName, rootTraceName, durationMs = 0, startTimeUnixNano }) => (
            <tr key={traceID}>
              <td className={styles.name}>
                <TextLink href={tracePath(traceID, { datasourceUid })} inline={false} color="primary">
                  {[rootServiceName, rootTraceName].filter(Boolean).join(': ') || traceID}
                </TextLink>
              </td>
              <td className={styles.number}>{durationMs === 0 ? '< 1 ms' : formatDurationMs(durationMs)}</td>
              <td className={styles.number}>
                {startTimeUnixNano !== undefined && formatAge(atMs - parseUnixNano(startTimeUnixNano).ms)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  lists: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(4) }),
  list: css({ flex: '1 1 360px', minWidth: 0 }),
  table: css({
    width: '100%',
    tableLayout: 'fixed',
    marginTop: theme.spacing(1),
    td: { padding: theme.spacing(0.5, 1, 0.5, 0), borderBottom: `1px solid ${theme.colors.border.weak}` },
  }),
  name: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  number: css({
    width: 104,
    textAlign: 'right',
    whiteSpace: 'nowrap',
    fontVariantNumeric: 'tabular-nums',
    color: theme.colors.text.secondary,
  }),
});
