import { type DataSourceInstanceSettings } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { DATASOURCE_TYPE } from '../shared/pluginIds';

/** The Clew datasources that this user may query. */
export function clewDatasources(): DataSourceInstanceSettings[] {
  // A list by type has Grafana's own datasource in it too.
  return getDataSourceSrv()
    .getList({ tracing: true })
    .filter(({ type }) => type === DATASOURCE_TYPE);
}
