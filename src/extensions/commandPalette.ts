import { PluginExtensionPoints, locationUtil } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { APP_URL, ROUTES } from '../shared/appAddress';
import { link } from './points';

const COMMANDS = [
  ['search traces', ROUTES.search, 'Find traces with TraceQL.'],
  ['services', ROUTES.services, 'Rate, errors and durations of all services.'],
  ['service map', ROUTES.map, 'Who calls whom.'],
  ['compare traces', ROUTES.compare, 'Two traces, or two sets of traces, side by side.'],
  ['open a trace', ROUTES.trace, 'By its id, or from a file.'],
] as const;

export const COMMAND_LINKS = COMMANDS.map(([command, route, description]) =>
  link({
    title: `Clew: ${command}`,
    description,
    category: 'Clew',
    path: locationUtil.assureBaseUrl(`${APP_URL}/${route}`),
    // Grafana 12.4 keeps the browser from following the path (features/commandPalette/KBarResults.tsx).
    onClick: () => locationService.push(`${APP_URL}/${route}`),
    targets: PluginExtensionPoints.CommandPalette,
  })
);
