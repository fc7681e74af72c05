import React, { useCallback } from 'react';
import { css } from '@emotion/css';
import { dateTime, type GrafanaTheme2 } from '@grafana/data';
import { SceneObjectBase, sceneGraph, type SceneComponentProps, type SceneObjectState } from '@grafana/scenes';
import { LoadingBar, Text, useStyles2 } from '@grafana/ui';
import { StoreErrorAlert } from '../../scenes/StoreErrorAlert';
import { loadOutcome } from '../../scenes/loadOutcome';
import { useChosenStore } from '../../scenes/storeVariable';
import { useDelayed } from '../../scenes/useDelayed';
import { useLoaded } from '../../scenes/useLoaded';
import { grafanaTransport } from '../../shared/grafanaTransport';
import { StoreClient } from '../../shared/storeClient';
import { parseUnixNano } from '../../shared/unixNano';
import { EmptyStore } from './EmptyStore';
import { ExampleTraces } from './ExampleTraces';
import { Onwards } from './Onwards';
import { OutOfRange } from './OutOfRange';
import { ServicesTable } from './ServicesTable';
import { StatusStrip } from './StatusStrip';
import { loadExamples, type Examples } from './loadExamples';
import { loadStart, type StartData } from './loadStart';

/** What is in the store, and where to go from there. */
export class StartView extends SceneObjectBase<SceneObjectState> {
  static Component = StartViewRenderer;
}

const SLOW_MS = 1000;
const HALF_HOUR_MS = 1_800_000;

function StartViewRenderer({ model }: SceneComponentProps<StartView>) {
  const styles = useStyles2(getStyles);
  const timeRange = sceneGraph.getTimeRange(model);
  const { value: range } = timeRange.useState();
  const store = useChosenStore(model);
  const { uid } = store;
  // A refresh gives a new range object, and so asks again, also where the times stay what they were.
  const load = useCallback(
    (signal: AbortSignal) =>
      loadOutcome(store, (client) =>
        loadStart(client, { fromMs: range.from.valueOf(), toMs: range.to.valueOf() }, signal)
      ),
    [store, range]
  );
  const { value, error, isLoading } = useLoaded(uid, load);
  const { value: examples } = useLoaded(
    uid,
    useCallback(
      (signal: AbortSignal) =>
        loadExamples(
          new StoreClient(grafanaTransport(store.url ?? '')),
          { fromMs: range.from.valueOf(), toMs: range.to.valueOf() },
          signal
        ),
      [store, range]
    )
  );
  const refresh = useCallback(() => timeRange.onRefresh(), [timeRange]);
  const isSlow = useDelayed(isLoading, SLOW_MS);
  if (error !== undefined) {
    // Not the store's fault, but ours: Grafana's error boundary shows it.
    throw error;
  }
  const showAround = (ms: number) => {
    timeRange.onTimeRangeChange({
      from: dateTime(ms - HALF_HOUR_MS),
      to: dateTime(ms + HALF_HOUR_MS),
      raw: { from: dateTime(ms - HALF_HOUR_MS), to: dateTime(ms + HALF_HOUR_MS) },
    });
  };
  return (
    <div className={styles.page} aria-busy={isLoading}>
      <div className={styles.progress}>{isSlow && <LoadingBar width={400} ariaLabel="Asking the trace store" />}</div>
      {isSlow && !value && <Text color="secondary">Asking the trace store…</Text>}
      {value && 'failure' in value && (
        <div>
          <StoreErrorAlert {...value.failure} datasourceUid={uid} onRetry={refresh} />
        </div>
      )}
      {value && 'data' in value && (
        <>
          <StatusStrip status={value.data.status} atMs={value.data.atMs} />
          {value.data.status.spansStored > 0 && <Onwards datasourceUid={uid} />}
          <Body
            data={value.data}
            datasourceUid={uid}
            raw={range.raw}
            examples={examples}
            onShowAround={showAround}
            onRefresh={refresh}
          />
        </>
      )}
    </div>
  );
}

interface BodyProps {
  data: StartData;
  datasourceUid: string;
  raw: Parameters<typeof ServicesTable>[0]['range'];
  examples: Examples | undefined;
  onShowAround: (ms: number) => void;
  onRefresh: () => void;
}

function Body({ data: { status, services, atMs }, datasourceUid, raw, examples, onShowAround, onRefresh }: BodyProps) {
  if (status.spansStored === 0) {
    return <EmptyStore otlp={status.otlp} onCheck={onRefresh} />;
  }
  if (services.length === 0) {
    return (
      <OutOfRange
        newestMs={status.newestUnixNano === null ? undefined : parseUnixNano(status.newestUnixNano).ms}
        atMs={atMs}
        onShowAround={onShowAround}
      />
    );
  }
  return (
    <>
      {examples && <ExampleTraces {...examples} datasourceUid={datasourceUid} />}
      <ServicesTable services={services} datasourceUid={datasourceUid} range={raw} atMs={atMs} />
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), width: '100%', position: 'relative' }),
  progress: css({ position: 'absolute', top: theme.spacing(-1), left: 0, right: 0, overflow: 'hidden' }),
});
