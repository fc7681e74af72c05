import React, { useCallback, useId, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, ClipboardButton, Combobox, LoadingBar, useStyles2, type ComboboxOption } from '@grafana/ui';
import { formatCount } from '../../../shared/format';
import { type AnalysisViewProps } from '../analysisView';
import { ranksOf, rowsOfBits, sortRows } from '../table/sortRows';
import { VirtualTable, type TableSort } from '../table/VirtualTable';
import { useInTurns } from '../../trace/useInTurns';
import { columnValues, csvRows, sum, useGroupColumns, valuesOf } from './groupColumns';
import { KEY_TEXTS, READY_KEYS, csvOf, groupQuery, isReadyKey, valueText } from './groupTexts';
import { slowestOf } from './slowestOf';
import { useGroups, type Groups } from './useGroups';

const MIN_WIDTH = 1040;
const NONE = new Uint32Array(0);
const FIXED: Array<ComboboxOption<string>> = READY_KEYS.map((key) => ({ value: key, label: KEY_TEXTS[key] }));
const NO_SECOND: ComboboxOption<string> = { value: '', label: 'Nothing else' };

/** Spans by service and operation, or by any one or two attributes: how many, how long, how much of the trace. */
export function StatisticsView(props: AnalysisViewProps) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const { table, analysis, source, matches, onShowSpan, onSearch } = props;
  const [by, setBy] = useState<readonly [string] | readonly [string, string]>(['service', 'name']);
  const [sort, setSort] = useState<TableSort>({ id: 'path', descending: true });
  const [active, setActive] = useState<{ readonly of: Groups; readonly group: number }>();
  const { shown, isLoading, problem } = useGroups(props, by);
  const traceSelfNs = useMemo(() => sum(analysis.operations.selfNs), [analysis]);
  const order = useOrder(shown, sort, traceSelfNs);
  const columns = useGroupColumns(shown, traceSelfNs, props.serviceColour);
  const { load, problem: keysProblem } = useKeyOptions(source);
  const chosen = shown && active?.of === shown ? active.group : undefined;
  const query =
    shown && chosen !== undefined
      ? groupQuery(shown.keys, [shown.groups.first[chosen], shown.groups.second[chosen]])
      : undefined;
  const spans = shown ? sum(shown.groups.counts) : 0;
  return (
    <div className={styles.view}>
      <div className={styles.tools}>
        <label className={styles.field} htmlFor={`${id}-first`}>
          Group by
          <Combobox
            id={`${id}-first`}
            width={24}
            options={load(false)}
            value={optionOf(by[0])}
            onChange={({ value }) => setBy(by[1] === undefined || by[1] === value ? [value] : [value, by[1]])}
          />
        </label>
        <label className={styles.field} htmlFor={`${id}-second`}>
          then by
          <Combobox
            id={`${id}-second`}
            width={24}
            options={load(true)}
            value={by[1] === undefined ? NO_SECOND : optionOf(by[1])}
            onChange={({ value }) => setBy(value === '' || value === by[0] ? [by[0]] : [by[0], value])}
          />
        </label>
        {shown && spans > 0 && (
          <ClipboardButton
            size="sm"
            fill="text"
            variant="secondary"
            icon="copy"
            getText={() => csvOf(csvRows(shown, order, traceSelfNs))}
          >
            Copy as CSV
          </ClipboardButton>
        )}
      </div>
      {keysProblem !== undefined && (
        <div className={styles.alert}>
          <Alert severity="warning" title="The attributes of the trace cannot be listed">
            {keysProblem}
          </Alert>
        </div>
      )}
      {isLoading && <LoadingBar width={300} ariaLabel="Grouping the spans" />}
      {problem !== undefined && (
        <div className={styles.alert}>
          <Alert severity="error" title="The spans cannot be grouped this way">
            {problem}
          </Alert>
        </div>
      )}
      {shown && spans === 0 && <p className={styles.empty}>No span was found.</p>}
      {shown && spans > 0 && (
        <VirtualTable
          label="Statistics"
          columns={columns}
          order={order}
          sort={sort}
          onSort={setSort}
          active={chosen}
          onOpen={(group) => setActive({ of: shown, group })}
          onActive={(group) => setActive({ of: shown, group })}
          minWidth={MIN_WIDTH}
          footer={
            <div className={styles.footer}>
              {chosen === undefined ? (
                <span>
                  {`${formatCount(shown.groups.groups)} ${shown.groups.groups === 1 ? 'group' : 'groups'} of ${formatCount(spans)} ${spans === 1 ? 'span' : 'spans'}`}
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

/** The order of the groups. What is equal in the column stands by self time. */
function useOrder(shown: Groups | undefined, { id, descending }: TableSort, traceSelfNs: number): Uint32Array {
  const work = useMemo(() => {
    if (!shown) {
      return undefined;
    }
    const { keys, groups } = shown;
    return function* () {
      const all = rowsOfBits(groups.groups, undefined);
      const bySelf = yield* sortRows(all, groups.selfNs, true);
      const at = keys.findIndex(({ key }) => key === id);
      const values =
        at >= 0
          ? yield* ranksOf(groups.groups, (group) => valueText(keys[at], valuesOf(groups, at)[group]))
          : columnValues(groups, id, traceSelfNs);
      return { shown, order: yield* sortRows(bySelf, values, descending) };
    };
  }, [shown, id, descending, traceSelfNs]);
  const { result, last } = useInTurns(work);
  const known = result ?? last;
  return known && known.shown === shown ? known.order : NONE;
}

/** A list of thousands helps nobody; typing finds the others. */
const MAX_OPTIONS = 300;

/** Keys to group by, asked for when a list is first opened; again after a failure. */
function useKeyOptions(source: AnalysisViewProps['source']) {
  const [failure, setFailure] = useState<{ readonly of: AnalysisViewProps['source']; readonly text: string }>();
  const keys = useMemo(() => {
    let asked: Promise<string[]> | undefined;
    const ask = async () => {
      try {
        const found = await source.keys(new AbortController().signal);
        setFailure(undefined);
        return found;
      } catch (error) {
        asked = undefined;
        setFailure({ of: source, text: error instanceof Error ? error.message : String(error) });
        return [];
      }
    };
    return () => (asked ??= ask());
  }, [source]);
  const load = useCallback(
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
  return { load, problem: failure?.of === source ? failure.text : undefined };
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
  // An alert grows by itself.
  alert: css({ flexShrink: 0 }),
  empty: css({ padding: theme.spacing(2), margin: 0, color: theme.colors.text.secondary }),
});
