import React, { useMemo } from 'react';
import { css } from '@emotion/css';
import { isDateTime, type GrafanaTheme2, type RawTimeRange } from '@grafana/data';
import { InteractiveTable, Text, TextLink, Tooltip, useStyles2, type CellProps, type Column } from '@grafana/ui';
import { may } from '../../scenes/permissions';
import { exploreUrl } from '../../shared/exploreUrl';
import { formatAge, formatDurationMs, formatPercent, formatRate } from '../../shared/format';
import { type ServiceSummary } from '../../shared/storeTypes';
import { testIds } from '../../shared/testIds';
import { parseUnixNano } from '../../shared/unixNano';
import { errorsOf, ofService, slowOf } from './serviceQueries';

interface Props {
  services: readonly ServiceSummary[];
  datasourceUid: string;
  /** As the time picker has it: links into Explore keep it relative. */
  range: RawTimeRange;
  atMs: number;
}

interface Row extends ServiceSummary {
  readonly id: string;
  readonly errorShare: number;
  readonly lastSeenMs: number;
}

const INITIAL_SORT = [{ id: 'spansPerMinute', desc: true }];
const PAGE_SIZE = 50;

export function ServicesTable({ services, datasourceUid, range, atMs }: Props) {
  const styles = useStyles2(getStyles);
  const rows = useMemo(() => services.map(toRow), [services]);
  const columns = useMemo(() => {
    const explore = (query: string) => exploreUrl({ datasourceUid, query, range: urlRange(range) });
    return columnsOf(may('datasources:explore') ? explore : undefined, atMs, styles.number);
  }, [datasourceUid, range, atMs, styles.number]);
  return (
    <section aria-label="Services" data-testid={testIds.start.services}>
      <Text element="h2" variant="h4">
        Services
      </Text>
      <InteractiveTable
        className={styles.table}
        columns={columns}
        data={rows}
        getRowId={({ id }) => id}
        initialSortBy={INITIAL_SORT}
        pageSize={PAGE_SIZE}
        autoResetPage={false}
      />
      {!may('datasources:explore') && (
        <Text color="secondary" variant="bodySmall">
          With the role of an editor, services, errors and latencies lead to their traces in Explore.
        </Text>
      )}
    </section>
  );
}

function columnsOf(explore: ((query: string) => string) | undefined, atMs: number, number: string): Array<Column<Row>> {
  const numeric = (text: (row: Row) => React.ReactNode) =>
    function NumericCell({ row: { original } }: CellProps<Row>) {
      return <span className={number}>{text(original)}</span>;
    };
  const link = (query: string, text: string, title: string) =>
    explore ? (
      <Tooltip content={title}>
        <span>
          <TextLink href={explore(query)} inline={false} color="link">
            {text}
          </TextLink>
        </span>
      </Tooltip>
    ) : (
      text
    );
  return [
    {
      id: 'service',
      header: 'Service',
      sortType: 'alphanumeric',
      cell: ({ row: { original } }: CellProps<Row>) =>
        link(ofService(original.service), original.service, 'Traces of this service'),
    },
    {
      id: 'spansPerMinute',
      header: 'Spans / min',
      sortType: 'number',
      sortDescFirst: true,
      cell: numeric(({ spansPerMinute }) => formatRate(spansPerMinute)),
    },
    {
      id: 'errorShare',
      header: 'Errors',
      sortType: 'number',
      sortDescFirst: true,
      cell: numeric(({ service, errors, spans }) =>
        errors > 0 ? link(errorsOf(service), formatPercent(errors, spans), 'Traces with its errors') : '0%'
      ),
    },
    {
      id: 'p95DurationNs',
      header: 'p95',
      sortType: 'number',
      sortDescFirst: true,
      cell: numeric(({ service, p95DurationNs }) =>
        link(slowOf(service, p95DurationNs), formatDurationMs(p95DurationNs / 1e6), 'Traces with its slowest spans')
      ),
    },
    {
      id: 'lastSeenMs',
      header: 'Last seen',
      sortType: 'number',
      sortDescFirst: true,
      cell: numeric(({ lastSeenMs }) => formatAge(atMs - lastSeenMs)),
    },
  ];
}

function toRow(summary: ServiceSummary): Row {
  return {
    ...summary,
    id: summary.service,
    errorShare: summary.spans > 0 ? summary.errors / summary.spans : 0,
    lastSeenMs: parseUnixNano(summary.lastSeenUnixNano).ms,
  };
}

function urlRange({ from, to }: RawTimeRange): { from: string; to: string } {
  const text = (bound: RawTimeRange['from']) => (isDateTime(bound) ? String(bound.valueOf()) : bound);
  return { from: text(from), to: text(to) };
}

const getStyles = (theme: GrafanaTheme2) => ({
  table: css({ marginTop: theme.spacing(1) }),
  number: css({ fontVariantNumeric: 'tabular-nums' }),
});
