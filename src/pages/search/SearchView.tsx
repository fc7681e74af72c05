import React, { useCallback, useEffect, useMemo, useRef, useState, type ComponentType } from 'react';
import { css } from '@emotion/css';
import { CoreApp, type DataSourceApi, type GrafanaTheme2, type QueryEditorProps } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import {
  PanelBuilders,
  SceneDataTransformer,
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  SceneQueryRunner,
  sceneGraph,
  type SceneComponentProps,
  type SceneObjectState,
  type SceneObjectUrlValues,
  type VizPanel,
} from '@grafana/scenes';
import { GraphDrawStyle, StackingMode, TooltipDisplayMode } from '@grafana/schema';
import { Alert, Button, LinkButton, LoadingPlaceholder, Stack, useStyles2 } from '@grafana/ui';
import { may } from '../../scenes/permissions';
import { useChosenStore } from '../../scenes/storeVariable';
import { useLoaded } from '../../scenes/useLoaded';
import { exploreUrl } from '../../shared/exploreUrl';
import { testIds } from '../../shared/testIds';
import { toTracePage } from './pageLinks';
import { EVERYTHING, URL_KEYS, fromUrl, histogramOf, kindOf, toUrl, type SearchQuery } from './searchQuery';

interface SearchState extends SceneObjectState {
  readonly query: SearchQuery;
  readonly histogram?: VizPanel;
  readonly results?: VizPanel;
}

/** The datasource's own editor, what its query finds as a table, and when that was as a histogram. */
export class SearchView extends SceneObjectBase<SearchState> {
  static Component = SearchViewRenderer;

  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: [...URL_KEYS] });

  constructor(state: Partial<SearchState>) {
    super({ query: EVERYTHING, ...state });
    this.addActivationHandler(() => this.show());
  }

  getUrlState(): SceneObjectUrlValues {
    return toUrl(this.state.query);
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    this.search(fromUrl(this.state.query, values));
  }

  search(query: SearchQuery): void {
    this.setState({ query });
    if (this.isActive) {
      this.show();
    }
  }

  /** New panels, since what a panel shows goes by the kind of the query. */
  show(): void {
    const { query } = this.state;
    const histogram = histogramOf(query.query ?? '');
    this.setState({
      histogram: histogram === undefined ? undefined : histogramPanel(histogram),
      results: resultsPanel(query),
    });
  }
}

const DATASOURCE = { uid: '${ds}' };

function histogramPanel(query: string): VizPanel {
  return PanelBuilders.timeseries()
    .setTitle('Matching spans')
    .setData(new SceneQueryRunner({ datasource: DATASOURCE, queries: [{ refId: 'A', query, exemplars: 0 }] }))
    .setCustomFieldConfig('drawStyle', GraphDrawStyle.Bars)
    .setCustomFieldConfig('fillOpacity', 60)
    .setCustomFieldConfig('lineWidth', 0)
    .setCustomFieldConfig('stacking', { mode: StackingMode.Normal })
    .setOption('tooltip', { mode: TooltipDisplayMode.Multi })
    .setOverrides((overrides) =>
      overrides.matchFieldsWithNameByRegex('.*error.*').overrideColor({ mode: 'fixed', fixedColor: 'red' })
    )
    .build();
}

function resultsPanel(query: SearchQuery): VizPanel {
  const runner = new SceneQueryRunner({ datasource: DATASOURCE, queries: [query] });
  if (kindOf(query.query ?? '') === 'metric') {
    return PanelBuilders.timeseries().setTitle('').setData(runner).build();
  }
  return PanelBuilders.table()
    .setTitle('')
    .setData(new SceneDataTransformer({ $data: runner, transformations: [toTracePage] }))
    .build();
}

function SearchViewRenderer({ model }: SceneComponentProps<SearchView>) {
  const styles = useStyles2(getStyles);
  const { query, histogram, results } = model.useState();
  const timeRange = sceneGraph.getTimeRange(model);
  const { value: range } = timeRange.useState();
  const { uid } = useChosenStore(model);
  const load = useCallback(() => getDataSourceSrv().get(uid), [uid]);
  const { value: datasource, error } = useLoaded(uid, load);
  return (
    <div className={styles.page} data-testid={testIds.search.page}>
      {error !== undefined && <Alert severity="error" title="The editor cannot be loaded" />}
      {datasource ? (
        <Editor key={uid} datasource={datasource} query={query} range={range} onSearch={(next) => model.search(next)} />
      ) : (
        <LoadingPlaceholder text="Loading the editor…" />
      )}
      {may('datasources:explore') && (
        <div>
          <LinkButton
            size="sm"
            fill="text"
            variant="secondary"
            icon="compass"
            href={exploreUrl({
              datasourceUid: uid,
              query: query.query ?? '',
              range: { from: String(range.from.valueOf()), to: String(range.to.valueOf()) },
            })}
          >
            Open in Explore
          </LinkButton>
        </div>
      )}
      {histogram && (
        <div className={styles.histogram}>
          <histogram.Component model={histogram} />
        </div>
      )}
      {results && (
        <div className={styles.results}>
          <results.Component model={results} />
        </div>
      )}
    </div>
  );
}

type EditorProps = Pick<QueryEditorProps<DataSourceApi<SearchQuery>, SearchQuery>, 'range' | 'query'> & {
  datasource: DataSourceApi;
  onSearch: (query: SearchQuery) => void;
};

/** The editor's query is a draft until it is run: the URL has what was searched for. */
function Editor({ datasource, query, range, onSearch }: EditorProps) {
  const [given, setGiven] = useState(query);
  const [draft, setDraft] = useState(query);
  // The editor changes and runs in one turn.
  const latest = useRef(query);
  if (given !== query) {
    setGiven(query);
    setDraft(query);
  }
  const change = (next: SearchQuery) => {
    latest.current = next;
    setDraft(next);
  };
  useEffect(() => {
    latest.current = draft;
  }, [draft]);
  const QueryEditor = useMemo(
    () => datasource.components?.QueryEditor as ComponentType<QueryEditorProps<DataSourceApi, SearchQuery>> | undefined,
    [datasource]
  );
  if (!QueryEditor) {
    return <Alert severity="error" title="The datasource has no editor" />;
  }
  return (
    <Stack direction="column" gap={1}>
      <QueryEditor
        datasource={datasource}
        query={draft}
        range={range}
        app={CoreApp.Explore}
        onChange={change}
        onRunQuery={() => onSearch(latest.current)}
      />
      <div>
        <Button size="sm" icon="search" onClick={() => onSearch(draft)}>
          Search
        </Button>
      </div>
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), width: '100%' }),
  histogram: css({ height: 160, display: 'flex' }),
  results: css({ height: 560, display: 'flex' }),
});
