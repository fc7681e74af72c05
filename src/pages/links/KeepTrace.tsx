import React from 'react';
import { css } from '@emotion/css';
import {
  EmbeddedScene,
  SceneAppPage,
  SceneObjectBase,
  type SceneComponentProps,
  type SceneObject,
  type SceneObjectState,
} from '@grafana/scenes';
import { clewDatasources } from '../../scenes/clewDatasources';
import { useChosenStore } from '../../scenes/storeVariable';
import { KeepButton } from './KeepButton';

interface KeepTraceState extends SceneObjectState {
  /** 32 hex digits. */
  readonly traceId: string;
}

/** Among the controls of a trace's page: whether it is kept, and a way to keep it. */
export class KeepTrace extends SceneObjectBase<KeepTraceState> {
  static Component = KeepTraceRenderer;
}

function KeepTraceRenderer({ model }: SceneComponentProps<KeepTrace>) {
  const { parent } = model;
  return parent instanceof SceneAppPage && clewDatasources().length > 0 ? (
    <OnPage page={parent} traceId={model.state.traceId} />
  ) : null;
}

/** The page has an empty line at its top. Of any height it would push the trace down, once the button comes. */
const IN_NO_ROOM = css({ height: 0 });

/** The store is the scene's to choose, and the scene comes after the page. */
function OnPage({ page, traceId }: { page: SceneAppPage; traceId: string }) {
  const { initializedScene } = page.useState();
  return initializedScene instanceof EmbeddedScene ? <InScene scene={initializedScene} traceId={traceId} /> : null;
}

function InScene({ scene, traceId }: { scene: SceneObject; traceId: string }) {
  const store = useChosenStore(scene);
  return (
    <div className={IN_NO_ROOM}>
      <KeepButton key={`${store.uid} ${traceId}`} store={store} traceId={traceId} />
    </div>
  );
}
