import {
  FieldType,
  createDataFrame,
  dateTime,
  type DataFrame,
  type DataLink,
  type FieldConfig,
  type TimeRange,
} from '@grafana/data';
import { type AnyValueJson, type FoundSpan, type FoundSpanSet, type FoundTrace } from '../../shared/storeTypes';
import { parseUnixNano, toMs } from '../../shared/unixNano';
import { type ClewQuery } from '../types';
import { tagValue } from './attributes';

/** The datasource that the links lead back to. */
export interface LinkTarget {
  readonly uid: string;
  readonly name: string;
}

/** Found traces as a table, with the matching spans of each as a table of its own below its row. */
export function searchFrame(traces: readonly FoundTrace[], target: LinkTarget, refId: string): DataFrame {
  const stats = traces.map(traceStats);
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
      column('startTime', FieldType.time, traces.map(startMs), named('Start time', 165)),
      column('traceService', FieldType.string, traces.map(rootService), named('Service')),
      column('traceName', FieldType.string, traces.map(rootName), named('Name')),
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
        values: traces.map((trace) => spanSetsOf(trace).map((spanSet) => spansFrame(trace, spanSet, target))),
      },
    ],
    meta: { preferredVisualisationType: 'table', uniqueRowIdFields: [0] },
  });
}

/** Grafana shows the fields of nested tables by their names alone: display names and hidden fields do not work there. */
function spansFrame(trace: FoundTrace, { spans = [], attributes = [] }: FoundSpanSet, target: LinkTarget): DataFrame {
  // Attributes of the whole set, such as the result of an aggregate, stand on each of its spans.
  const tags = spans.map(
    (span) => new Map([...attributes, ...(span.attributes ?? [])].map(({ key = '', value }) => [key, value]))
  );
  const keys = [...new Set(tags.flatMap((map) => [...map.keys()]))].sort();
  const hasNames = spans.some(({ name }) => name);
  return createDataFrame({
    fields: [
      {
        name: 'Span ID',
        type: FieldType.string,
        config: { unit: 'string', custom: { width: 160 }, links: [spanLink(target, trace)] },
        values: spans.map(({ spanID }) => spanID),
      },
      column('Start time', FieldType.time, spans.map(startMs), { custom: { width: 165 } }),
      ...(hasNames
        ? [
            column(
              'Name',
              FieldType.string,
              spans.map(({ name }) => name ?? '')
            ),
          ]
        : []),
      ...keys.map((key) =>
        column(
          key,
          FieldType.string,
          tags.map((map) => attributeText(map.get(key)))
        )
      ),
      column('Duration', FieldType.number, spans.map(durationNs), { unit: 'ns', custom: { width: 95 } }),
    ],
    meta: { preferredVisualisationType: 'table' },
  });
}

const attributeText = (value: AnyValueJson | undefined): string | undefined => value && String(tagValue(value).value);

function column(name: string, type: FieldType, values: unknown[], config: FieldConfig = {}) {
  return { name, type, config, values };
}

function named(displayNameFromDS: string, width?: number): FieldConfig {
  return { displayNameFromDS, custom: { width } };
}

function traceLink({ uid, name }: LinkTarget): DataLink<ClewQuery> {
  return {
    title: 'Trace: ${__value.raw}',
    url: '',
    internal: {
      datasourceUid: uid,
      datasourceName: name,
      query: { refId: 'A', query: '${__value.raw}', queryType: 'traceql' },
    },
  };
}

function spanLink({ uid, name }: LinkTarget, trace: FoundTrace): DataLink<ClewQuery> {
  return {
    title: 'Span: ${__value.raw}',
    url: '',
    internal: {
      datasourceUid: uid,
      datasourceName: name,
      query: { refId: 'A', query: traceIdOf(trace), queryType: 'traceql' },
      panelsState: { trace: { spanId: '${__value.raw}' } },
      range: rangeAround(trace),
    },
  };
}

const MINUTE_MS = 60_000;

/** The trace with room around it, so that the metrics and logs beside it show what led to it. */
function rangeAround(trace: FoundTrace): TimeRange | undefined {
  const start = startMs(trace);
  if (start === undefined) {
    return undefined;
  }
  const from = dateTime(start - 5 * MINUTE_MS);
  const to = dateTime(start + durationMs(trace) + 5 * MINUTE_MS);
  return { from, to, raw: { from, to } };
}

function spanSetsOf({ spanSets, spanSet }: FoundTrace): readonly FoundSpanSet[] {
  return spanSets ?? (spanSet ? [spanSet] : []);
}

const traceIdOf = ({ traceID }: FoundTrace): string => traceID.toLowerCase().padStart(32, '0');
const rootService = ({ rootServiceName }: FoundTrace): string => rootServiceName ?? '';
const rootName = ({ rootTraceName }: FoundTrace): string => rootTraceName ?? '';

function startMs({ startTimeUnixNano }: FoundTrace | FoundSpan): number | undefined {
  return startTimeUnixNano === undefined ? undefined : toMs(parseUnixNano(startTimeUnixNano));
}

/** Whole milliseconds, which is what the search answer has; 0 is less than one. */
const durationMs = ({ durationMs }: FoundTrace): number => durationMs ?? 0;
const durationNs = ({ durationNanos }: FoundSpan): number => Number(durationNanos ?? 0);

const matchedSpans = (trace: FoundTrace): number =>
  spanSetsOf(trace).reduce((sum, { matched, spans = [] }) => sum + (matched ?? spans.length), 0);

function traceStats({ serviceStats }: FoundTrace): { spans: number | undefined; errors: number | undefined } {
  if (!serviceStats) {
    return { spans: undefined, errors: undefined };
  }
  let spans = 0;
  let errors = 0;
  for (const { spanCount = 0, errorCount = 0 } of Object.values(serviceStats)) {
    spans += spanCount;
    errors += errorCount;
  }
  return { spans, errors };
}
