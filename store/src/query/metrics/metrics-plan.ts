import {
  attributesOfStage,
  metricsOf,
  metricsPipelines,
  readMetricsHints,
  TraceqlError,
  writeOutNilAsValue,
  type Attribute,
  type MetricsAggregate,
  type MetricsExpression,
  type MetricsHints,
  type MetricsPipeline,
  type Query,
} from '@clew/traceql';

import { FilterPlanner } from '../plan/filter-plan.ts';
import { ALWAYS, type Condition, type Operand } from '../plan/plan.ts';
import { planSearchQuery, type SearchPlan } from '../plan/search-plan.ts';
import { planQuery } from '../plan/traceql-plan.ts';
import type { Measurement } from './series-sql.ts';

/** How the first stage of a metric is run: by one statement, or by reading whole traces. */
export type FirstStagePlan =
  | {
      readonly kind: 'series';
      readonly condition: Condition;
      readonly measurement: Measurement;
      readonly by: readonly Operand[];
    }
  | {
      readonly kind: 'comparison';
      readonly condition: Condition;
      readonly selection: Condition;
    }
  | { readonly kind: 'evaluation'; readonly search: SearchPlan };

export interface MetricsPlan {
  /** With hints written out. */
  readonly query: Query;
  readonly expression: MetricsExpression;
  /** Of each pipeline in the expression. */
  readonly firstStages: ReadonlyMap<MetricsPipeline, FirstStagePlan>;
  readonly hints: MetricsHints;
}

/** The plan for a checked query. Throws TraceqlError for a search, and for what is not supported. */
export function planMetrics(asked: Query): MetricsPlan {
  const query = writeOutNilAsValue(asked);
  const hints = readMetricsHints(query);
  const expression = metricsOf(query);
  const firstStages = new Map(
    metricsPipelines(expression).map((pipeline) => [pipeline, planFirstStage(query, pipeline, hints.isExact)])
  );
  return { query, expression, firstStages, hints };
}

/** What SQL decides. */
export function conditionsOf({ firstStages }: MetricsPlan): Condition[] {
  return [...firstStages.values()].flatMap((plan) => {
    switch (plan.kind) {
      case 'series':
        return [plan.condition];
      case 'comparison':
        return [plan.condition, plan.selection];
      case 'evaluation':
        return [plan.search.candidates, ...plan.search.bits];
    }
  });
}

/**
 * The plan for one metric of a checked query, in which hints are written out. `isExact`: quantiles are those of the values,
 * not of their buckets. Throws TraceqlError.
 */
function planFirstStage(query: Query, metric: MetricsPipeline, isExact: boolean): FirstStagePlan {
  const spans = { ...query, body: metric.pipeline };
  return decide(() => planStatement(query, spans, metric, isExact)) ?? planEvaluation(spans, metric);
}

function planStatement(query: Query, spans: Query, { firstStage }: MetricsPipeline, isExact: boolean): FirstStagePlan {
  const filters = new FilterPlanner(query.text);
  const { condition } = planQuery(spans);
  if (firstStage.kind === 'metricsCompare') {
    const { expression } = firstStage.selection;
    return { kind: 'comparison', condition, selection: expression ? filters.condition(expression) : ALWAYS };
  }
  const operandOf = (attribute: Attribute): Operand => {
    const operand = filters.operand(attribute);
    if (operand.kind === 'intrinsic' && operand.name === 'nestedSetParent') {
      throw filters.unsupported(attribute.span, 'A position in the tree takes the whole trace');
    }
    return operand;
  };
  return {
    kind: 'series',
    condition,
    measurement: measurementOf(firstStage, isExact, operandOf),
    by: firstStage.by.map(operandOf),
  };
}

function measurementOf(
  { function: fn, attribute, quantiles }: MetricsAggregate,
  isExact: boolean,
  operandOf: (attribute: Attribute) => Operand
): Measurement {
  if (attribute === null) {
    return { kind: 'count' };
  }
  const operand = operandOf(attribute);
  switch (fn) {
    case 'rate':
    case 'count_over_time':
      return { kind: 'count' };
    case 'min_over_time':
      return { kind: 'min', operand };
    case 'max_over_time':
      return { kind: 'max', operand };
    case 'sum_over_time':
      return { kind: 'sum', operand };
    case 'avg_over_time':
      return { kind: 'avg', operand };
    case 'histogram_over_time':
      return { kind: 'buckets', operand };
    case 'quantile_over_time':
      return isExact ? { kind: 'quantiles', operand, quantiles } : { kind: 'buckets', operand };
  }
}

/** What the metric reads is loaded with the spans that the pipeline yields. */
function planEvaluation(spans: Query, { firstStage }: MetricsPipeline): FirstStagePlan {
  const search = planSearchQuery(spans);
  const read =
    firstStage.kind === 'metricsCompare'
      ? [...attributesOfStage(firstStage.selection)]
      : [...(firstStage.attribute ? [firstStage.attribute] : []), ...firstStage.by];
  return { kind: 'evaluation', search: { ...search, mentioned: [...search.mentioned, ...read] } };
}

/** Undefined for what SQL cannot say. */
function decide<T>(plan: () => T): T | undefined {
  try {
    return plan();
  } catch (error) {
    if (error instanceof TraceqlError && error.kind === 'unsupported') {
      return undefined;
    }
    throw error;
  }
}
