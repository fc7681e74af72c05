import { config } from '@grafana/runtime';

/** Whether this user may; Grafana decides again on its side. */
export function may(action: 'datasources:explore' | 'datasources:create' | 'datasources:write'): boolean {
  return config.bootData.user.permissions?.[action] === true;
}
