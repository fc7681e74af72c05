import { isRecord } from '../inventory.ts';
import type { DoctorContext, Check } from '../types.ts';
import type { GrafanaResponse } from '../grafana.ts';
import { failed, messageIn, ok, unknown } from './verdicts.ts';

export const APP_ID = 'clew-correlation-app';

/** What Grafana tells of the app. Rejects with CallFailed. */
export const readAppSettings = (context: DoctorContext): Promise<GrafanaResponse> =>
  context.once('app-settings', () => context.call({ method: 'GET', path: `/api/plugins/${APP_ID}/settings` }));

export const appEnabled: Check = {
  id: 'app-enabled',
  area: 'store',
  title: 'The app is installed and enabled',
  run: async (context) => {
    const { status, data } = await readAppSettings(context);
    if (status === 404) {
      return [
        failed(`Grafana has not loaded the app ${APP_ID}.`, {
          remedy: {
            summary: 'Grafana has to find the plugin, and be told to load it although it is not signed.',
            steps: [
              'Unpack the plugin into the folder of plugins (paths.plugins).',
              `Set plugins.allow_loading_unsigned_plugins = ${APP_ID},clew-traces-datasource,clew-waterfall-panel.`,
              'Start Grafana again. Its log names plugins that it refuses, with the reason.',
            ],
          },
        }),
      ];
    }
    if (status === 401 || status === 403) {
      return [unknown(`You may not see whether the app is enabled (${status}).`)];
    }
    if (status !== 200 || !isRecord(data)) {
      return [unknown(`Grafana answers ${status} when asked for the app.`, { evidence: said(data) })];
    }
    if (data.enabled !== true) {
      return [
        failed('The app is installed, and switched off: its pages and its links are not there.', {
          remedy: {
            summary: 'Switches the app on.',
            file: {
              name: 'provisioning/plugins/clew.yaml',
              text: ['apiVersion: 1', 'apps:', `  - type: ${APP_ID}`, '    disabled: false', ''].join('\n'),
            },
            steps: [`Or open /plugins/${APP_ID} as an admin, and choose Enable.`],
          },
        }),
      ];
    }
    const version = isRecord(data.info) && typeof data.info.version === 'string' ? ` ${data.info.version}` : '';
    return [ok(`Clew${version} is enabled.`)];
  },
};

function said(data: unknown): string[] {
  const message = messageIn(data);
  return message === undefined ? [] : [message];
}
