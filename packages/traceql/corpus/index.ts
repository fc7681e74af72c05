export { EXECUTED, REFUSED_BY_DATA, type ExecutedQuery } from './executed.ts';
export { EXECUTED_METRICS, type ExecutedMetric } from './executed-metrics.ts';
export { EXECUTED_TRACES } from './executed-traces.ts';
export { REFUSED, type RefusedQuery } from './refused.ts';
export { MALFORMED, type MalformedQuery } from './malformed.ts';
export { shapeOf } from './shape.ts';
export { VALID } from './valid.ts';
