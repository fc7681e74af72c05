import { type TimeRange } from '@grafana/data';
import { type TimeWindow } from '../../shared/storeClient';

export const toWindow = ({ from, to }: TimeRange): TimeWindow => ({ fromMs: from.valueOf(), toMs: to.valueOf() });
