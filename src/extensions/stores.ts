import { getDataSourceSrv } from '@grafana/runtime';
import { clewDatasources } from '../scenes/clewDatasources';
import { isObject } from '../shared/narrowing';
import { DATASOURCE_TYPE } from '../shared/pluginIds';

/** Grafana's own datasource for the API that the store speaks. */
const TEMPO = 'tempo';

/** Which store the app is to show. Without `datasourceUid` the one that it shows by default. */
export interface StoreChoice {
  readonly datasourceUid?: string;
}

export const hasTraces = (type: string | undefined): boolean => type === DATASOURCE_TYPE || type === TEMPO;

/**
 * The store behind a datasource of traces; undefined where there is none. The browser does not learn where a Tempo datasource leads,
 * so that it is taken for one on the default store.
 */
export function storeOfTraces({ type, uid }: { type?: string; uid?: string }): StoreChoice | undefined {
  if (!hasTraces(type) || clewDatasources().length === 0) {
    return undefined;
  }
  return type === DATASOURCE_TYPE ? { datasourceUid: uid } : {};
}

/** The store whose traces a datasource has the logs of: the one that names it, or the default one. */
export function storeOfLogs(uid: string): StoreChoice | undefined {
  const stores = clewDatasources();
  if (stores.length === 0) {
    return undefined;
  }
  const linked = stores.find(({ jsonData }) => logsUidOf(jsonData) === uid);
  return linked ? { datasourceUid: linked.uid } : {};
}

function logsUidOf(jsonData: unknown): unknown {
  const options = isObject(jsonData) ? jsonData.tracesToLogsV2 : undefined;
  return isObject(options) ? options.datasourceUid : undefined;
}

/** Whether there is a datasource of logs that a trace of this datasource is linked with. */
export function hasLogs(datasourceUid: string): boolean {
  const logsUid = logsUidOf(getDataSourceSrv().getInstanceSettings(datasourceUid)?.jsonData);
  return typeof logsUid === 'string' && getDataSourceSrv().getInstanceSettings(logsUid) !== undefined;
}
