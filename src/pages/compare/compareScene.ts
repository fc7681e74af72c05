import {
  EmbeddedScene,
  SceneControlsSpacer,
  SceneRefreshPicker,
  SceneTimePicker,
  SceneTimeRange,
  VariableValueSelectors,
} from '@grafana/scenes';
import { NoDatasource } from '../../scenes/NoDatasource';
import { clewDatasources } from '../../scenes/clewDatasources';
import { storeVariable } from '../../scenes/storeVariable';
import { CompareView } from './CompareView';

export function compareScene(): EmbeddedScene {
  const datasources = clewDatasources();
  if (datasources.length === 0) {
    return new EmbeddedScene({ body: new NoDatasource({}) });
  }
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: 'now-1h', to: 'now' }),
    $variables: storeVariable(datasources),
    controls: [
      ...(datasources.length > 1 ? [new VariableValueSelectors({})] : []),
      new SceneControlsSpacer(),
      new SceneTimePicker({ isOnCanvas: true }),
      new SceneRefreshPicker({ intervals: ['15s', '1m', '5m'], isOnCanvas: true }),
    ],
    body: new CompareView({ a: '', b: '', ago: '' }),
  });
}
