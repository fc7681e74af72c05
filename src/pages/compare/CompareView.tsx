import React, { useCallback } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import {
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  sceneGraph,
  type SceneComponentProps,
  type SceneObjectState,
  type SceneObjectUrlValues,
} from '@grafana/scenes';
import { Alert, EmptyState, LoadingBar, Text, useStyles2 } from '@grafana/ui';
import { loadOutcome } from '../../scenes/loadOutcome';
import { StoreErrorAlert } from '../../scenes/StoreErrorAlert';
import { useChosenStore } from '../../scenes/storeVariable';
import { useDelayed } from '../../scenes/useDelayed';
import { useLoaded } from '../../scenes/useLoaded';
import { CompareForm } from './CompareForm';
import { CompareResult } from './CompareResult';
import { compareParams, sideProblem } from './comparison';

export interface Sides {
  /** A trace id, TraceQL, or `usual`. */
  readonly a: string;
  readonly b: string;
  /** A key of AGO: how long before the time range the first side lies. */
  readonly ago: string;
}

interface CompareState extends SceneObjectState, Sides {}

const KEYS = ['a', 'b', 'ago'] as const;
const SLOW_MS = 500;

/** What two sides have in common, and what not. */
export class CompareView extends SceneObjectBase<CompareState> {
  static Component = CompareViewRenderer;

  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: [...KEYS] });

  getUrlState(): SceneObjectUrlValues {
    return Object.fromEntries(KEYS.map((key) => [key, this.state[key] || undefined]));
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    const changes = Object.fromEntries(
      KEYS.flatMap((key) => (key in values ? [[key, typeof values[key] === 'string' ? values[key] : '']] : []))
    );
    if (Object.keys(changes).length > 0) {
      this.setState(changes);
    }
  }
}

function CompareViewRenderer({ model }: SceneComponentProps<CompareView>) {
  const styles = useStyles2(getStyles);
  const { a, b, ago } = model.useState();
  const timeRange = sceneGraph.getTimeRange(model);
  const { value: range } = timeRange.useState();
  const store = useChosenStore(model);
  const load = useCallback(
    (signal: AbortSignal) => {
      const params = compareParams(a, b, ago, { fromMs: range.from.valueOf(), toMs: range.to.valueOf() });
      return params ? loadOutcome(store, (client) => client.compare(params, signal)) : Promise.resolve(undefined);
    },
    [a, b, ago, range, store]
  );
  const key = JSON.stringify([store.uid, a, b, ago]);
  const { value, error, isLoading } = useLoaded(key, load);
  const isSlow = useDelayed(isLoading, SLOW_MS);
  if (error !== undefined) {
    // Not the store's fault, but ours: Grafana's error boundary shows it.
    throw error;
  }
  const problem = sideProblem(a, b);
  return (
    <div className={styles.page} aria-busy={isLoading}>
      <CompareForm key={key} sides={{ a, b, ago }} onCompare={(sides) => model.setState(sides)} />
      <div className={styles.progress}>{isSlow && <LoadingBar width={400} ariaLabel="Comparing" />}</div>
      {isSlow && !value && <Text color="secondary">Reading the traces of both sides…</Text>}
      {problem !== undefined && <Alert severity="warning" title={problem} />}
      {value && 'failure' in value && (
        <StoreErrorAlert {...value.failure} datasourceUid={store.uid} onRetry={() => timeRange.onRefresh()} />
      )}
      {value && 'data' in value && (
        <CompareResult
          comparison={value.data}
          datasourceUid={store.uid}
          onSwap={a === 'usual' ? undefined : () => model.setState({ a: b, b: a })}
        />
      )}
      {!value && !isLoading && problem === undefined && (
        <EmptyState variant="call-to-action" message="Nothing to compare yet">
          Give a trace id on both sides; a trace and what is usual; or TraceQL for two sets of traces, such as{' '}
          {'{ resource.service.name = "checkout" }'} now and a day before.
        </EmptyState>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), width: '100%', position: 'relative' }),
  progress: css({ position: 'absolute', top: theme.spacing(-1), left: 0, right: 0, overflow: 'hidden' }),
});
