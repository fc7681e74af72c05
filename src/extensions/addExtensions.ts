import { PluginExtensionPoints, type AppPlugin, type PluginExtensionAddedLinkConfig } from '@grafana/data';
import { LogsOfTrace } from './LogsOfTrace';
import { COMMAND_LINKS } from './commandPalette';
import { openInSearch } from './explore';
import { searchTheseTraces } from './panelMenu';
import { type TraceHeaderContext } from './points';
import { RESOURCE_LINKS } from './resourceLinks';
import { openInClew, tracesLikeThis } from './traceHeader';

/** In this order where several stand in one place. plugin.json declares each; a test holds them equal. */
export const LINKS: readonly PluginExtensionAddedLinkConfig[] = [
  openInClew,
  tracesLikeThis,
  ...RESOURCE_LINKS,
  openInSearch,
  searchTheseTraces,
  ...COMMAND_LINKS,
];

export const LOGS_COMPONENT = {
  title: 'Logs of this trace, above it',
  description: 'All lines of the trace, of all services, placed on its spans.',
  targets: PluginExtensionPoints.TraceViewHeaderActions,
  component: LogsOfTrace,
};

/** What the app adds to Grafana's own places: links into it. */
export function addExtensions(plugin: AppPlugin): AppPlugin {
  for (const link of LINKS) {
    plugin.addLink(link);
  }
  return plugin.addComponent<TraceHeaderContext>(LOGS_COMPONENT);
}
