import { config } from '@grafana/runtime';

/** Whether this user may; Grafana decides again on its side. */
export function may(action: 'datasources:explore' | 'datasources:create' | 'datasources:write'): boolean {
  return config.bootData.user.permissions?.[action] === true;
}

/** Whether this user is an editor or more, as the proxy asks for where something is written. */
export function mayEdit(): boolean {
  const role: string = config.bootData.user.orgRole;
  return role === 'Editor' || role === 'Admin';
}
