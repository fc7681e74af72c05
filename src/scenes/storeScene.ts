import {
  EmbeddedScene,
  SceneControlsSpacer,
  SceneRefreshPicker,
  SceneTimePicker,
  SceneTimeRange,
  VariableValueSelectors,
  type SceneObject,
} from '@grafana/scenes';
import { NoDatasource } from './NoDatasource';
import { clewDatasources } from './clewDatasources';
import { storeVariable } from './storeVariable';

/** A page about a store in a time range, with the controls for both; one that says so where there is no store. */
export function storeScene(body: () => SceneObject): EmbeddedScene {
  return sceneOf(body, {
    $timeRange: new SceneTimeRange({ from: 'now-1h', to: 'now' }),
    controls: [
      new SceneControlsSpacer(),
      new SceneTimePicker({ isOnCanvas: true }),
      new SceneRefreshPicker({ intervals: ['5s', '15s', '1m', '5m'], isOnCanvas: true }),
    ],
  });
}

/** A page about a store as it is now. */
export function timelessStoreScene(body: () => SceneObject): EmbeddedScene {
  return sceneOf(body, { controls: [] });
}

function sceneOf(
  body: () => SceneObject,
  { $timeRange, controls }: { $timeRange?: SceneTimeRange; controls: SceneObject[] }
): EmbeddedScene {
  const datasources = clewDatasources();
  if (datasources.length === 0) {
    return new EmbeddedScene({ body: new NoDatasource({}) });
  }
  return new EmbeddedScene({
    $timeRange,
    $variables: storeVariable(datasources),
    controls: [...(datasources.length > 1 ? [new VariableValueSelectors({})] : []), ...controls],
    body: body(),
  });
}
