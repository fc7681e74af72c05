import React, { useCallback } from 'react';
import { css } from '@emotion/css';
import { type DataSourceInstanceSettings, type GrafanaTheme2 } from '@grafana/data';
import { Text, TextLink, useStyles2 } from '@grafana/ui';
import { AskedPart } from '../../scenes/AskedPart';
import { literal } from '../../scenes/red/traceqlText';
import { useAsked } from '../../scenes/useAsked';
import { type PageTime } from '../../scenes/usePageTime';
import { servicePath } from '../../shared/appAddress';
import { formatDurationMs, formatPercent, formatRate } from '../../shared/format';
import { type StoreClient } from '../../shared/storeClient';
import { type DependencyJson } from '../../shared/storePageTypes';
import { testIds } from '../../shared/testIds';
import { loadPeers } from './peers';

interface Props {
  service: string;
  store: DataSourceInstanceSettings;
  time: PageTime;
}

interface NeighbourRow {
  readonly name: string;
  readonly note?: string;
  readonly href?: string;
  readonly calls: number;
  readonly errors: number;
  readonly p95Ms?: number;
}

/** Who calls a service, whom it calls, and the databases and queues that its spans name. */
export function Neighbours({ service, store, time }: Props) {
  const styles = useStyles2(getStyles);
  const { window, urlRange, refresh } = time;
  const ask = useCallback(
    async (client: StoreClient, signal: AbortSignal) => {
      const [services, peers] = await Promise.all([
        client.dependencies(service, window, signal),
        loadPeers(client, `resource.service.name = ${literal(service)}`, window, signal),
      ]);
      return { ...services, peers };
    },
    [service, window]
  );
  const asked = useAsked(store, `neighbours ${service}`, ask);
  const seconds = (window.toMs - window.fromMs) / 1000;
  const toRow = ({ service: name, calls, errors, p95DurationNs }: DependencyJson): NeighbourRow => ({
    ...{ name, calls, errors, p95Ms: p95DurationNs / 1e6 },
    href: servicePath(name, { datasourceUid: store.uid, range: urlRange }),
  });
  return (
    <section aria-label="Dependencies" data-testid={testIds.service.dependencies}>
      <AskedPart asked={asked} store={store} waiting="Looking for dependencies…" onRetry={refresh}>
        {({ callers, callees, share, peers }) => (
          <>
            <div className={styles.frame}>
              <Table
                title="Called by"
                none="No other service calls it."
                rows={callers.map(toRow)}
                seconds={seconds}
                hint="As the caller sees it."
              />
              <Table
                title="Calls"
                none="It calls no other service."
                rows={[
                  ...callees.map(toRow),
                  ...peers.map(({ kind, name, calls, errors }): NeighbourRow => ({ name, note: kind, calls, errors })),
                ]}
                seconds={seconds}
                hint="Services as they see it themselves; databases and queues by the calls to them."
              />
            </div>
            {share < 1 && (
              <Text color="secondary" variant="bodySmall">
                {`Services are estimated from ${formatPercent(share, 1)} of the traces.`}
              </Text>
            )}
          </>
        )}
      </AskedPart>
    </section>
  );
}

interface TableProps {
  title: string;
  none: string;
  hint: string;
  rows: readonly NeighbourRow[];
  seconds: number;
}

function Table({ title, none, hint, rows, seconds }: TableProps) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.side}>
      <Text element="h3" variant="h5">
        {title}
      </Text>
      {rows.length === 0 ? (
        <Text color="secondary">{none}</Text>
      ) : (
        <>
          <Text color="secondary" variant="bodySmall">
            {hint}
          </Text>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Rate</th>
                <th scope="col">Errors</th>
                <th scope="col">p95</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, note, href, calls, errors, p95Ms }) => (
                <tr key={`${note ?? ''} ${name}`}>
                  <td>
                    {href ? (
                      <TextLink href={href} inline={false} color="link">
                        {name}
                      </TextLink>
                    ) : (
                      name
                    )}
                    {note && <span className={styles.note}>{note}</span>}
                  </td>
                  <td>{`${formatRate(calls / seconds)} /s`}</td>
                  <td>{formatPercent(errors, calls)}</td>
                  <td>{p95Ms === undefined ? '–' : formatDurationMs(p95Ms)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(4) }),
  side: css({ flex: '1 1 420px', minWidth: 0 }),
  note: css({
    marginLeft: theme.spacing(1),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  table: css({
    width: '100%',
    fontVariantNumeric: 'tabular-nums',
    th: { padding: theme.spacing(0.25, 1), color: theme.colors.text.secondary, textAlign: 'right' },
    td: {
      padding: theme.spacing(0.5, 1),
      borderBottom: `1px solid ${theme.colors.border.weak}`,
      textAlign: 'right',
      whiteSpace: 'nowrap',
    },
    'th:first-child, td:first-child': { paddingLeft: 0, textAlign: 'left', whiteSpace: 'normal' },
  }),
});
