import React, { useCallback, useEffect, useMemo } from 'react';
import { css } from '@emotion/css';
import { type DataSourceInstanceSettings, type GrafanaTheme2 } from '@grafana/data';
import {
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  type SceneComponentProps,
  type SceneObjectState,
  type SceneObjectUrlValues,
  type VizPanel,
} from '@grafana/scenes';
import { EmptyState, LinkButton, Tag, Text, useStyles2 } from '@grafana/ui';
import { AskedPart } from '../../scenes/AskedPart';
import { FirstThings } from '../../scenes/FirstThings';
import { WhenSeen } from '../../scenes/WhenSeen';
import { may } from '../../scenes/permissions';
import { BASIS_FILTER, type Basis } from '../../scenes/red/red';
import { BY_CHANGE, readSort, sortText, type RedSort } from '../../scenes/red/redSort';
import { filterOf, literal } from '../../scenes/red/traceqlText';
import { useChosenStore } from '../../scenes/storeVariable';
import { useAsked } from '../../scenes/useAsked';
import { usePageTime, type PageTime } from '../../scenes/usePageTime';
import { searchPath } from '../../shared/appAddress';
import { exploreUrl } from '../../shared/exploreUrl';
import { asNumber } from '../../shared/narrowing';
import { type StoreClient } from '../../shared/storeClient';
import { testIds } from '../../shared/testIds';
import { NothingHere } from '../services/NothingHere';
import { Latency } from './Latency';
import { Neighbours } from './Neighbours';
import { Operations } from './Operations';
import { readRegion, regionText, type Region } from './region';
import { errorsPanel, latencyPanel, ratePanel } from './servicePanels';

interface ServiceState extends SceneObjectState {
  readonly service: string;
  /** The name of the spans that the page is about; undefined: all of them. */
  readonly operation?: string;
  readonly region?: Region;
  readonly sort?: RedSort;
  readonly panels?: readonly VizPanel[];
}

/** What was asked of one service, and what the slow ones among it have in common. */
export class ServiceView extends SceneObjectBase<ServiceState> {
  static Component = ServiceViewRenderer;

  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: ['op', 'sel', 'sort'] });

  getUrlState(): SceneObjectUrlValues {
    const { operation, region, sort } = this.state;
    return { op: operation, sel: region && regionText(region), sort: sort && sortText(sort) };
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    const { op, sel, sort } = values;
    this.setState({
      ...('op' in values && { operation: typeof op === 'string' ? op : undefined }),
      ...('sel' in values && { region: readRegion(sel) }),
      ...('sort' in values && { sort: typeof sort === 'string' ? readSort(sort) : undefined }),
    });
  }

  /** New panels for other spans. */
  show(condition: string): void {
    this.setState({ panels: [ratePanel(condition), errorsPanel(condition), latencyPanel(condition)] });
  }
}

interface Presence {
  /** Undefined: the service has no spans in the time range. */
  readonly basis: Basis | undefined;
}

function ServiceViewRenderer({ model }: SceneComponentProps<ServiceView>) {
  const { service } = model.useState();
  const store = useChosenStore(model);
  const time = usePageTime(model);
  const ofService = `resource.service.name = ${literal(service)}`;
  const { window } = time;
  const ask = useCallback(
    async (client: StoreClient, signal: AbortSignal): Promise<Presence> => {
      const has = async (filter: string) => {
        const { series } = await client.instantMetrics(`${filter} | count_over_time()`, { window, signal });
        return series.some(({ value }) => (asNumber(value) ?? 0) > 0);
      };
      const [isAsked, isThere] = await Promise.all([
        has(filterOf(ofService, BASIS_FILTER.requests)),
        has(filterOf(ofService)),
      ]);
      return { basis: isAsked ? 'requests' : isThere ? 'spans' : undefined };
    },
    [ofService, window]
  );
  const asked = useAsked(store, ofService, ask);
  return (
    <AskedPart asked={asked} store={store} waiting="Asking the trace store…" onRetry={time.refresh}>
      {({ basis }) =>
        basis === undefined ? (
          <Absent model={model} store={store} service={service} />
        ) : (
          <Page model={model} store={store} time={time} ofService={ofService} basis={basis} />
        )
      }
    </AskedPart>
  );
}

function Absent({ model, store, service }: { model: ServiceView; store: DataSourceInstanceSettings; service: string }) {
  return (
    <div>
      <EmptyState variant="not-found" message={`No spans of ${service} in this time range`}>
        It sent none, or its name is spelled otherwise.
      </EmptyState>
      <NothingHere model={model} store={store} />
    </div>
  );
}

interface PageProps {
  model: ServiceView;
  store: DataSourceInstanceSettings;
  time: PageTime;
  ofService: string;
  basis: Basis;
}

function Page({ model, store, time, ofService, basis }: PageProps) {
  const styles = useStyles2(getStyles);
  const { service, operation, region, sort = BY_CHANGE, panels } = model.useState();
  const condition = useMemo(() => {
    const parts = [
      ofService,
      ...(basis === 'requests' ? [`(${BASIS_FILTER.requests})`] : []),
      ...(operation === undefined ? [] : [`name = ${literal(operation)}`]),
    ];
    return parts.join(' && ');
  }, [ofService, basis, operation]);
  useEffect(() => model.show(condition), [model, condition]);
  const query = filterOf(condition);
  return (
    <FirstThings>
      <div className={styles.page} data-testid={testIds.service.page}>
        <div className={styles.bar}>
          {operation !== undefined && (
            <>
              <Text color="secondary">Operation</Text>
              <Tag
                name={operation === '' ? '(no name)' : operation}
                icon="times"
                onClick={() => model.setState({ operation: undefined })}
              />
            </>
          )}
          {basis === 'spans' && (
            <Text color="secondary">It has no server or consumer spans: all of its spans are counted.</Text>
          )}
          <span className={styles.links}>
            <LinkButton
              size="sm"
              variant="secondary"
              icon="search"
              href={searchPath(query, { datasourceUid: store.uid, range: time.urlRange })}
            >
              Its traces
            </LinkButton>
            {may('datasources:explore') && (
              <LinkButton
                size="sm"
                variant="secondary"
                icon="compass"
                href={exploreUrl({ datasourceUid: store.uid, query, range: time.urlRange })}
              >
                Open in Explore
              </LinkButton>
            )}
          </span>
        </div>
        <Latency
          store={store}
          time={time}
          condition={condition}
          region={region}
          onSelect={(next) => model.setState({ region: next })}
        />
        <WhenSeen height={220}>
          <div className={styles.panels}>
            {panels?.map((panel) => (
              <div key={panel.state.key} className={styles.panel}>
                <panel.Component model={panel} />
              </div>
            ))}
          </div>
        </WhenSeen>
        <WhenSeen height={240}>
          <Operations
            store={store}
            time={time}
            ofService={ofService}
            basis={basis}
            selected={operation}
            sort={sort}
            onSort={(next) => model.setState({ sort: next })}
            onSelect={(next) => model.setState({ operation: next === operation ? undefined : next, region: undefined })}
          />
        </WhenSeen>
        <WhenSeen height={240}>
          <Neighbours service={service} store={store} time={time} />
        </WhenSeen>
      </div>
    </FirstThings>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3), width: '100%' }),
  bar: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  links: css({ display: 'flex', gap: theme.spacing(1), marginLeft: 'auto' }),
  panels: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(280px, 1fr))',
    gap: theme.spacing(1),
  }),
  panel: css({ height: 220, display: 'flex', minWidth: 0 }),
});
