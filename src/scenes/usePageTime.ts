import { isDateTime, type TimeRange } from '@grafana/data';
import { sceneGraph, type SceneObject } from '@grafana/scenes';
import { useMemo } from 'react';
import { type TimeWindow } from '../shared/storeClient';

export interface PageTime {
  readonly range: TimeRange;
  /** A new one at each refresh, also where the times stay what they were. */
  readonly window: TimeWindow;
  /** As URLs have it, so that `now-1h` stays relative. */
  readonly urlRange: { readonly from: string; readonly to: string };
  readonly refresh: () => void;
}

export function usePageTime(model: SceneObject): PageTime {
  const timeRange = sceneGraph.getTimeRange(model);
  const { value: range } = timeRange.useState();
  return useMemo(() => {
    const text = (bound: TimeRange['raw']['from']) => (isDateTime(bound) ? String(bound.valueOf()) : bound);
    return {
      range,
      window: { fromMs: range.from.valueOf(), toMs: range.to.valueOf() },
      urlRange: { from: text(range.raw.from), to: text(range.raw.to) },
      refresh: () => timeRange.onRefresh(),
    };
  }, [timeRange, range]);
}
