export { SpanMetrics, type SpanMetricsProps } from './SpanMetrics';
