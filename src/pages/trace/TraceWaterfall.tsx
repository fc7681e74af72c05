import React, { useLayoutEffect } from 'react';
import { LoadingState, createDataFrame } from '@grafana/data';
import {
  SceneDataNode,
  SceneObjectBase,
  VariableDependencyConfig,
  VizPanel,
  sceneGraph,
  type SceneComponentProps,
  type SceneObjectState,
} from '@grafana/scenes';
import { PANEL_ID } from '../../shared/pluginIds';

interface TraceWaterfallState extends SceneObjectState {
  /** 32 hex digits. Without one the panel is empty, and takes a file. */
  readonly traceId?: string;
  readonly panel: VizPanel;
}

/** The waterfall panel on a trace of the datasource that the variable `ds` names. The panel asks the store itself. */
export class TraceWaterfall extends SceneObjectBase<TraceWaterfallState> {
  static Component = TraceWaterfallRenderer;

  protected _variableDependency = new VariableDependencyConfig(this, {
    variableNames: ['ds'],
    onReferencedVariableValueChanged: () => this.show(),
  });

  constructor({ traceId }: Pick<TraceWaterfallState, 'traceId'>) {
    super({
      traceId,
      panel: new VizPanel({ pluginId: PANEL_ID, title: '', displayMode: 'transparent', hoverHeader: true }),
    });
  }

  show(): void {
    const { traceId, panel } = this.state;
    const datasourceUid = sceneGraph.lookupVariable('ds', this)?.getValue();
    const isKnown = traceId !== undefined && typeof datasourceUid === 'string' && datasourceUid !== '';
    const frame = createDataFrame({
      name: 'Waterfall',
      fields: [],
      meta: { custom: isKnown ? { clewTrace: { datasourceUid, traceId } } : {} },
    });
    const { value: timeRange } = sceneGraph.getTimeRange(this).state;
    panel.setState({
      $data: new SceneDataNode({ data: { state: LoadingState.Done, series: isKnown ? [frame] : [], timeRange } }),
    });
  }
}

function TraceWaterfallRenderer({ model }: SceneComponentProps<TraceWaterfall>) {
  const { panel } = model.useState();
  useLayoutEffect(() => model.show(), [model]);
  return <panel.Component model={panel} />;
}
