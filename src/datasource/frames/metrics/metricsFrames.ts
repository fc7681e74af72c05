import { type DataFrame } from '@grafana/data';
import { type InstantResponse, type MetricsResponse } from '../../../shared/storeTypes';
import { type MetricShape } from '../../query/metricShape';
import { type LinkTarget } from '../links';
import { comparisonFrame } from './comparisonFrame';
import { exemplarFrame } from './exemplarFrame';
import { heatmapFrames, heatmapLabels } from './heatmapFrames';
import { instantFrame } from './instantFrame';
import { seriesFrames } from './seriesFrames';

/** The frames of a metric over a range; none where there are no series. */
export function metricsFrames(
  { series, message }: MetricsResponse,
  shape: MetricShape,
  target: LinkTarget,
  refId: string
): DataFrame[] {
  if (series.length === 0) {
    return [];
  }
  switch (shape.kind) {
    case 'comparison':
      return withMessage([comparisonFrame(series, refId)], message);
    case 'histogram': {
      const frames = heatmapFrames(series, shape.unit, refId);
      const exemplars = exemplarFrame(series, shape.unit, target, refId, heatmapLabels);
      return withMessage([...frames, ...(exemplars ? [exemplars] : [])], message);
    }
    case 'series': {
      const exemplars = exemplarFrame(series, shape.unit, target, refId);
      return withMessage([...seriesFrames(series, shape.unit, refId), ...(exemplars ? [exemplars] : [])], message);
    }
  }
}

/** The frame of a metric for the whole range at once. */
export function instantFrames({ series, message }: InstantResponse, shape: MetricShape, refId: string): DataFrame[] {
  const unit = shape.kind === 'series' ? shape.unit : undefined;
  return series.length > 0 ? withMessage([instantFrame(series, unit, refId)], message) : [];
}

/** What the store says of the answer stands with its first frame, where dashboards show it. */
function withMessage([first, ...rest]: DataFrame[], text: string | undefined): DataFrame[] {
  if (text === undefined || !first) {
    return first ? [first, ...rest] : [];
  }
  const notices = [...(first.meta?.notices ?? []), { severity: 'warning' as const, text }];
  return [{ ...first, meta: { ...first.meta, notices } }, ...rest];
}
