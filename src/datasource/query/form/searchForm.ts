/** What the search form holds. It stands for a TraceQL text and is read back from one; it is never stored. */
export interface SearchForm {
  /** Empty for any; so are operation, status and both durations. */
  readonly service: string;
  readonly operation: string;
  readonly status: FormStatus;
  /** A TraceQL duration, `100ms`. */
  readonly minDuration: string;
  readonly maxDuration: string;
  readonly filters: readonly AttributeFilter[];
}

export const FORM_STATUSES = ['', 'error', 'ok', 'unset'] as const;
export type FormStatus = (typeof FORM_STATUSES)[number];

export const FILTER_OPERATORS = ['=', '!=', '=~', '!~', '>', '>=', '<', '<=', 'exists', 'is missing'] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

export const FILTER_VALUE_TYPES = ['string', 'int', 'float', 'bool', 'duration', 'keyword'] as const;
export type FilterValueType = (typeof FILTER_VALUE_TYPES)[number];

export interface AttributeFilter {
  /** As in TraceQL: `span.http.route`, `.foo`, `name`. */
  readonly tag: string;
  readonly operator: FilterOperator;
  /** Without quotes. */
  readonly value: string;
  readonly valueType: FilterValueType;
}

export const EMPTY_FORM: SearchForm = {
  service: '',
  operation: '',
  status: '',
  minDuration: '',
  maxDuration: '',
  filters: [],
};

export const EMPTY_FILTER: AttributeFilter = { tag: '', operator: '=', value: '', valueType: 'string' };

export const SERVICE_TAG = 'resource.service.name';
export const OPERATION_TAG = 'name';

/** `exists` and `is missing` compare with nothing. */
export function takesValue(operator: FilterOperator): boolean {
  return operator !== 'exists' && operator !== 'is missing';
}

/** A filter that says something; half-filled ones are left out of the query. */
export function isComplete({ tag, operator, value }: AttributeFilter): boolean {
  return tag.trim() !== '' && (!takesValue(operator) || value !== '');
}
