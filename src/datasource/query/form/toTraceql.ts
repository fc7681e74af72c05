import { quoteString } from '@clew/traceql';
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
    ...(form.minDuration.trim() ? [`duration >= ${form.minDuration.trim()}`] : []),
    ...(form.maxDuration.trim() ? [`duration <= ${form.maxDuration.trim()}`] : []),
    ...form.filters.filter(isComplete).map(filterCondition),
  ];
  return conditions.length > 0 ? `{ ${conditions.join(' && ')} }` : '{ }';
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
