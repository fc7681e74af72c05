export { readAttribute, SearchEvaluator, type EvaluatedRange, type MatchedSpanset } from './evaluate.ts';
export {
  ObjectTrace,
  type AttributeContent,
  type Attributes,
  type EventRecord,
  type LinkRecord,
  type SpanRecord,
} from './object-trace.ts';
export type { SpansetAttribute } from './pipeline.ts';
export type { AttributeReader, EvaluatedTrace, NamedScope } from './source.ts';
export type { ArrayValue, DurationValue, KindCodeValue, Scalar, StatusCodeValue, Value } from './value.ts';
