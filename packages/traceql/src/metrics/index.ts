export { bucketOf, quantileOf, type Buckets } from './buckets.ts';
export { DEFAULT_TOP_VALUES, finishComparison, topValues } from './compare.ts';
export type { ComparedTotal, ComparedValue, Comparison } from './compare.ts';
export { MetricsEvaluator, PipelineMetrics, type MetricsOptions } from './evaluate-metrics.ts';
export { finishMetrics, metricsOf, metricsPipelines } from './finish.ts';
export { finishExactQuantiles, finishFirstStage, type MetricsGroup } from './first-stage.ts';
export { defaultStepNs, instantGrid, rangeGrid, type MetricsGrid, type MetricsRange } from './grid.ts';
export { readMetricsHints, type MetricsHints } from './hints.ts';
export { hasValues, labelName, type Exemplar, type MetricLabel, type Series, type SeriesSet } from './series.ts';
