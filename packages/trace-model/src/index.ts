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
export { OtlpJsonEncoder, type OtlpJsonForm } from './otlp/from-json.ts';
export { JsonMemberError } from './json/members.ts';
export { parseJson } from './json/parse-json.ts';
export { Problems } from './json/problems.ts';
export { attributeText, type Attribute, type AttributeValue } from './local/attribute-value.ts';
export type { SpanDetails, SpanEvent, SpanLink, SpanScope } from './local/span-details.ts';
export { copyColumns, sliceColumns } from './wire-frame/columns.ts';
export { OtlpBuilder, stringField, writeTags, type Tags, type TagValue } from './files/otlp-builder.ts';
export { CYCLE, DUPLICATE_ID, ORPHAN, PHANTOM, SKEWED, type TraceTree } from './tree/trace-tree.ts';
