import { LocalTrace, openTraceFile } from '@clew/trace-model';
import { dataFrameFromJSON, type DataFrame, type DataFrameJSON } from '@grafana/data';
import { finished } from '../../testing/traces';
import { buildTable } from '../../trace/buildTable';
import { type TraceTable } from '../../trace/traceTable';
import { type LogLine } from '../logLine';
import { ODD_FRAMES } from './oddFrames';
import { SHOP_FRAMES } from './shopFrames';
import { SHOP_TRACE } from './shopTrace';

/** What Grafana 12.4 answered for the lines of the trace of `shopTable`, which Loki 3 has with trace and span as structured metadata. */
export const shopLines = (): DataFrame[] => framesOf(SHOP_FRAMES);

/** Lines of all kinds that Loki took by its push API, each with its label `service_name` and a trace id somewhere. */
export const oddLines = (): DataFrame[] => framesOf(ODD_FRAMES);

const framesOf = (json: unknown): DataFrame[] => (json as DataFrameJSON[]).map((frame) => dataFrameFromJSON(frame));

export function shopTable(): TraceTable {
  const { otlp } = openTraceFile(new TextEncoder().encode(JSON.stringify(SHOP_TRACE)));
  const { traceId, baseNs, columns, names, services, messages, rows } = LocalTrace.fromOtlp(otlp)[0];
  const skeleton = { traceId, baseNs, columns, names, services, messages, complete: true, expectedSpans: rows };
  return finished(buildTable(skeleton, { correctSkew: false }));
}

/** A line without anything but what is given. */
export const lineOf = (timeNs: bigint, changes: Partial<LogLine> = {}): LogLine => ({
  id: String(timeNs),
  timeNs,
  level: 'info',
  service: undefined,
  message: 'a line',
  body: 'a line',
  labels: {},
  traceId: undefined,
  spanId: undefined,
  ...changes,
});
