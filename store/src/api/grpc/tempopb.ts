/**
 * The messages of Tempo's streaming API as Grafana 12.4 knows them (it pins tempopb of 29 May 2025), as far as a store
 * has something to say in them. Names are those of proto3 JSON: one object is sent as JSON and as protobuf.
 */
import { list, map, message, nested, one, texts, type MessageType } from './message.ts';

// Requests. Times are Unix seconds, 0 where not given; of metrics, nanoseconds.

export const SEARCH_REQUEST = message({
  1: map('tags', 'string'),
  2: one('minDurationMs', 'uint32'),
  3: one('maxDurationMs', 'uint32'),
  4: one('limit', 'uint32'),
  5: one('start', 'uint32'),
  6: one('end', 'uint32'),
  8: one('query', 'string'),
  9: one('spansPerSpanSet', 'uint32'),
});

export const SEARCH_TAGS_REQUEST = message({
  1: one('scope', 'string'),
  2: one('query', 'string'),
  3: one('start', 'uint32'),
  4: one('end', 'uint32'),
  5: one('maxTagsPerScope', 'uint32'),
});

export const SEARCH_TAG_VALUES_REQUEST = message({
  1: one('tagName', 'string'),
  2: one('query', 'string'),
  4: one('start', 'uint32'),
  5: one('end', 'uint32'),
  6: one('maxTagValues', 'uint32'),
});

export const QUERY_RANGE_REQUEST = message({
  1: one('query', 'string'),
  2: one('start', 'uint64'),
  3: one('end', 'uint64'),
  4: one('step', 'uint64'),
  16: one('exemplars', 'uint32'),
  17: one('maxSeries', 'uint32'),
});

export const QUERY_INSTANT_REQUEST = message({
  1: one('query', 'string'),
  2: one('start', 'uint64'),
  3: one('end', 'uint64'),
});

// Answers.

const ANY_VALUE: MessageType = message(
  {
    1: one('stringValue', 'string'),
    2: one('boolValue', 'bool'),
    3: one('intValue', 'int64'),
    4: one('doubleValue', 'double'),
    5: nested('arrayValue', () => ARRAY_VALUE),
  },
  true
);
const ARRAY_VALUE = message({ 1: list('values', () => ANY_VALUE) });
const KEY_VALUE = message({ 1: one('key', 'string'), 2: nested('value', () => ANY_VALUE) });

const SPAN = message({
  1: one('spanID', 'string'),
  2: one('name', 'string'),
  3: one('startTimeUnixNano', 'uint64'),
  4: one('durationNanos', 'uint64'),
  5: list('attributes', () => KEY_VALUE),
});

const SPAN_SET = message({
  1: list('spans', () => SPAN),
  2: one('matched', 'uint32'),
  3: list('attributes', () => KEY_VALUE),
});

const SERVICE_STATS = message({ 1: one('spanCount', 'uint32'), 2: one('errorCount', 'uint32') });

const TRACE_SEARCH_METADATA = message({
  1: one('traceID', 'string'),
  2: one('rootServiceName', 'string'),
  3: one('rootTraceName', 'string'),
  4: one('startTimeUnixNano', 'uint64'),
  5: one('durationMs', 'uint32'),
  6: nested('spanSet', () => SPAN_SET),
  7: list('spanSets', () => SPAN_SET),
  8: map('serviceStats', { message: () => SERVICE_STATS }),
});

const SEARCH_METRICS = message({
  1: one('inspectedTraces', 'uint32'),
  2: one('inspectedBytes', 'uint64'),
  3: one('totalBlocks', 'uint32'),
  4: one('completedJobs', 'uint32'),
  5: one('totalJobs', 'uint32'),
  6: one('totalBlockBytes', 'uint64'),
  7: one('inspectedSpans', 'uint64'),
});

const METADATA_METRICS = message({
  1: one('inspectedBytes', 'uint64'),
  2: one('totalJobs', 'uint32'),
  3: one('completedJobs', 'uint32'),
  4: one('totalBlocks', 'uint32'),
  5: one('totalBlockBytes', 'uint64'),
});

export const SEARCH_RESPONSE = message({
  1: list('traces', () => TRACE_SEARCH_METADATA),
  2: nested('metrics', () => SEARCH_METRICS),
});

export const SEARCH_TAGS_RESPONSE = message({
  1: texts('tagNames'),
  2: nested('metrics', () => METADATA_METRICS),
});

const TAGS_SCOPE = message({ 1: one('name', 'string'), 2: texts('tags') });

export const SEARCH_TAGS_V2_RESPONSE = message({
  1: list('scopes', () => TAGS_SCOPE),
  2: nested('metrics', () => METADATA_METRICS),
});

export const SEARCH_TAG_VALUES_RESPONSE = message({
  1: texts('tagValues'),
  2: nested('metrics', () => METADATA_METRICS),
});

const TAG_VALUE = message({ 1: one('type', 'string'), 2: one('value', 'string') });

export const SEARCH_TAG_VALUES_V2_RESPONSE = message({
  1: list('tagValues', () => TAG_VALUE),
  2: nested('metrics', () => METADATA_METRICS),
});

const EXEMPLAR = message({
  1: list('labels', () => KEY_VALUE),
  2: one('value', 'double'),
  3: one('timestampMs', 'int64'),
});

const SAMPLE = message({ 1: one('value', 'double'), 2: one('timestampMs', 'int64') });

const TIME_SERIES = message({
  1: list('labels', () => KEY_VALUE),
  2: list('samples', () => SAMPLE),
  3: one('promLabels', 'string'),
  4: list('exemplars', () => EXEMPLAR),
});

const INSTANT_SERIES = message({
  1: list('labels', () => KEY_VALUE),
  2: one('value', 'double'),
  3: one('promLabels', 'string'),
});

const PARTIAL_STATUS = { enum: ['COMPLETE', 'PARTIAL'] } as const;

export const QUERY_RANGE_RESPONSE = message({
  1: list('series', () => TIME_SERIES),
  2: nested('metrics', () => SEARCH_METRICS),
  3: one('status', PARTIAL_STATUS),
  4: one('message', 'string'),
});

export const QUERY_INSTANT_RESPONSE = message({
  1: list('series', () => INSTANT_SERIES),
  2: nested('metrics', () => SEARCH_METRICS),
  3: one('status', PARTIAL_STATUS),
  4: one('message', 'string'),
});
