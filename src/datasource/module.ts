import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './config/ConfigEditor';
import { ClewDatasource } from './datasource';
import { QueryEditor } from './editor/QueryEditor';
import { type ClewJsonData, type ClewQuery, type ClewSecureJsonData } from './types';

// Static imports only: Grafana looks for a nested module's chunks where the build does not put them.
export const plugin = new DataSourcePlugin<ClewDatasource, ClewQuery, ClewJsonData, ClewSecureJsonData>(ClewDatasource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor);
