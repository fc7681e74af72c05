import { FieldType, createDataFrame, type DataFrame } from '@grafana/data';
import { type TraceJson } from '../../shared/storeTypes';
import { repair } from './repair';
import { spanRows, type SpanRow } from './spanRow';

/** Column order is what "Inspect data" shows; names are the ones that Grafana's trace view looks for. */
const COLUMNS: ReadonlyArray<{ name: keyof SpanRow; type: FieldType }> = [
  { name: 'traceID', type: FieldType.string },
  { name: 'spanID', type: FieldType.string },
  { name: 'parentSpanID', type: FieldType.string },
  { name: 'operationName', type: FieldType.string },
  { name: 'serviceName', type: FieldType.string },
  { name: 'kind', type: FieldType.string },
  { name: 'statusCode', type: FieldType.number },
  { name: 'statusMessage', type: FieldType.string },
  { name: 'instrumentationLibraryName', type: FieldType.string },
  { name: 'instrumentationLibraryVersion', type: FieldType.string },
  { name: 'traceState', type: FieldType.string },
  { name: 'serviceTags', type: FieldType.other },
  { name: 'startTime', type: FieldType.number },
  { name: 'duration', type: FieldType.number },
  { name: 'logs', type: FieldType.other },
  { name: 'references', type: FieldType.other },
  { name: 'tags', type: FieldType.other },
  { name: 'warnings', type: FieldType.other },
  { name: 'stackTraces', type: FieldType.other },
];

/**
 * The frame that Grafana's trace view draws. One row per span; none is left out. What the store refused or cut stands
 * with the frame, where dashboards show it, and with the root span, where the trace view does.
 */
export function traceFrame(trace: TraceJson, refId: string): DataFrame {
  const rows = spanRows(trace);
  repair(rows);
  const { message } = trace;
  const root = rows.find(({ parentSpanID }) => !parentSpanID) ?? rows[0];
  if (message !== undefined && root) {
    root.warnings = [message, ...root.warnings];
  }
  return createDataFrame({
    name: 'Trace',
    refId,
    fields: COLUMNS.map(({ name, type }) => ({ name, type, config: {}, values: rows.map((row) => row[name]) })),
    meta: {
      preferredVisualisationType: 'trace',
      custom: { traceFormat: 'otlp' },
      ...(message !== undefined && { notices: [{ severity: 'warning', text: message }] }),
    },
  });
}
