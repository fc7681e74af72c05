import React, { useMemo } from 'react';
import { css } from '@emotion/css';
import { type DataSourceInstanceSettings, type GrafanaTheme2 } from '@grafana/data';
import {
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  type SceneComponentProps,
  type SceneObjectState,
  type SceneObjectUrlValues,
} from '@grafana/scenes';
import { Alert, EmptyState, Input, LoadingBar, Text, TextLink, useStyles2 } from '@grafana/ui';
import { StoreErrorAlert } from '../../scenes/StoreErrorAlert';
import { RedTable } from '../../scenes/red/RedTable';
import { type RedScope } from '../../scenes/red/loadRed';
import { type RedRow } from '../../scenes/red/red';
import { BY_CHANGE, readSort, sortRows, sortText, type RedSort } from '../../scenes/red/redSort';
import { useRed, useTrends } from '../../scenes/red/useRed';
import { useChosenStore } from '../../scenes/storeVariable';
import { useDelayed } from '../../scenes/useDelayed';
import { usePageTime, type PageTime } from '../../scenes/usePageTime';
import { servicePath } from '../../shared/appAddress';
import { formatCount } from '../../shared/format';
import { testIds } from '../../shared/testIds';
import { NothingHere } from './NothingHere';

interface ServicesState extends SceneObjectState {
  /** Part of a name. */
  readonly find?: string;
  /** Undefined: by what changed, or by rate where there is nothing to compare with. */
  readonly sort?: RedSort;
  readonly page?: number;
}

/** All services, those first of which the most changed. */
export class ServicesView extends SceneObjectBase<ServicesState> {
  static Component = ServicesViewRenderer;

  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: ['find', 'sort', 'page'] });

  getUrlState(): SceneObjectUrlValues {
    const { find, sort, page } = this.state;
    return {
      find: find || undefined,
      sort: sort && sortText(sort),
      page: page !== undefined && page > 1 ? String(page) : undefined,
    };
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    const { find, sort, page } = values;
    this.setState({
      ...('find' in values && { find: typeof find === 'string' ? find : undefined }),
      ...('sort' in values && { sort: typeof sort === 'string' ? readSort(sort) : undefined }),
      ...('page' in values && { page: Math.max(1, Math.floor(Number(page)) || 1) }),
    });
  }
}

const SCOPE: RedScope = { by: 'resource.service.name', condition: undefined };
const SLOW_MS = 1000;
const PAGE_SIZE = 50;

function ServicesViewRenderer({ model }: SceneComponentProps<ServicesView>) {
  const styles = useStyles2(getStyles);
  const store = useChosenStore(model);
  const time = usePageTime(model);
  const { rows, window, outcome, isLoading } = useRed(store, SCOPE, time.window);
  const isSlow = useDelayed(isLoading, SLOW_MS);
  return (
    <div className={styles.page} aria-busy={isLoading} data-testid={testIds.services.page}>
      <div className={styles.progress}>{isSlow && <LoadingBar width={400} ariaLabel="Asking the trace store" />}</div>
      {isSlow && !rows && <Text color="secondary">Asking the trace store…</Text>}
      {outcome && 'failure' in outcome && !isLoading && (
        <StoreErrorAlert {...outcome.failure} datasourceUid={store.uid} onRetry={time.refresh} />
      )}
      {outcome && 'data' in outcome && outcome.data.message !== undefined && (
        <Alert severity="warning" title={outcome.data.message} />
      )}
      {rows && rows.length > 0 && (
        <Services model={model} rows={rows} isWhole={outcome !== undefined} store={store} time={{ ...time, window }} />
      )}
      {rows?.length === 0 && outcome && 'data' in outcome && <NothingHere model={model} store={store} />}
    </div>
  );
}

interface ServicesProps {
  model: ServicesView;
  rows: readonly RedRow[];
  isWhole: boolean;
  store: DataSourceInstanceSettings;
  time: PageTime;
}

function Services({ model, rows, isWhole, store, time }: ServicesProps) {
  const styles = useStyles2(getStyles);
  const { find = '', sort: chosen, page: asked = 1 } = model.useState();
  const hasBefore = rows.some(({ before }) => (before.requests ?? 0) > 0);
  const isCompared = hasBefore || !isWhole;
  const sort = chosen ?? (isCompared ? BY_CHANGE : BY_RATE);
  const found = useMemo(() => {
    const part = find.trim().toLowerCase();
    return sortRows(part === '' ? rows : rows.filter(({ key }) => key.toLowerCase().includes(part)), sort);
  }, [rows, find, sort]);
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
  const page = Math.min(asked, pages);
  const shown = useMemo(() => found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE), [found, page]);
  const trends = useTrends(store, SCOPE, shown, time.window, isWhole);
  return (
    <>
      <div className={styles.bar}>
        <div className={styles.find}>
          <Input
            aria-label="Find a service"
            placeholder="Find a service"
            value={find}
            onChange={({ currentTarget }) => model.setState({ find: currentTarget.value, page: 1 })}
          />
        </div>
        <Text color="secondary">
          {found.length === rows.length
            ? `${formatCount(rows.length)} ${rows.length === 1 ? 'service' : 'services'}`
            : `${formatCount(found.length)} of ${formatCount(rows.length)} services`}
          {isCompared ? '' : '. Nothing is stored of the period before.'}
        </Text>
      </div>
      {found.length === 0 ? (
        <EmptyState variant="not-found" message="No service has this in its name" />
      ) : (
        <RedTable
          name="Service"
          rows={shown}
          trends={trends}
          seconds={(time.window.toMs - time.window.fromMs) / 1000}
          hasBefore={hasBefore}
          sort={sort}
          onSort={(next) => model.setState({ sort: next, page: 1 })}
          page={page}
          pages={pages}
          onPage={(next) => model.setState({ page: next })}
          renderName={({ key }) => (
            <TextLink
              href={servicePath(key, { datasourceUid: store.uid, range: time.urlRange })}
              inline={false}
              color="link"
            >
              {key === '' ? '(no name)' : key}
            </TextLink>
          )}
        />
      )}
    </>
  );
}

const BY_RATE: RedSort = { key: 'rate', isDescending: true };

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), width: '100%', position: 'relative' }),
  progress: css({ position: 'absolute', top: theme.spacing(-1), left: 0, right: 0, overflow: 'hidden' }),
  bar: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(2) }),
  find: css({ width: 320 }),
});
