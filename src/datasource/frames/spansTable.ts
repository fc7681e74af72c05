import { FieldType, createDataFrame, type DataFrame } from '@grafana/data';
import { type FoundTrace } from '../../shared/storeTypes';
import { type SearchOrder } from '../types';
import { type MentionedAttribute } from '../query/mentioned';
import { durationNs, rootName, rootService, spansOf, startMs, traceIdOf } from './foundTrace';
import { spanLink, traceLink, type LinkTarget } from './links';
import { attributeColumns, attributeFields } from './spanColumns';

const TRACE_ID = 'traceID';

/** The matching spans of found traces as a table, a row for each: of the slowest traces, the longest span first. */
export function spansTable(
  traces: readonly FoundTrace[],
  mentioned: readonly MentionedAttribute[],
  target: LinkTarget,
  refId: string,
  order: SearchOrder = 'start'
): DataFrame {
  const rows = traces.flatMap((trace) => spansOf(trace).map((row) => ({ ...row, trace })));
  if (order === 'duration') {
    rows.sort((a, b) => durationNs(b.span) - durationNs(a.span));
  }
  const columns = attributeColumns(rows, mentioned);
  const width = (pixels: number) => ({ custom: { width: pixels } });
  return createDataFrame({
    name: 'Spans',
    refId,
    fields: [
      {
        name: 'spanID',
        type: FieldType.string,
        config: { displayNameFromDS: 'Span ID', unit: 'string', ...width(160), links: [spanLink(target, TRACE_ID)] },
        values: rows.map(({ span }) => span.spanID),
      },
      {
        name: 'time',
        type: FieldType.time,
        config: { displayNameFromDS: 'Start time', ...width(190) },
        values: rows.map(({ span }) => startMs(span)),
      },
      {
        name: 'name',
        type: FieldType.string,
        config: { displayNameFromDS: 'Name', filterable: true },
        values: rows.map(({ span }) => span.name ?? ''),
      },
      ...attributeFields(columns, rows),
      {
        name: 'duration',
        type: FieldType.number,
        config: { displayNameFromDS: 'Duration', unit: 'ns', ...width(95) },
        values: rows.map(({ span }) => durationNs(span)),
      },
      {
        name: 'traceService',
        type: FieldType.string,
        config: { displayNameFromDS: 'Trace service', filterable: true },
        values: rows.map(({ trace }) => rootService(trace)),
      },
      {
        name: 'traceName',
        type: FieldType.string,
        config: { displayNameFromDS: 'Trace name', filterable: true },
        values: rows.map(({ trace }) => rootName(trace)),
      },
      {
        name: TRACE_ID,
        type: FieldType.string,
        config: { displayNameFromDS: 'Trace ID', unit: 'string', ...width(280), links: [traceLink(target)] },
        values: rows.map(({ trace }) => traceIdOf(trace)),
      },
    ],
    meta: { preferredVisualisationType: 'table' },
  });
}
