import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Grafana's Traces Drilldown: it reads the store through the built-in Tempo datasource. */
export const DRILLDOWN_ID = 'grafana-exploretraces-app';

/**
 * Where Traces Drilldown is installed, or undefined: in the folder of `grafana cli plugins install`, which
 * `GF_PLUGIN_DIR` moves.
 */
export function findDrilldown(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const folder = join(env.GF_PLUGIN_DIR ?? '/var/lib/grafana/plugins', DRILLDOWN_ID);
  return existsSync(join(folder, 'plugin.json')) ? folder : undefined;
}

/**
 * Puts Traces Drilldown, if it is installed, into `pluginsFolder`. Returns Grafana's settings with what that takes: one
 * that was built from source is unsigned.
 */
export function withDrilldown(
  pluginsFolder: string,
  settings: Readonly<Record<string, string>>
): Record<string, string> {
  const installed = findDrilldown();
  if (!installed) {
    return { ...settings };
  }
  symlinkSync(installed, join(pluginsFolder, DRILLDOWN_ID));
  const allowed = settings.GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS;
  return { ...settings, GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: `${allowed},${DRILLDOWN_ID}` };
}
