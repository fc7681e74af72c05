import React, { useMemo } from 'react';
import { css } from '@emotion/css';
import { type Statistics } from '@clew/trace-model';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { formatCount, formatDurationMs, formatPercent } from '../../../shared/format';
import { ServiceName } from '../table/ServiceName';
import { type TableColumn } from '../table/VirtualTable';
import { KEY_TEXTS, isReadyKey, valueText } from './groupTexts';
import { type Groups } from './useGroups';

type Unit = 'count' | 'errors' | 'duration' | 'share';

interface NumberColumn {
  readonly id: string;
  readonly title: string;
  /** In the CSV: nanoseconds, or shares from 0 to 1. */
  readonly field: string;
  readonly width: string;
  readonly unit: Unit;
  readonly hint?: string;
}

export const NUMBER_COLUMNS: readonly NumberColumn[] = [
  { id: 'count', title: 'Count', field: 'counts', width: '56px', unit: 'count' },
  { id: 'errors', title: 'Errors', field: 'errors', width: '52px', unit: 'errors' },
  {
    ...{ id: 'path', title: 'Critical path', field: 'pathShare', width: '120px', unit: 'share' },
    hint: 'Their part of the critical path',
  },
  {
    ...{ id: 'self', title: 'Self', field: 'selfNs', width: '72px', unit: 'duration' },
    hint: 'Time while none of their children ran',
  },
  {
    ...{ id: 'selfShare', title: 'Self share', field: 'selfShare', width: '72px', unit: 'share' },
    hint: 'Their part of the self time of all spans of the trace',
  },
  {
    ...{ id: 'total', title: 'Total', field: 'totalNs', width: '72px', unit: 'duration' },
    hint: 'The sum of the durations: where spans overlap, more than the time that passed',
  },
  { id: 'avg', title: 'Average', field: 'avgNs', width: '72px', unit: 'duration' },
  { id: 'min', title: 'Shortest', field: 'minNs', width: '72px', unit: 'duration' },
  { id: 'max', title: 'Longest', field: 'maxNs', width: '72px', unit: 'duration' },
  { id: 'p95', title: 'p95', field: 'p95Ns', width: '72px', unit: 'duration' },
];

/** By group: what a number column shows and sorts by. `traceSelfNs`: the self time of all spans of the trace. */
export function columnValues(groups: Statistics, id: string, traceSelfNs: number): Float64Array | Uint32Array {
  switch (id) {
    case 'count':
      return groups.counts;
    case 'errors':
      return groups.errors;
    case 'path':
      return groups.pathShare;
    case 'selfShare':
      return groups.selfNs.map((self) => (traceSelfNs > 0 ? self / traceSelfNs : 0));
    case 'total':
      return groups.totalNs;
    case 'avg':
      return groups.avgNs;
    case 'min':
      return groups.minNs;
    case 'max':
      return groups.maxNs;
    case 'p95':
      return groups.p95Ns;
    default:
      return groups.selfNs;
  }
}

/** Of all groups together, in the column's unit; undefined where the groups do not tell it. */
export function columnTotal(groups: Statistics, id: string, traceSelfNs: number): number | undefined {
  switch (id) {
    case 'avg':
      return sum(groups.totalNs) / sum(groups.counts);
    case 'min':
      return groups.minNs.reduce((least, value) => Math.min(least, value), Infinity);
    case 'max':
      return groups.maxNs.reduce((most, value) => Math.max(most, value), 0);
    case 'p95':
      return undefined;
    default:
      return sum(columnValues(groups, id, traceSelfNs));
  }
}

export function sum(values: Float64Array | Uint32Array): number {
  let all = 0;
  for (const value of values) {
    all += value;
  }
  return all;
}

export const valuesOf = ({ first, second }: Statistics, at: number): Uint32Array => (at === 0 ? first : second);

/** A heading and one line a group, as the table has them: for `csvOf`. */
export function csvRows(
  { keys, groups }: Groups,
  order: Uint32Array,
  traceSelfNs: number
): Array<Array<string | number>> {
  const numbers = NUMBER_COLUMNS.map(({ id }) => columnValues(groups, id, traceSelfNs));
  const heading = [...keys.map(({ key }) => key), ...NUMBER_COLUMNS.map(({ field }) => field)];
  const rows = Array.from(order, (group) => [
    ...keys.map((key, at) => valueText(key, valuesOf(groups, at)[group])),
    ...numbers.map((values) => values[group]),
  ]);
  return [heading, ...rows];
}

export function useGroupColumns(
  shown: Groups | undefined,
  traceSelfNs: number,
  serviceColour: (service: string) => string
): TableColumn[] {
  const styles = useStyles2(getStyles);
  return useMemo(() => {
    if (!shown) {
      return [];
    }
    const { keys, groups } = shown;
    const cell = (value: number, unit: Unit) => {
      switch (unit) {
        case 'count':
          return formatCount(value);
        case 'errors':
          return value > 0 ? <span className={styles.error}>{formatCount(value)}</span> : '';
        case 'duration':
          return formatDurationMs(value / 1e6);
        case 'share':
          // Sums of shares may come out a hair off one.
          return value > 0 ? formatPercent(value > 1 - 1e-9 ? 1 : value, 1) : '';
      }
    };
    return [
      ...keys.map((key, at): TableColumn => ({
        id: key.key,
        title: isReadyKey(key.key) ? KEY_TEXTS[key.key] : key.key,
        width: 'minmax(120px, 1fr)',
        sortable: true,
        total: at === 0 ? 'All' : '',
        render: (group) => {
          const text = valueText(key, valuesOf(groups, at)[group]);
          return key.key === 'service' ? (
            <ServiceName service={text} colour={serviceColour} />
          ) : (
            <span title={text}>{text}</span>
          );
        },
      })),
      ...NUMBER_COLUMNS.map(({ id, title, hint, width, unit }): TableColumn => {
        const values = columnValues(groups, id, traceSelfNs);
        const total = columnTotal(groups, id, traceSelfNs);
        return {
          ...{ id, title, hint, width, numeric: true, sortable: true },
          total: total === undefined || !Number.isFinite(total) ? '' : cell(total, unit),
          render: (group) =>
            id === 'path' ? (
              <span className={styles.share}>
                <span className={styles.bar} style={{ width: `${values[group] * 60}px` }} />
                <span className={styles.percent}>{cell(values[group], unit)}</span>
              </span>
            ) : (
              cell(values[group], unit)
            ),
        };
      }),
    ];
  }, [shown, traceSelfNs, serviceColour, styles]);
}

const getStyles = (theme: GrafanaTheme2) => ({
  share: css({ display: 'flex', alignItems: 'center', justifyContent: 'flex-end', gap: 6 }),
  // Of one width, so that the bars end below each other.
  percent: css({ minWidth: 50 }),
  bar: css({ height: 6, background: theme.colors.text.disabled, borderRadius: 1, flexShrink: 0 }),
  error: css({ color: theme.colors.error.text }),
});
