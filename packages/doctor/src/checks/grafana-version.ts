import { CLEW_TYPE, isRecord } from '../inventory.ts';
import type { Check, DoctorContext, Verdict } from '../types.ts';
import { APP_ID, readAppSettings } from './app-enabled.ts';
import { failed, ok, skipped, unknown } from './verdicts.ts';

/** What plugin.json asks for where Grafana does not tell (src/plugin.json). */
const NEEDED = '>=12.3.0';
const PANEL_ID = 'clew-waterfall-panel';

interface FrontendSettings {
  readonly version: string | undefined;
  readonly edition: string | undefined;
  readonly viewersCanEdit: boolean;
  /** What the app's plugin.json asks for. */
  readonly needed: string | undefined;
  /** Whether there is a panel of this type; undefined where it does not tell. */
  readonly hasPanel: boolean | undefined;
}

/** What Grafana tells every signed-in user. Rejects with CallFailed. */
export function readFrontendSettings(context: DoctorContext): Promise<FrontendSettings> {
  return context.once('frontend-settings', async () => {
    const { data } = await context.call({ method: 'GET', path: '/api/frontend/settings' });
    const settings = isRecord(data) ? data : {};
    const build = isRecord(settings.buildInfo) ? settings.buildInfo : {};
    const app = isRecord(settings.apps) && isRecord(settings.apps[APP_ID]) ? settings.apps[APP_ID] : {};
    const dependencies = isRecord(app.dependencies) ? app.dependencies : {};
    return {
      version: textOf(build.version),
      edition: textOf(build.edition),
      viewersCanEdit: settings.viewersCanEdit === true,
      needed: textOf(dependencies.grafanaDependency),
      hasPanel: isRecord(settings.panels) ? PANEL_ID in settings.panels : undefined,
    };
  });
}

export const grafanaVersion: Check = {
  id: 'grafana-version',
  area: 'grafana',
  title: 'Grafana is new enough',
  run: async (context) => {
    const { version, needed = NEEDED } = await readFrontendSettings(context);
    if (version === undefined) {
      return [unknown('Grafana does not tell its version.')];
    }
    const least = /^>=\s*(\d+(?:\.\d+)*)/.exec(needed)?.[1];
    if (least === undefined) {
      return [unknown(`Grafana is ${version}; the app asks for ${needed}.`)];
    }
    return compareVersions(version, least) >= 0
      ? [ok(`Grafana ${version}; the app asks for ${needed}.`)]
      : [
          failed(`Grafana is ${version}, and the app asks for ${needed}.`, {
            remedy: {
              summary: 'The app uses what older versions do not have.',
              steps: [`Update Grafana to ${least} or newer.`],
            },
          }),
        ];
  },
};

/** Numbers between dots; what follows a hyphen or plus does not count. */
function compareVersions(a: string, b: string): number {
  const numbers = (version: string) => version.split(/[-+]/)[0].split('.').map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] || 0) - (right[at] || 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

export const pluginsLoaded: Check = {
  id: 'plugins-loaded',
  area: 'grafana',
  title: 'Grafana has loaded all three plugins',
  needs: ['app-enabled'],
  run: async (context): Promise<Verdict[]> => {
    const [{ hasPanel }, { status, data }, datasource] = await Promise.all([
      readFrontendSettings(context),
      readAppSettings(context),
      context.call({ method: 'GET', path: `/api/plugins/${CLEW_TYPE}/settings` }),
    ]);
    const signature = status === 200 && isRecord(data) ? textOf(data.signature) : undefined;
    if (signature === 'modified' || signature === 'invalid') {
      return [
        failed(`The app’s signature is ${signature}: a file of it was changed.`, {
          remedy: { summary: 'A changed plugin is not to be trusted.', steps: ['Unpack the plugin again.'] },
        }),
      ];
    }
    const lacking = [...(datasource.status === 404 ? [CLEW_TYPE] : []), ...(hasPanel === false ? [PANEL_ID] : [])];
    if (lacking.length > 0) {
      const ids = [APP_ID, CLEW_TYPE, PANEL_ID].join(',');
      return [
        failed(`Grafana has the app, and has not loaded ${lacking.join(' and ')}.`, {
          remedy: {
            summary: 'Unsigned plugins are named one by one, those within an app too.',
            steps: [`Set plugins.allow_loading_unsigned_plugins = ${ids}, and start Grafana again.`],
          },
        }),
      ];
    }
    if (hasPanel === undefined || (datasource.status !== 200 && datasource.status !== 403)) {
      return [unknown('Grafana does not tell which plugins it has loaded.')];
    }
    return signature === undefined
      ? [skipped('Grafana does not tell whether the app is signed.')]
      : [ok(`App, datasource and panel are loaded; the app is ${signature === 'valid' ? 'signed' : signature}.`)];
  },
};

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
