import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import {
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  type SceneComponentProps,
  type SceneObjectState,
  type SceneObjectUrlValues,
} from '@grafana/scenes';
import { Tab, TabsBar, useStyles2 } from '@grafana/ui';
import { useChosenStore } from '../../scenes/storeVariable';
import { testIds } from '../../shared/testIds';
import { Exemplars } from './Exemplars';
import { KeptTraces } from './KeptTraces';
import { EVERYTHING, URL_KEYS, fromUrl, toUrl, type LinksQuery, type LinksTab } from './linksUrl';

interface LinksState extends SceneObjectState {
  readonly query: LinksQuery;
}

export class LinksView extends SceneObjectBase<LinksState> {
  static Component = LinksViewRenderer;

  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: [...URL_KEYS] });

  constructor(state: Partial<LinksState>) {
    super({ query: EVERYTHING, ...state });
  }

  getUrlState(): SceneObjectUrlValues {
    return toUrl(this.state.query);
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    this.setState({ query: fromUrl(this.state.query, values) });
  }

  show(change: Partial<LinksQuery>): void {
    this.setState({ query: { ...this.state.query, ...change } });
  }
}

const TABS: ReadonlyArray<{ readonly tab: LinksTab; readonly label: string }> = [
  { tab: 'exemplars', label: 'Exemplars that do not resolve' },
  { tab: 'kept', label: 'Kept traces' },
];

function LinksViewRenderer({ model }: SceneComponentProps<LinksView>) {
  const styles = useStyles2(getStyles);
  const { query } = model.useState();
  const store = useChosenStore(model);
  return (
    <div className={styles.page} data-testid={testIds.linksPage.page}>
      <TabsBar>
        {TABS.map(({ tab, label }) => (
          <Tab
            key={tab}
            label={label}
            active={query.tab === tab}
            onChangeTab={(event) => {
              event.preventDefault();
              model.show({ tab });
            }}
          />
        ))}
      </TabsBar>
      {query.tab === 'exemplars' ? (
        <Exemplars
          key={store.uid}
          store={store}
          reason={query.reason}
          metric={query.metric}
          onChange={(change) => model.show(change)}
        />
      ) : (
        <KeptTraces key={store.uid} store={store} kind={query.kind} onKind={(kind) => model.show({ kind })} />
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), width: '100%' }),
});
