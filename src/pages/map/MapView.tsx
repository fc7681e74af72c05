import React, { useCallback } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import {
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  type SceneComponentProps,
  type SceneObjectState,
  type SceneObjectUrlValues,
} from '@grafana/scenes';
import { EmptyState, LoadingBar, Text, useStyles2 } from '@grafana/ui';
import { StoreErrorAlert } from '../../scenes/StoreErrorAlert';
import { loadOutcome } from '../../scenes/loadOutcome';
import { useChosenStore } from '../../scenes/storeVariable';
import { useDelayed } from '../../scenes/useDelayed';
import { useLoaded } from '../../scenes/useLoaded';
import { usePageTime } from '../../scenes/usePageTime';
import { testIds } from '../../shared/testIds';
import { NothingHere } from '../services/NothingHere';
import { MapForm } from './MapForm';
import { MapResult } from './MapResult';
import { EVERYTHING, narrowed, queryProblem } from './mapQuery';

interface MapState extends SceneObjectState {
  /** TraceQL that finds traces; all of them without it. */
  readonly q?: string;
  /** The chosen node or edge, by its id. */
  readonly node?: string;
  readonly edge?: string;
  /** Traces that are read. */
  readonly limit?: number;
}

const KEYS = ['q', 'node', 'edge', 'limit'] as const;
const SLOW_MS = 1000;
/** The store reads no more. */
const MOST_TRACES = 20_000;

export class MapView extends SceneObjectBase<MapState> {
  static Component = MapViewRenderer;

  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: [...KEYS] });

  getUrlState(): SceneObjectUrlValues {
    const { q, node, edge, limit } = this.state;
    return { q, node, edge, limit: limit === undefined ? undefined : String(limit) };
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    const textOf = (key: (typeof KEYS)[number]): string | undefined => {
      const value = values[key];
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
    const limit = Math.floor(Number(textOf('limit')));
    this.setState({
      ...('q' in values && { q: textOf('q') }),
      ...('node' in values && { node: textOf('node') }),
      ...('edge' in values && { edge: textOf('edge') }),
      ...('limit' in values && { limit: limit > 0 ? Math.min(limit, MOST_TRACES) : undefined }),
    });
  }
}

function MapViewRenderer({ model }: SceneComponentProps<MapView>) {
  const styles = useStyles2(getStyles);
  const { q: query = EVERYTHING, node, edge, limit } = model.useState();
  const store = useChosenStore(model);
  const { window, urlRange, refresh } = usePageTime(model);
  const isBroken = queryProblem(query) !== undefined;
  const load = useCallback(
    async (signal: AbortSignal) =>
      // The window goes with the answer: rates are of the time that was asked for.
      isBroken
        ? undefined
        : { window, ...(await loadOutcome(store, (client) => client.serviceMap(query, { limit, window, signal }))) },
    [isBroken, limit, query, store, window]
  );
  const { value, error, isLoading } = useLoaded(JSON.stringify([store.uid, query, limit]), load);
  const isSlow = useDelayed(isLoading, SLOW_MS);
  if (error !== undefined) {
    // Not the store's fault, but ours: Grafana's error boundary shows it.
    throw error;
  }
  const show = (next: string) => model.setState({ q: next === EVERYTHING ? undefined : next });
  return (
    <div className={styles.page} aria-busy={isLoading} data-testid={testIds.map.page}>
      <MapForm key={query} query={query} onShow={show} />
      <div className={styles.progress}>{isSlow && <LoadingBar width={400} ariaLabel="Reading traces" />}</div>
      {isSlow && !value && <Text color="secondary">Reading traces…</Text>}
      {value && 'failure' in value && (
        <StoreErrorAlert {...value.failure} datasourceUid={store.uid} onRetry={refresh} />
      )}
      {value && 'data' in value && value.data.traces === 0 && query === EVERYTHING && (
        <NothingHere model={model} store={store} />
      )}
      {value && 'data' in value && value.data.traces === 0 && query !== EVERYTHING && (
        <EmptyState variant="not-found" message="No trace in this time has such spans">
          Take a longer time, or another query.
        </EmptyState>
      )}
      {value && 'data' in value && value.data.traces > 0 && (
        <MapResult
          map={value.data}
          window={value.window}
          chosen={{ node, edge }}
          query={query}
          link={{ datasourceUid: store.uid, range: urlRange }}
          onChoose={(next) => model.setState({ node: next.node, edge: next.edge })}
          onNarrow={(condition) => show(narrowed(query, condition))}
          onReadMore={
            value.data.truncated && limit !== MOST_TRACES ? () => model.setState({ limit: MOST_TRACES }) : undefined
          }
        />
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), width: '100%', position: 'relative' }),
  progress: css({ position: 'absolute', top: theme.spacing(-1), left: 0, right: 0, overflow: 'hidden' }),
});
