import { format, formatExpression, type FieldExpression, type Pipeline, type SpansetFilter } from '@clew/traceql';
import { conjunction } from '../query/conjuncts';
import { conjunctsOf, filterOf, isSpanset, parsed, withPipelines } from './narrow';

/** Puts a condition on the spans that a query finds, and takes the opposite one away. Only TraceQL changes. */
export function addCondition(text: string, condition: FieldExpression, opposite: FieldExpression | undefined): string {
  return changed(text, (conditions) => {
    const others = opposite ? conditions.filter((each) => !isSame(each, opposite)) : conditions;
    return others.some((each) => isSame(each, condition)) ? others : [...others, condition];
  });
}

export function removeCondition(text: string, condition: FieldExpression): string {
  return changed(text, (conditions) => conditions.filter((each) => !isSame(each, condition)));
}

/** Whether all the spans that the query finds are filtered by the condition, as it stands. */
export function hasCondition(text: string, condition: FieldExpression): boolean {
  const query = parsed(text);
  if (!query) {
    return false;
  }
  const found: boolean[] = [];
  withPipelines(query, (pipeline) => {
    const { filter } = placeOf(pipeline);
    found.push(filter !== undefined && conjunctsOf(filter).some((each) => isSame(each, condition)));
    return pipeline;
  });
  return found.length > 0 && found.every(Boolean);
}

function changed(text: string, change: (conditions: FieldExpression[]) => FieldExpression[]): string {
  const query = parsed(text.trim() === '' ? '{ }' : text);
  return query ? format(withPipelines(query, (pipeline) => changedPipeline(pipeline, change))) : text;
}

function changedPipeline(pipeline: Pipeline, change: (conditions: FieldExpression[]) => FieldExpression[]): Pipeline {
  const { index, filter } = placeOf(pipeline);
  const stages = [...pipeline.stages];
  const conditions = change(filter ? conjunctsOf(filter) : []);
  if (filter && (index === 0 || conditions.length > 0)) {
    stages[index] = { ...filter, expression: conjunction(conditions) };
  } else if (filter) {
    stages.splice(index, 1);
  } else if (conditions.length > 0) {
    stages.splice(index, 0, filterOf(conditions));
  }
  return { ...pipeline, stages };
}

/**
 * Where a pipeline's conditions on what it finds stand: in its first stage where that is one filter, else in a filter
 * after the stage that relates spans to each other; `filter` is missing where there is none there yet.
 */
function placeOf({ stages }: Pipeline): { index: number; filter?: SpansetFilter } {
  const index = isSpanset(stages[0]) && stages[0].kind !== 'spansetFilter' ? 1 : 0;
  const stage = stages[index];
  return stage?.kind === 'spansetFilter' ? { index, filter: stage } : { index };
}

const isSame = (a: FieldExpression, b: FieldExpression): boolean => formatExpression(a) === formatExpression(b);
