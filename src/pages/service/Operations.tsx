import React, { useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { type DataSourceInstanceSettings, type GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';
import { StoreErrorAlert } from '../../scenes/StoreErrorAlert';
import { RedTable } from '../../scenes/red/RedTable';
import { type RedScope } from '../../scenes/red/loadRed';
import { type Basis } from '../../scenes/red/red';
import { sortRows, type RedSort } from '../../scenes/red/redSort';
import { useRed, useTrends } from '../../scenes/red/useRed';
import { type PageTime } from '../../scenes/usePageTime';
import { testIds } from '../../shared/testIds';

interface Props {
  store: DataSourceInstanceSettings;
  time: PageTime;
  ofService: string;
  basis: Basis;
  selected: string | undefined;
  sort: RedSort;
  onSort: (sort: RedSort) => void;
  onSelect: (operation: string) => void;
}

const PAGE_SIZE = 20;

/** What a service can be asked for, by the names of its spans. One of them filters the page. */
export function Operations({ store, time, ofService, basis, selected, sort, onSort, onSelect }: Props) {
  const styles = useStyles2(getStyles);
  const scope = useMemo((): RedScope => ({ by: 'name', condition: ofService, basis }), [ofService, basis]);
  const { rows, window, outcome } = useRed(store, scope, time.window);
  const [asked, setPage] = useState(1);
  const sorted = useMemo(() => sortRows(rows ?? [], sort), [rows, sort]);
  const pages = Math.max(1, Math.ceil(sorted.length / PAGE_SIZE));
  const page = Math.min(asked, pages);
  const shown = useMemo(() => sorted.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE), [sorted, page]);
  const trends = useTrends(store, scope, shown, window, outcome !== undefined);
  return (
    <section aria-label="Operations" data-testid={testIds.service.operations}>
      <Text element="h2" variant="h4">
        Operations
      </Text>
      {outcome && 'failure' in outcome && (
        <StoreErrorAlert {...outcome.failure} datasourceUid={store.uid} onRetry={time.refresh} />
      )}
      {shown.length > 0 && (
        <RedTable
          name="Operation"
          rows={shown}
          trends={trends}
          seconds={(window.toMs - window.fromMs) / 1000}
          hasBefore={sorted.some(({ before }) => (before.requests ?? 0) > 0)}
          sort={sort}
          onSort={onSort}
          page={page}
          pages={pages}
          onPage={setPage}
          selected={selected}
          renderName={({ key }) => (
            <button
              type="button"
              className={styles.operation}
              aria-pressed={key === selected}
              title={key === selected ? 'Show all operations' : 'Show this operation alone'}
              onClick={() => onSelect(key)}
            >
              {key === '' ? '(no name)' : key}
            </button>
          )}
        />
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  operation: css({
    padding: 0,
    border: 'none',
    background: 'none',
    color: theme.colors.text.link,
    textAlign: 'left',
    overflowWrap: 'anywhere',
    '&:hover': { textDecoration: 'underline' },
  }),
});
