import { formatExpression, parse } from '@clew/traceql';
import { conjuncts } from '../conjuncts';
import { canShowCondition, fromTraceql, hasComment } from './fromTraceql';

/**
 * What of a text the form has no field for, as the end of a sentence. Undefined where it shows all of it, and for what is
 * no TraceQL (yet), of which other things are to be said first.
 */
export function formLimit(text: string): string | undefined {
  if (fromTraceql(text) !== undefined) {
    return undefined;
  }
  let query;
  try {
    query = parse(text);
  } catch {
    return undefined;
  }
  if (hasComment(text)) {
    return 'it has no field for comments';
  }
  if (query.hints.length > 0) {
    return 'it has no field for with(…)';
  }
  if (query.body.kind !== 'pipeline') {
    return 'it finds traces, and this is a metric';
  }
  const [stage, next] = query.body.stages;
  if (next !== undefined) {
    return 'it has no field for stages after a |';
  }
  if (stage.kind === 'spansetOperation') {
    return `it has one filter, and here ${stage.operator} joins several`;
  }
  if (stage.kind !== 'spansetFilter' || stage.expression === null) {
    return 'it has no field for stages without a filter';
  }
  const beyond = conjuncts(stage.expression).find((condition) => !canShowCondition(condition));
  return `it has no field for ${beyond ? shortened(formatExpression(beyond)) : 'this'}`;
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
