import React, { useCallback, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { type Statistics } from '@clew/trace-model';
import { type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, ClipboardButton, Combobox, LoadingBar, useStyles2, type ComboboxOption } from '@grafana/ui';
import { formatCount, formatDurationMs, formatPercent } from '../../../shared/format';
import { type AnalysisViewProps } from '../analysisView';
import { ServiceName } from '../table/ServiceName';
import { ranksOf, rowsOfBits, sortRows } from '../table/sortRows';
import { VirtualTable, type TableColumn, type TableSort } from '../table/VirtualTable';
import { useInTurns } from '../../trace/useInTurns';
import { KEY_TEXTS, READY_KEYS, csvOf, groupQuery, isReadyKey, valueText } from './groupTexts';
import { slowestOf } from './slowestOf';
import { useGroups, type Groups } from './useGroups';

const MIN_WIDTH = 940;
const NONE = new Uint32Array(0);
const NUMBERS = [
  ['count', 'Count', 'counts', '56px', 'count'],
  ['errors', 'Errors', 'errors', '52px', 'count'],
  ['path', 'Critical path', 'pathShare', '120px', 'share'],
  ['self', 'Self', 'selfNs', '72px', 'duration'],
  ['total', 'Total', 'totalNs', '72px', 'duration'],
  ['avg', 'Average', 'avgNs', '72px', 'duration'],
  ['min', 'Shortest', 'minNs', '72px', 'duration'],
  ['max', 'Longest', 'maxNs', '72px', 'duration'],
  ['p95', 'p95', 'p95Ns', '72px', 'duration'],
] as const;
const HINTS: Readonly<Record<string, string>> = {
  total: 'The sum of the durations: where spans overlap, more than the time that passed',
  self: 'Time while none of their children ran',
  path: 'Their part of the critical path',
};
const FIXED: Array<ComboboxOption<string>> = READY_KEYS.map((key) => ({ value: key, label: KEY_TEXTS[key] }));
const NO_SECOND: ComboboxOption<string> = { value: '', label: 'Nothing else' };

/** Spans by service and operation, or by any one or two attributes: how many, how long, how much of the trace. */
export function StatisticsView(props: AnalysisViewProps) {
  const styles = useStyles2(getStyles);
  const { table, source, matches, onShowSpan, onSearch } = props;
  const [by, setBy] = useState<readonly [string] | readonly [string, string]>(['service', 'name']);
  const [sort, setSort] = useState<TableSort>({ id: 'path', descending: true });
  const [active, setActive] = useState<{ readonly of: Groups; readonly group: number }>();
  const { shown, isLoading, problem } = useGroups(props, by);
  const order = useOrder(shown, sort);
  const columns = useColumnsOf(shown, props.serviceColour, styles);
  const load = useKeyOptions(source);
  const chosen = shown && active?.of === shown ? active.group : undefined;
  const query =
    shown && chosen !== undefined
      ? groupQuery(shown.keys, [shown.groups.first[chosen], shown.groups.second[chosen]])
      : undefined;
  const spans = shown ? shown.groups.counts.reduce((sum, count) => sum + count, 0) : 0;
  return (
    <div className={styles.view}>
      <div className={styles.tools}>
        <label className={styles.field}>
          By
          <Combobox
            aria-label="First key"
            width={24}
            options={load(false)}
            value={optionOf(by[0])}
            onChange={({ value }) => setBy(by[1] === undefined || by[1] === value ? [value] : [value, by[1]])}
          />
        </label>
        <label className={styles.field}>
          and
          <Combobox
            aria-label="Second key"
            width={24}
            options={load(true)}
            value={by[1] === undefined ? NO_SECOND : optionOf(by[1])}
            onChange={({ value }) => setBy(value === '' || value === by[0] ? [by[0]] : [by[0], value])}
          />
        </label>
        {shown && (
          <ClipboardButton
            size="sm"
            fill="text"
            variant="secondary"
            icon="copy"
            getText={() => csvOf(csvRows(shown, order))}
          >
            Copy as CSV
          </ClipboardButton>
        )}
      </div>
      {isLoading && <LoadingBar width={300} ariaLabel="Grouping the spans" />}
      {problem !== undefined && (
        <Alert severity="error" title="The spans cannot be grouped this way">
          {problem}
        </Alert>
      )}
      {shown && (
        <VirtualTable
          label="Statistics"
          columns={columns}
          order={order}
          sort={sort}
          onSort={setSort}
          onOpen={(group) => setActive({ of: shown, group })}
          onActive={(group) => setActive({ of: shown, group })}
          minWidth={MIN_WIDTH}
          footer={
            <div className={styles.footer}>
              {chosen === undefined ? (
                <span>
                  {`${formatCount(shown.groups.groups)} ${shown.groups.groups === 1 ? 'group' : 'groups'} of ${formatCount(spans)} spans`}
                  {matches && ', those that were found'}
                </span>
              ) : (
                <>
                  <span className={styles.chosen}>{groupText(shown, chosen)}</span>
                  <Button
                    size="sm"
                    variant="secondary"
                    onClick={() => {
                      const row = slowestOf(table, shown, chosen, matches);
                      if (row >= 0) {
                        onShowSpan(row);
                      }
                    }}
                  >
                    Show the slowest span
                  </Button>
                  {query !== undefined && (
                    <Button size="sm" variant="secondary" onClick={() => onSearch(query)}>
                      Find these spans
                    </Button>
                  )}
                </>
              )}
            </div>
          }
        />
      )}
    </div>
  );
}

const optionOf = (key: string): ComboboxOption<string> => ({
  value: key,
  label: isReadyKey(key) ? KEY_TEXTS[key] : key,
});

function groupText({ keys, groups }: Groups, group: number): string {
  return keys.map((key, at) => valueText(key, valuesOf(groups, at)[group])).join(' ');
}

const valuesOf = ({ first, second }: Statistics, at: number): Uint32Array => (at === 0 ? first : second);

function csvRows({ keys, groups }: Groups, order: Uint32Array): Array<Array<string | number>> {
  const heading = [...keys.map(({ key }) => key), ...NUMBERS.map(([, , column]) => column)];
  const rows = Array.from(order, (group) => [
    ...keys.map((key, at) => valueText(key, valuesOf(groups, at)[group])),
    ...NUMBERS.map(([, , column]) => groups[column][group]),
  ]);
  return [heading, ...rows];
}

/** The order of the groups. What is equal in the column stands by self time. */
function useOrder(shown: Groups | undefined, { id, descending }: TableSort): Uint32Array {
  const work = useMemo(() => {
    if (!shown) {
      return undefined;
    }
    const { keys, groups } = shown;
    return function* () {
      const all = rowsOfBits(groups.groups, undefined);
      const bySelf = yield* sortRows(all, groups.selfNs, true);
      const number = NUMBERS.find(([column]) => column === id);
      const at = keys.findIndex(({ key }) => key === id);
      const column = number ? groups[number[2]] : at >= 0 ? textRanks(shown, at) : groups.selfNs;
      return { shown, order: yield* sortRows(bySelf, column, descending) };
    };
  }, [shown, id, descending]);
  const { result, last } = useInTurns(work);
  const known = result ?? last;
  return known && known.shown === shown ? known.order : NONE;
}

function textRanks({ keys, groups }: Groups, at: number): Uint32Array {
  return ranksOf(groups.groups, (group) => valueText(keys[at], valuesOf(groups, at)[group]));
}

function useColumnsOf(
  shown: Groups | undefined,
  serviceColour: (service: string) => string,
  styles: ReturnType<typeof getStyles>
): TableColumn[] {
  return useMemo(() => {
    if (!shown) {
      return [];
    }
    const { keys, groups } = shown;
    return [
      ...keys.map((key, at): TableColumn => ({
        id: key.key,
        title: isReadyKey(key.key) ? KEY_TEXTS[key.key] : key.key,
        width: 'minmax(120px, 1fr)',
        sortable: true,
        render: (group) => {
          const text = valueText(key, valuesOf(groups, at)[group]);
          return key.key === 'service' ? <ServiceName service={text} colour={serviceColour} /> : text;
        },
      })),
      ...NUMBERS.map(([id, title, column, width, unit]): TableColumn => ({
        ...{ id, title, hint: HINTS[id], width, numeric: true, sortable: true },
        render: (group) => {
          const value = groups[column][group];
          if (unit === 'duration') {
            return formatDurationMs(value / 1e6);
          }
          if (unit === 'share') {
            return (
              <span className={styles.share}>
                <span className={styles.bar} style={{ width: `${value * 60}px` }} />
                {value > 0 ? formatPercent(value, 1) : ''}
              </span>
            );
          }
          return id === 'errors' && value > 0 ? (
            <span className={styles.error}>{formatCount(value)}</span>
          ) : id === 'errors' ? (
            ''
          ) : (
            formatCount(value)
          );
        },
      })),
    ];
  }, [shown, serviceColour, styles]);
}

/** A list of thousands helps nobody; typing finds the others. */
const MAX_OPTIONS = 300;

/** Keys to group by, asked for when a list is first opened. */
function useKeyOptions(source: AnalysisViewProps['source']) {
  const keys = useMemo(() => {
    let asked: Promise<string[]> | undefined;
    return () => {
      asked ??= source.keys(new AbortController().signal).catch(() => {
        asked = undefined;
        return [];
      });
      return asked;
    };
  }, [source]);
  return useCallback(
    (isSecond: boolean) =>
      async (typed: string): Promise<Array<ComboboxOption<string>>> => {
        const wanted = typed.trim().toLowerCase();
        const attributes = (await keys()).map((key) => ({ value: key, label: key }));
        return [...(isSecond ? [NO_SECOND] : []), ...FIXED, ...attributes]
          .filter(({ label }) => (label ?? '').toLowerCase().includes(wanted))
          .slice(0, MAX_OPTIONS);
      },
    [keys]
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  view: css({ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }),
  tools: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0.5, 1),
  }),
  field: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    margin: 0,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  footer: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1), minHeight: 24 }),
  chosen: css({ color: theme.colors.text.primary, marginRight: 'auto', overflowWrap: 'anywhere' }),
  share: css({ display: 'inline-flex', alignItems: 'center', justifyContent: 'flex-end', gap: 6, width: '100%' }),
  bar: css({ height: 6, background: theme.colors.text.disabled, borderRadius: 1, flexShrink: 0 }),
  error: css({ color: theme.colors.error.text }),
});
