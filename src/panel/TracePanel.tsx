import React, { useCallback, useMemo, useState, useSyncExternalStore } from 'react';
import { LoadingState, type PanelData, type PanelProps } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { DATASOURCE_TYPE } from '../shared/pluginIds';
import { columnKeys, type PanelOptions } from './options';
import {
  frameLinks,
  onUrlChange,
  sharesUrl,
  spanInUrl,
  storedLinks,
  viewInUrl,
  writeSpan,
  writeView,
} from './panelLinks';
import { chooseFeed, type Choice } from './trace/chooseFeed';
import { FrameFeed } from './trace/frameFeed';
import { traceDataOf } from './trace/frameSource';
import { grafanaBytes, proxyPath } from './trace/grafanaBytes';
import { StoreTrace } from './trace/storeTrace';
import { type TraceFeed } from './trace/traceFeed';
import { TraceView } from './view/TraceView';
import { type ViewSettings } from './view/viewTypes';

interface Chosen {
  readonly datasourceUid: string;
  readonly traceId: string;
}

/** One trace of the panel's data. */
export function TracePanel({
  data,
  options,
  width,
  height,
  timeZone,
  timeRange,
  replaceVariables,
}: PanelProps<PanelOptions>) {
  const { source = 'query', traceId = '' } = options;
  const wantedId = replaceVariables(traceId);
  const [chosen, setChosen] = useState<Chosen>();
  const choice = useMemo(
    () =>
      chooseFeed(traceDataOf(data), {
        source,
        traceId: wantedId,
        datasourceUid: datasourceOf(data) ?? defaultStore(),
        isStore,
      }),
    [data, source, wantedId]
  );
  // Of a list, what was chosen of it stays as long as there is a list.
  const shown: Choice =
    choice.kind === 'list' && chosen ? { kind: 'stored', ...chosen, spans: undefined, focusSpanId: undefined } : choice;
  const feed = useFeed(shown);
  const urlSpan = useSyncExternalStore(onUrlChange, spanInUrl);
  const urlView = useSyncExternalStore(onUrlChange, viewInUrl);
  const settings = useSettings(options);
  const datasourceUid = shown.kind === 'stored' ? shown.datasourceUid : undefined;
  const shownId = shown.kind === 'stored' ? shown.traceId : undefined;
  const links = useMemo(
    () =>
      datasourceUid === undefined || shownId === undefined
        ? frameLinks()
        : storedLinks(datasourceUid, shownId, timeRange),
    [datasourceUid, shownId, timeRange]
  );
  const onSelectSpan = useCallback((spanId: string | undefined) => writeSpan(spanId), []);
  return (
    <div style={{ width, height }}>
      <TraceView
        feed={feed}
        revision={shown.kind === 'stored' ? shown.spans : undefined}
        isWaiting={data.state === LoadingState.Loading || data.state === LoadingState.NotStarted}
        empty={emptyOf(shown, data.errors?.[0]?.message)}
        choices={
          choice.kind === 'list'
            ? choice.traces.map((trace) => ({
                ...trace,
                onChoose: () => setChosen({ datasourceUid: choice.datasourceUid, traceId: trace.traceId }),
              }))
            : undefined
        }
        settings={settings}
        view={urlView ?? options.view}
        onView={writeView}
        timeZone={timeZone}
        selectedSpanId={urlSpan ?? (shown.kind === 'stored' ? shown.focusSpanId : undefined)}
        isSpanShared={sharesUrl()}
        onSelectSpan={onSelectSpan}
        links={links}
        datasourceName={datasourceUid && getDataSourceSrv().getInstanceSettings(datasourceUid)?.name}
      />
    </div>
  );
}

const datasourceOf = ({ request }: PanelData): string | undefined =>
  request?.targets.map(({ datasource }) => datasource?.uid).find(Boolean);

/** A query that is empty does not run, and its datasource is not told then. */
function defaultStore(): string | undefined {
  const stores = getDataSourceSrv().getList({ type: DATASOURCE_TYPE });
  return (stores.find(({ isDefault }) => isDefault) ?? stores[0])?.uid;
}

const isStore = (datasourceUid: string): boolean =>
  getDataSourceSrv().getInstanceSettings(datasourceUid)?.type === DATASOURCE_TYPE;

/** The same feed for the same trace, however often the query runs. */
function useFeed(choice: Choice): TraceFeed | undefined {
  const datasourceUid = choice.kind === 'stored' ? choice.datasourceUid : undefined;
  const traceId = choice.kind === 'stored' ? choice.traceId : undefined;
  const frame = choice.kind === 'frame' ? choice.frame : undefined;
  return useMemo(() => {
    if (frame) {
      return new FrameFeed(frame);
    }
    return datasourceUid === undefined || traceId === undefined
      ? undefined
      : new StoreTrace(grafanaBytes(proxyPath(datasourceUid)), traceId, datasourceUid);
  }, [datasourceUid, traceId, frame]);
}

function useSettings(options: PanelOptions): ViewSettings {
  const { minimap, folding, correctSkew, criticalPath, logs, colourBy, columns } = options;
  return useMemo(
    () => ({
      minimap: minimap ?? true,
      folding: folding ?? true,
      correctSkew: correctSkew ?? true,
      criticalPath: criticalPath ?? true,
      logs: logs ?? true,
      colourBy: colourBy?.trim() || 'service',
      columns: columnKeys(columns ?? ''),
    }),
    [minimap, folding, correctSkew, criticalPath, logs, colourBy, columns]
  );
}

function emptyOf(choice: Choice, error: string | undefined): { title: string; text: string } | undefined {
  if (error !== undefined) {
    return { title: 'The query failed', text: error };
  }
  return choice.kind === 'nothing' ? { title: choice.title, text: choice.text } : undefined;
}
