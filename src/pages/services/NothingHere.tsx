import React, { useCallback } from 'react';
import { dateTime, type DataSourceInstanceSettings } from '@grafana/data';
import { sceneGraph, type SceneObject } from '@grafana/scenes';
import { StoreErrorAlert } from '../../scenes/StoreErrorAlert';
import { loadOutcome } from '../../scenes/loadOutcome';
import { useLoaded } from '../../scenes/useLoaded';
import { parseUnixNano } from '../../shared/unixNano';
import { EmptyStore } from '../start/EmptyStore';
import { OutOfRange } from '../start/OutOfRange';

interface Props {
  model: SceneObject;
  store: DataSourceInstanceSettings;
}

const HALF_HOUR_MS = 1_800_000;

/** Why there is nothing to show, and what to do: send the first trace, or look at another time. */
export function NothingHere({ model, store }: Props) {
  const timeRange = sceneGraph.getTimeRange(model);
  const load = useCallback(
    (signal: AbortSignal) =>
      loadOutcome(store, async (client) => ({ status: await client.status(signal), atMs: Date.now() })),
    [store]
  );
  const { value } = useLoaded(store.uid, load);
  const refresh = useCallback(() => timeRange.onRefresh(), [timeRange]);
  if (!value) {
    return null;
  }
  if ('failure' in value) {
    return <StoreErrorAlert {...value.failure} datasourceUid={store.uid} onRetry={refresh} />;
  }
  const { status, atMs } = value.data;
  if (status.spansStored === 0) {
    return <EmptyStore otlp={status.otlp} onCheck={refresh} />;
  }
  const showAround = (ms: number) => {
    const [from, to] = [dateTime(ms - HALF_HOUR_MS), dateTime(ms + HALF_HOUR_MS)];
    timeRange.onTimeRangeChange({ from, to, raw: { from, to } });
  };
  return (
    <OutOfRange
      newestMs={status.newestUnixNano === null ? undefined : parseUnixNano(status.newestUnixNano).ms}
      atMs={atMs}
      onShowAround={showAround}
    />
  );
}
