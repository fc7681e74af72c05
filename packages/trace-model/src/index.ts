export { ProtobufError, ProtobufReader } from './protobuf/reader.ts';
export { ProtobufWriter } from './protobuf/writer.ts';
export { byteString, readUtf8 } from './protobuf/utf8.ts';
export { varintSize, WIRE_FIXED32, WIRE_FIXED64, WIRE_LENGTH, WIRE_VARINT } from './protobuf/wire.ts';
export { flattenAnyValue, MAX_FLATTEN_DEPTH, type FlattenedEntry, type ScalarSuffix } from './otlp/flatten.ts';
export {
  ANY_VALUE,
  EVENT,
  KEY_VALUE,
  LINK,
  LIST_ELEMENT,
  RESOURCE,
  RESOURCE_SPANS,
  SCOPE,
  SCOPE_SPANS,
  SPAN,
  STATUS,
} from './otlp/fields.ts';
export { TRACE_BATCHES_MESSAGE, TRACES_DATA_MESSAGE, type MessageType } from './otlp/messages.ts';
export { protobufToJson } from './otlp/to-json.ts';
export {
  ATTRIBUTE_COLUMN_VERSION,
  AttributeColumnDecoder,
  AttributeColumnEncoder,
  UNTOLD_VALUE,
  type ColumnChunkOptions,
} from './wire-frame/attribute-column.ts';
export {
  DROPPED_ATTRIBUTES,
  DROPPED_EVENTS,
  DROPPED_LINKS,
  emptyColumns,
  MAX_FRAME_COUNT,
  spanIdText,
  toNumbers,
  wordsOf,
  type FrameColumns,
} from './wire-frame/columns.ts';
export { decodeTraceFrame, TraceFrameDecoder, type FrameChunk, type TraceFrame } from './wire-frame/decoder.ts';
export type { FrameDictionary, ResourceDictionary } from './wire-frame/dictionary.ts';
export { ResourceDictionaryWriter } from './wire-frame/dictionary-writer.ts';
export {
  CHUNK_ROWS,
  encodeTraceFrame,
  TraceFrameEncoder,
  type ChunkOptions,
  type TraceFrameSource,
} from './wire-frame/encoder.ts';
export { TraceFrameError } from './wire-frame/error.ts';
export { joinChunks } from './wire-frame/join.ts';
export { FRAME_VERSION } from './wire-frame/layout.ts';
export { ROW_BITS_VERSION, RowBitsDecoder, RowBitsEncoder } from './wire-frame/row-bits.ts';
export { OtlpJsonEncoder, type OtlpJsonForm } from './otlp/from-json.ts';
export { JsonMemberError } from './json/members.ts';
export { parseJson } from './json/parse-json.ts';
export { Problems } from './json/problems.ts';
export { attributeText, type Attribute, type AttributeValue } from './local/attribute-value.ts';
export type { SpanDetails, SpanEvent, SpanLink, SpanScope } from './local/span-details.ts';
export { copyColumns, sliceColumns } from './wire-frame/columns.ts';
export {
  OtlpBuilder,
  stringField,
  writeTags,
  type ResourceHandle,
  type Tags,
  type TagValue,
} from './files/otlp-builder.ts';
export { CYCLE, DUPLICATE_ID, ORPHAN, PHANTOM, SKEWED, type TraceTree } from './tree/trace-tree.ts';
export { openTraceFile, type OpenedTraceFile, type TraceFileFormat } from './files/open-trace-file.ts';
export { TraceFileError } from './files/trace-file-error.ts';
export type { Translation } from './files/translation.ts';
export { jaegerJsonToOtlp } from './jaeger/jaeger-json-to-otlp.ts';
export { otlpToJaegerJson } from './jaeger/otlp-to-jaeger-json.ts';
export { zipkinJsonToOtlp } from './zipkin/zipkin-json-to-otlp.ts';
export { LocalTrace, spanDetailsFromOtlp, type LocalTexts } from './local/local-trace.ts';
export type { AttributeColumn } from './local/local-column.ts';
export { buildTree, type TreeInput, type TreeOptions } from './tree/build-tree.ts';
export { runNow, runSliced, type SliceOptions, type Steps } from './tree/steps.ts';
export { AggregatedPath, type AggregatedPathRow } from './analysis/aggregate.ts';
export { analyzeTrace, type TraceAnalysis } from './analysis/analyze-trace.ts';
export { isBlocking } from './analysis/blocking.ts';
export { criticalPath, type CriticalPath, type CriticalPathOptions } from './analysis/critical-path.ts';
export { callersGraph, flameGraph, type CallersOptions, type FlameGraph } from './analysis/flame.ts';
export { attributeKey, groupKey, type GroupKey, type ReadyKey } from './analysis/group-key.ts';
export type { AnalysisInput, Texts } from './analysis/input.ts';
export { parallelism, type Parallelism } from './analysis/parallelism.ts';
export { selfTime, type SelfTime } from './analysis/self-time.ts';
export { isCall, isQueued, serviceMap, type ServiceEdges, type ServiceMap } from './analysis/service-map.ts';
export { statistics, type Statistics, type StatisticsOptions } from './analysis/statistics.ts';
export { findings } from './findings/find.ts';
export { durationText } from './findings/text.ts';
export {
  FINDING_ATTRIBUTES,
  type Finding,
  type FindingAttribute,
  type FindingKind,
  type FindingsInput,
  type OperationHistory,
  type LikelyCaller,
  type OtherHalf,
  type Severity,
} from './findings/finding.ts';
export { repeatedSiblings, type RepeatedSiblings } from './tree/repeated-siblings.ts';
export { groupSiblings, type SiblingGroups } from './tree/sibling-groups.ts';
export { ancestorsOf, childNodesOf, isInSubtree, parentOf, pathTo, rootsOf } from './tree/walk.ts';
export { comparePaths } from './compare/compare-paths.ts';
export type { Cause, ComparedPath, Comparison, PathSide, SideTotals } from './compare/compared-path.ts';
export { MOST_PATHS, PathIndex, type Step } from './compare/path-index.ts';
export { MOST_TRACES, PathSet } from './compare/path-set.ts';
export { summarizeComparison, type SummaryNames } from './compare/summarize.ts';
export { falseDiscoveryRates, proportionTest } from './compare/tests-of-difference.ts';
export type { ComparisonKind, PathState } from './compare/verdict.ts';
