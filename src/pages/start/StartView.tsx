import React, { useCallback, useMemo } from 'react';
import { css } from '@emotion/css';
import { dateTime, type GrafanaTheme2 } from '@grafana/data';
import {
  DataSourceVariable,
  SceneObjectBase,
  sceneGraph,
  type SceneComponentProps,
  type SceneObjectState,
} from '@grafana/scenes';
import { LoadingBar, Text, useStyles2 } from '@grafana/ui';
import { StoreErrorAlert } from '../../scenes/StoreErrorAlert';
import { clewDatasources } from '../../scenes/clewDatasources';
import { useDelayed } from '../../scenes/useDelayed';
import { useLoaded } from '../../scenes/useLoaded';
import { datasourceAddress } from '../../shared/datasourceAddress';
import { type StorePlace } from '../../shared/describeStoreError';
import { grafanaTransport } from '../../shared/grafanaTransport';
import { StoreClient } from '../../shared/storeClient';
import { StoreError } from '../../shared/storeError';
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

interface Failure {
  readonly error: StoreError;
  readonly place: StorePlace;
}

type Outcome = { readonly data: StartData } | { readonly failure: Failure };

const SLOW_MS = 1000;
const HALF_HOUR_MS = 1_800_000;

function StartViewRenderer({ model }: SceneComponentProps<StartView>) {
  const styles = useStyles2(getStyles);
  const timeRange = sceneGraph.getTimeRange(model);
  const { value: range } = timeRange.useState();
  const datasource = useChosenDatasource(model);
  const { uid, name, url = '' } = datasource;
  // A refresh gives a new range object, and so asks again, also where the times stay what they were.
  const load = useCallback(
    (signal: AbortSignal) =>
      loadOutcome(uid, name, url, { fromMs: range.from.valueOf(), toMs: range.to.valueOf() }, signal),
    [uid, name, url, range]
  );
  const { value, error, isLoading } = useLoaded(uid, load);
  const { value: examples } = useLoaded(
    uid,
    useCallback(
      (signal: AbortSignal) =>
        loadExamples(
          new StoreClient(grafanaTransport(url)),
          { fromMs: range.from.valueOf(), toMs: range.to.valueOf() },
          signal
        ),
      [url, range]
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

/** A store that fails is something to show, not an exception. */
async function loadOutcome(
  uid: string,
  name: string,
  url: string,
  window: { fromMs: number; toMs: number },
  signal: AbortSignal
): Promise<Outcome> {
  try {
    return { data: await loadStart(new StoreClient(grafanaTransport(url)), window, signal) };
  } catch (error) {
    if (error instanceof StoreError) {
      return { failure: { error, place: { datasourceName: name, address: await datasourceAddress(uid) } } };
    }
    throw error;
  }
}

/** The one in `var-ds`, or the first: there is at least one, or this view is not shown. */
function useChosenDatasource(model: StartView) {
  const variable = sceneGraph.lookupVariable('ds', model);
  const uid = variable instanceof DataSourceVariable ? variable.useState().value : undefined;
  return useMemo(() => {
    const all = clewDatasources();
    return all.find((datasource) => datasource.uid === uid) ?? all[0];
  }, [uid]);
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), width: '100%', position: 'relative' }),
  progress: css({ position: 'absolute', top: theme.spacing(-1), left: 0, right: 0, overflow: 'hidden' }),
});
