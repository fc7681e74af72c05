import { EmbeddedScene, SceneFlexItem, SceneFlexLayout, SceneTimeRange, VariableValueSelectors } from '@grafana/scenes';
import { normalizeTraceId } from '@clew/traceql';
import { NoDatasource } from '../../scenes/NoDatasource';
import { clewDatasources } from '../../scenes/clewDatasources';
import { storeVariable } from '../../scenes/storeVariable';
import { OpenTrace } from './OpenTrace';
import { TraceWaterfall } from './TraceWaterfall';

const MIN_HEIGHT = 480;

/** The waterfall of one trace, as high as the window. The datasource is in the URL (`var-ds`), the chosen span too (`span`). */
export function traceScene(text: string): EmbeddedScene {
  const datasources = clewDatasources();
  if (datasources.length === 0) {
    return new EmbeddedScene({ body: new NoDatasource({}) });
  }
  const traceId = normalizeTraceId(text);
  if (traceId === undefined) {
    return new EmbeddedScene({ body: new OpenTrace({ given: text }) });
  }
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: 'now-1h', to: 'now' }),
    $variables: storeVariable(datasources),
    controls: datasources.length > 1 ? [new VariableValueSelectors({})] : undefined,
    body: filling(new TraceWaterfall({ traceId })),
  });
}

/** A field for an id, and room to drop a file on: neither needs a store to be there. */
export function openScene(): EmbeddedScene {
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: 'now-1h', to: 'now' }),
    body: new SceneFlexLayout({
      direction: 'column',
      children: [
        new SceneFlexItem({ ySizing: 'content', body: new OpenTrace({}) }),
        new SceneFlexItem({ minHeight: MIN_HEIGHT, body: new TraceWaterfall({}) }),
      ],
    }),
  });
}

const filling = (body: TraceWaterfall) =>
  new SceneFlexLayout({
    direction: 'column',
    children: [new SceneFlexItem({ minHeight: MIN_HEIGHT, body })],
  });
