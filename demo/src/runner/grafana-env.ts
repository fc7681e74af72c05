import { join } from 'node:path';
import type { Ports } from './ports.ts';

/** The ids of the three plugins; unsigned, Grafana loads only those that it is told to. */
const PLUGIN_IDS = ['clew-correlation-app', 'clew-traces-datasource', 'clew-waterfall-panel'];

/** Variables that `provisioning/` refers to. docker-compose.yaml sets the same ones, and a test keeps them in step. */
export function provisioningEnv(ports: Ports, provisioningFolder: string): Record<string, string> {
  return {
    CLEW_STORE_URL: `http://127.0.0.1:${ports.query}`,
    CLEW_PROMETHEUS_URL: `http://127.0.0.1:${ports.prometheus}`,
    CLEW_LOKI_URL: `http://127.0.0.1:${ports.loki}`,
    CLEW_DASHBOARDS_DIR: join(provisioningFolder, 'dashboards'),
  };
}

/** Grafana's settings for a run: its files in `folder`, no login, nothing fetched from outside. */
export function grafanaEnv(folder: string, provisioningFolder: string, ports: Ports): Record<string, string> {
  return {
    ...provisioningEnv(ports, provisioningFolder),
    GF_PATHS_DATA: join(folder, 'data'),
    GF_PATHS_LOGS: join(folder, 'logs'),
    GF_PATHS_PLUGINS: join(folder, 'plugins'),
    GF_PATHS_PROVISIONING: provisioningFolder,
    GF_SERVER_HTTP_ADDR: '127.0.0.1',
    GF_SERVER_HTTP_PORT: String(ports.grafana),
    GF_AUTH_ANONYMOUS_ENABLED: 'true',
    GF_AUTH_ANONYMOUS_ORG_ROLE: 'Admin',
    GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: PLUGIN_IDS.join(','),
    GF_PLUGINS_PREINSTALL_DISABLED: 'true',
    GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: 'true',
    GF_ANALYTICS_REPORTING_ENABLED: 'false',
    GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
    GF_NEWS_NEWS_FEED_ENABLED: 'false',
    GF_LOG_MODE: 'console',
    GF_LOG_LEVEL: 'warn',
  };
}
