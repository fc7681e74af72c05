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
