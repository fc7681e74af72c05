export { Random } from './random.ts';
export {
  createTopology,
  SpanKind,
  type AttributeValue,
  type Operation,
  type Service,
  type Topology,
} from './topology.ts';
export { TraceGenerator, type GeneratedEvent, type GeneratedSpan, type GeneratedTrace } from './generator.ts';
export { RequestBatcher } from './otlp.ts';
export { RequestReplay, traceIdInRound } from './replay.ts';
