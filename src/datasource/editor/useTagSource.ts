import { useMemo } from 'react';
import { dateMath, isDateTime, type DateTime, type TimeRange } from '@grafana/data';
import { type TimeWindow } from '../../shared/storeClient';
import { type ClewDatasource } from '../datasource';
import { TagSource } from './tagSource';

/**
 * One per editor, and a new one where the time range becomes another. `now-1h` stays the same range, though Explore
 * reads it anew with each letter that is typed.
 */
export function useTagSource(datasource: ClewDatasource, range: TimeRange | undefined): TagSource {
  const from = range && edgeOf(range.raw.from);
  const to = range && edgeOf(range.raw.to);
  return useMemo(() => new TagSource(datasource.client, () => windowOf(from, to)), [datasource, from, to]);
}

/** Unix milliseconds, or what is read anew each time: `now-1h`. */
type Edge = number | string;

const edgeOf = (edge: DateTime | string): Edge => (isDateTime(edge) ? edge.valueOf() : edge);

function windowOf(from: Edge | undefined, to: Edge | undefined): TimeWindow | undefined {
  const [fromMs, toMs] = [msOf(from, false), msOf(to, true)];
  return fromMs === undefined || toMs === undefined ? undefined : { fromMs, toMs };
}

function msOf(edge: Edge | undefined, roundUp: boolean): number | undefined {
  return typeof edge === 'string' ? dateMath.toDateTime(edge, { roundUp })?.valueOf() : edge;
}
