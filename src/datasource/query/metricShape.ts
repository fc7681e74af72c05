import {
  INTRINSICS,
  type Attribute,
  type MetricsAggregate,
  type MetricsExpression,
  type MetricsFirstStage,
  type MetricsOperand,
} from '@clew/traceql';

/** What the answer to a metric is drawn as. */
export type MetricShape =
  { readonly kind: 'series' | 'histogram'; readonly unit: MetricUnit | undefined } | { readonly kind: 'comparison' };

/** Grafana's name of the unit of the values; of the buckets, for a histogram. Durations come in seconds. */
export type MetricUnit = 's';

export function metricShape(metric: MetricsExpression): MetricShape {
  if (metric.kind === 'metricsPipeline') {
    const { firstStage } = metric;
    if (firstStage.kind === 'metricsCompare') {
      return { kind: 'comparison' };
    }
    if (firstStage.function === 'histogram_over_time') {
      return { kind: 'histogram', unit: attributeUnit(firstStage.attribute) };
    }
  }
  return { kind: 'series', unit: unitOf(metric) };
}

/** Undefined for plain numbers, and where it depends on the data. */
function unitOf(metric: MetricsOperand): MetricUnit | undefined {
  switch (metric.kind) {
    case 'metricsPipeline':
      return firstStageUnit(metric.firstStage);
    case 'metricsOperation': {
      const left = unitOf(metric.left);
      const right = unitOf(metric.right);
      switch (metric.operator) {
        case '*':
          return left && right ? undefined : (left ?? right);
        case '/':
          return right ? undefined : left;
        default:
          return left ?? right;
      }
    }
    default:
      return undefined;
  }
}

/** Functions whose values have the unit of what they measure; the others count spans. */
const MEASURES: ReadonlySet<MetricsAggregate['function']> = new Set([
  'min_over_time',
  'max_over_time',
  'avg_over_time',
  'sum_over_time',
  'quantile_over_time',
] as const);

function firstStageUnit(stage: MetricsFirstStage): MetricUnit | undefined {
  return stage.kind === 'metricsAggregate' && MEASURES.has(stage.function) ? attributeUnit(stage.attribute) : undefined;
}

function attributeUnit(attribute: Attribute | null): MetricUnit | undefined {
  return attribute?.kind === 'intrinsic' && INTRINSICS[attribute.intrinsic].type === 'duration' ? 's' : undefined;
}
