import { parseDuration, quoteString } from '@clew/traceql';
import {
  OPERATION_TAG,
  SERVICE_TAG,
  isComplete,
  type AttributeFilter,
  type FilterOperator,
  type SearchForm,
} from './searchForm';

/** The form as TraceQL: one spanset filter, its conditions joined by `&&`. `{ }` for an empty form. */
export function toTraceql(form: SearchForm): string {
  const conditions = [
    ...(form.service ? [`${SERVICE_TAG} = ${quoteString(form.service)}`] : []),
    ...(form.operation ? [`${OPERATION_TAG} = ${quoteString(form.operation)}`] : []),
    ...(form.status ? [`status = ${form.status}`] : []),
    ...durationCondition('>=', form.minDuration),
    ...durationCondition('<=', form.maxDuration),
    ...form.filters.filter(isComplete).map(filterCondition),
  ];
  return conditions.length > 0 ? `{ ${conditions.join(' && ')} }` : '{ }';
}

/** A number without its unit is not a duration yet, though TraceQL would take it for nanoseconds. */
function durationCondition(operator: '>=' | '<=', duration: string): string[] {
  return parseDuration(duration) === undefined ? [] : [`duration ${operator} ${duration}`];
}

function filterCondition(filter: AttributeFilter): string {
  const { tag, operator } = filter;
  switch (operator) {
    case 'exists':
      return `${tag} != nil`;
    case 'is missing':
      return `${tag} = nil`;
    default:
      return `${tag} ${operator} ${literal(operator, filter)}`;
  }
}

function literal(operator: FilterOperator, { value, valueType }: AttributeFilter): string {
  const isRegex = operator === '=~' || operator === '!~';
  return valueType === 'string' || isRegex ? quoteString(value) : value.trim();
}
