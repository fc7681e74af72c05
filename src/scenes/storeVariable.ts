import { type DataSourceInstanceSettings } from '@grafana/data';
import { DataSourceVariable, SceneVariableSet, sceneGraph, type SceneObject } from '@grafana/scenes';
import { useMemo } from 'react';
import { DATASOURCE_TYPE } from '../shared/pluginIds';
import { clewDatasources } from './clewDatasources';

const NAME = 'ds';

/** The store that a page is about, in the URL as `var-ds`: the default one, else the first. At least one has to be there. */
export function storeVariable(datasources: readonly DataSourceInstanceSettings[]): SceneVariableSet {
  return new SceneVariableSet({
    variables: [
      new DataSourceVariable({
        name: NAME,
        label: 'Store',
        pluginId: DATASOURCE_TYPE,
        value: (datasources.find(({ isDefault }) => isDefault) ?? datasources[0]).uid,
      }),
    ],
  });
}

/** The one in `var-ds`, or the first: there is at least one, or the view is not shown. */
export function useChosenStore(model: SceneObject): DataSourceInstanceSettings {
  const variable = sceneGraph.lookupVariable(NAME, model);
  const uid = variable instanceof DataSourceVariable ? variable.useState().value : undefined;
  return useMemo(() => {
    const all = clewDatasources();
    return all.find((datasource) => datasource.uid === uid) ?? all[0];
  }, [uid]);
}
