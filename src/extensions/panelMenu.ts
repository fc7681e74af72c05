import { PluginExtensionPoints, type DataSourceInstanceSettings } from '@grafana/data';
import { getDataSourceSrv, locationService } from '@grafana/runtime';
import { type DataQuery } from '@grafana/schema';
import { destinationOf, pathOf } from './destination';
import { link, type PanelContext } from './points';
import { urlRange } from './ranges';
import { storeOfTraces, type StoreChoice } from './stores';

interface Asked {
  readonly target: DataQuery;
  readonly datasource: DataSourceInstanceSettings;
  readonly store: StoreChoice;
}

/** Grafana cuts titles in this menu at 25 characters. */
export const searchTheseTraces = link<PanelContext>({
  title: 'Search traces in Clew',
  description: 'Search for the traces that the query of this panel is about.',
  icon: 'search',
  targets: PluginExtensionPoints.DashboardPanelMenu,
  configure: (context) => {
    const asked = context && firstAsked(context);
    if (!asked) {
      return undefined;
    }
    const isTrace = destinationOf(asked.target, asked.datasource.type)?.kind === 'trace';
    return isTrace ? { title: 'Open trace in Clew' } : {};
  },
  onClick: (_event, { context }) => {
    const asked = context && firstAsked(context);
    if (asked) {
      void goTo(asked, context);
    }
  },
});

/** The first query about traces. Those that were sent name their datasource; those that are written may leave it to the panel. */
function firstAsked({ targets, data, scopedVars }: PanelContext): Asked | undefined {
  const sent = data?.request?.targets;
  for (const target of sent?.length ? sent : (targets ?? [])) {
    const datasource = target.datasource
      ? getDataSourceSrv().getInstanceSettings(target.datasource, scopedVars)
      : undefined;
    const store = datasource && storeOfTraces(datasource);
    if (store && destinationOf(target, datasource.type)) {
      return { target, datasource, store };
    }
  }
  return undefined;
}

/** The datasource fills in the variables, as it did for the panel. */
async function goTo({ target, datasource, store }: Asked, { timeRange, scopedVars = {} }: PanelContext): Promise<void> {
  // A copy: the context is read-only.
  const written = JSON.parse(JSON.stringify(target)) as DataQuery;
  const api = await getDataSourceSrv().get(datasource.uid);
  const [filled = written] = api.interpolateVariablesInQueries?.([written], scopedVars) ?? [];
  const destination = destinationOf(filled, datasource.type);
  if (destination) {
    locationService.push(pathOf(destination, store, urlRange(timeRange)));
  }
}
