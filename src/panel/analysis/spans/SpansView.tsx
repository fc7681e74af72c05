import React, { useCallback, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { type Steps } from '@clew/trace-model';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { formatCount, formatDurationMs, formatPercent } from '../../../shared/format';
import { kindText, statusText } from '../../view/spanTexts';
import { type AnalysisViewProps } from '../analysisView';
import { ServiceName } from '../table/ServiceName';
import { rowsOfBits, sortRows } from '../table/sortRows';
import { VirtualTable, type TableColumn, type TableSort } from '../table/VirtualTable';
import { useInTurns } from '../../trace/useInTurns';
import { SPAN_COLUMNS, spanKeys, type SpanColumn } from './spanKeys';

const STATUS_ERROR = 2;
const MIN_WIDTH = 820;
const NONE = new Uint32Array(0);

const columnOf = (id: string): SpanColumn => SPAN_COLUMNS.find((column) => column === id) ?? 'self';

/** All spans, or those that were found, one below the other. */
export function SpansView({ table, analysis, matches, serviceColour, onShowSpan }: AnalysisViewProps) {
  const styles = useStyles2(getStyles);
  const [sort, setSort] = useState<TableSort>({ id: 'self', descending: true });
  const rows = useMemo(() => rowsOfBits(table.tree.rows, matches), [table, matches]);
  const work = useCallback(
    function* (): Steps<Uint32Array> {
      const keys = yield* spanKeys(table, analysis, columnOf(sort.id));
      return yield* sortRows(rows, keys, sort.descending);
    },
    [table, analysis, rows, sort]
  );
  const { result, last } = useInTurns(work);
  const [active, setActive] = useState<number>();
  const columns = useMemo((): TableColumn[] => {
    const { tree, columns: of, names, services } = table;
    const duration = (ns: number) => formatDurationMs(ns / 1e6);
    return [
      {
        ...{ id: 'start', title: 'Offset', hint: 'After the start of the trace', width: '90px', numeric: true },
        sortable: true,
        render: (row) => `+${duration(tree.starts[row] - tree.firstStart)}`,
      },
      {
        ...{ id: 'service', title: 'Service', width: 'minmax(110px, 1fr)', sortable: true },
        render: (row) => <ServiceName service={services.get(of.services[row])} colour={serviceColour} />,
      },
      {
        ...{ id: 'name', title: 'Operation', width: 'minmax(140px, 2fr)', sortable: true },
        render: (row) => names.get(of.names[row]),
      },
      {
        ...{ id: 'duration', title: 'Duration', width: '80px', numeric: true, sortable: true },
        render: (row) => duration(tree.ends[row] - tree.starts[row]),
      },
      {
        ...{ id: 'self', title: 'Self', hint: 'While none of its children ran', width: '80px', numeric: true },
        sortable: true,
        render: (row) => duration(analysis.selfTime.selfNs[row]),
      },
      {
        ...{ id: 'path', title: 'Critical path', hint: 'Its part of the critical path', width: '90px', numeric: true },
        sortable: true,
        render: (row) =>
          analysis.path.onPathNs[row] > 0 ? formatPercent(analysis.path.onPathNs[row], analysis.path.totalNs) : '',
      },
      {
        ...{ id: 'status', title: 'Status', width: '60px', sortable: true },
        render: (row) =>
          of.statuses[row] === STATUS_ERROR ? (
            <span className={styles.error}>error</span>
          ) : of.statuses[row] === 0 ? (
            ''
          ) : (
            statusText(of.statuses[row])
          ),
      },
      { ...{ id: 'kind', title: 'Kind', width: '70px', sortable: true }, render: (row) => kindText(of.kinds[row]) },
    ];
  }, [table, analysis, serviceColour, styles.error]);
  if (rows.length === 0) {
    return <p className={styles.empty}>No span was found.</p>;
  }
  return (
    <div className={styles.view}>
      <VirtualTable
        label="Spans"
        columns={columns}
        order={result ?? (last?.length === rows.length ? last : NONE)}
        sort={sort}
        onSort={setSort}
        active={active}
        onActive={setActive}
        onOpen={onShowSpan}
        minWidth={MIN_WIDTH}
        footer={
          <span role="status">
            {result
              ? matches
                ? `${formatCount(rows.length)} of ${formatCount(table.tree.rows)} spans, those that were found`
                : `${formatCount(rows.length)} ${rows.length === 1 ? 'span' : 'spans'}`
              : `Sorting ${formatCount(rows.length)} ${rows.length === 1 ? 'span' : 'spans'}…`}
          </span>
        }
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  view: css({ display: 'flex', height: '100%', minHeight: 0 }),
  error: css({ color: theme.colors.error.text }),
  empty: css({ padding: theme.spacing(2), color: theme.colors.text.secondary }),
});
