import { FieldType, createDataFrame, type DataFrame, type Field, type FieldConfig } from '@grafana/data';
import { type FoundTrace } from '../../shared/storeTypes';
import { type MentionedAttribute } from '../query/mentioned';
import {
  durationMs,
  durationNs,
  matchedSpans,
  rangeAround,
  rootName,
  rootService,
  spanSetsOf,
  spansOf,
  startMs,
  traceIdOf,
  traceStats,
} from './foundTrace';
import { nestedSpanLink, traceLink, type LinkTarget, type SpanPlace } from './links';
import { attributeColumns, attributeFields, type AttributeColumn, type SpanInSet } from './spanColumns';

/** Found traces as a table, with the matching spans of each as a table of its own below its row. */
export function searchFrame(
  traces: readonly FoundTrace[],
  mentioned: readonly MentionedAttribute[],
  target: LinkTarget,
  refId: string
): DataFrame {
  const stats = traces.map(traceStats);
  const spans = traces.map(spansOf);
  const columns = attributeColumns(spans.flat(), mentioned);
  const link = nestedSpanLink(target, new Map(traces.flatMap((trace, index) => placesOf(trace, spans[index]))));
  return createDataFrame({
    name: 'Traces',
    refId,
    fields: [
      {
        name: 'traceID',
        type: FieldType.string,
        config: { ...named('Trace ID', 280), unit: 'string', links: [traceLink(target)] },
        values: traces.map(traceIdOf),
      },
      column('startTime', FieldType.time, traces.map(startMs), named('Start time', 190)),
      column('traceService', FieldType.string, traces.map(rootService), { ...named('Service'), filterable: true }),
      column('traceName', FieldType.string, traces.map(rootName), { ...named('Name'), filterable: true }),
      ...setFields(traces, columns),
      column('traceDuration', FieldType.number, traces.map(durationMs), { ...named('Duration', 95), unit: 'ms' }),
      column(
        'errors',
        FieldType.number,
        stats.map(({ errors }) => errors),
        named('Errors', 70)
      ),
      column('matched', FieldType.number, traces.map(matchedSpans), named('Matched', 85)),
      column(
        'spans',
        FieldType.number,
        stats.map(({ spans }) => spans),
        named('Spans', 70)
      ),
      {
        name: 'nested',
        type: FieldType.nestedFrames,
        config: {},
        // One table for all sets of a trace: Grafana shows one, and its columns are those of the first trace's.
        values: spans.map((rows) => [spansFrame(rows, columns, link)]),
      },
    ],
    meta: { preferredVisualisationType: 'table', uniqueRowIdFields: [0] },
  });
}

/** Grafana shows the fields of nested tables by their names alone: display names and hidden fields do not work there. */
function spansFrame(
  rows: readonly SpanInSet[],
  columns: readonly AttributeColumn[],
  link: ReturnType<typeof nestedSpanLink>
): DataFrame {
  const spans = rows.map(({ span }) => span);
  return createDataFrame({
    fields: [
      {
        name: 'Span ID',
        type: FieldType.string,
        config: { unit: 'string', custom: { width: 160 }, links: [link] },
        values: spans.map(({ spanID }) => spanID),
      },
      column('Start time', FieldType.time, spans.map(startMs), { custom: { width: 190 } }),
      column(
        'Name',
        FieldType.string,
        spans.map(({ name }) => name ?? ''),
        { filterable: true }
      ),
      ...attributeFields(columns, rows),
      column('Duration', FieldType.number, spans.map(durationNs), { unit: 'ns', custom: { width: 95 } }),
    ],
    meta: { preferredVisualisationType: 'table' },
  });
}

/** What aggregates say, where each trace has one set of spans: then it is said of the trace. */
function setFields(traces: readonly FoundTrace[], columns: readonly AttributeColumn[]): Field[] {
  const sets = traces.map(spanSetsOf);
  if (sets.some(({ length }) => length > 1)) {
    return [];
  }
  const ofSets = new Set(sets.flatMap(([set]) => (set?.attributes ?? []).map(({ key = '' }) => key)));
  return columns
    .filter(({ name, isAttribute }) => !isAttribute && ofSets.has(name))
    .map(({ name, type, unit, valueOf }) => ({
      name,
      type,
      config: { ...(unit && { unit }) },
      values: sets.map(([set]) => set && valueOf({ set, span: { spanID: '' } })),
    }));
}

function placesOf(trace: FoundTrace, spans: readonly SpanInSet[]): Array<[string, SpanPlace]> {
  const place = { traceId: traceIdOf(trace), range: rangeAround(trace) };
  return spans.map(({ span }) => [span.spanID, place]);
}

function column(name: string, type: FieldType, values: unknown[], config: FieldConfig = {}): Field {
  return { name, type, config, values };
}

function named(displayNameFromDS: string, width?: number): FieldConfig {
  return { displayNameFromDS, custom: { width } };
}
