import { PluginExtensionPoints } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { APP_URL } from '../shared/appAddress';
import { destinationOf, pathOf } from './destination';
import { link, type ExploreContext } from './points';
import { urlRange } from './ranges';
import { storeOfTraces } from './stores';

/** The path is one inside of Grafana: it asks whether to go there in this tab or in a new one. */
export const openInSearch = link<ExploreContext>({
  title: 'Open in Clew search',
  description: 'The query of this pane on the search page of Clew.',
  icon: 'search',
  category: 'Clew',
  path: APP_URL,
  targets: PluginExtensionPoints.ExploreToolbarAction,
  configure: (context) => {
    for (const target of context?.targets ?? []) {
      const datasource = target.datasource ? getDataSourceSrv().getInstanceSettings(target.datasource) : undefined;
      const store = datasource && storeOfTraces(datasource);
      const destination = store && destinationOf(target, datasource.type);
      if (context && destination) {
        const path = pathOf(destination, store, urlRange(context.timeRange));
        return destination.kind === 'trace' ? { title: 'Open trace in Clew', path } : { path };
      }
    }
    return undefined;
  },
});
