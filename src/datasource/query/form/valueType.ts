import { INTRINSICS, intrinsicFromSpelling, parseDuration } from '@clew/traceql';
import { FILTER_VALUE_TYPES, type FilterValueType } from './searchForm';

/** The store's word for a type as ours. */
export function valueTypeFromStore(type: string): FilterValueType {
  return FILTER_VALUE_TYPES.find((known) => known === type) ?? 'string';
}

/**
 * The type of a value that was typed and not picked: what the tag is known to be, else what the text looks like.
 * `listed` are the types of values that the store has for the tag.
 */
export function guessValueType(tag: string, value: string, listed: ReadonlySet<FilterValueType>): FilterValueType {
  const intrinsic = intrinsicFromSpelling(tag);
  switch (intrinsic && INTRINSICS[intrinsic].type) {
    case 'string':
      return 'string';
    case 'duration':
      return 'duration';
    case 'status':
    case 'kind':
      return 'keyword';
    case 'int':
      return 'int';
  }
  if (listed.size === 1) {
    const [only] = listed;
    return fits(value, only) ? only : 'string';
  }
  return (['int', 'float', 'bool'] as const).find((type) => fits(value, type) && !listed.has('string')) ?? 'string';
}

/** Whether a text can be a value of this type. */
export function fits(value: string, type: FilterValueType): boolean {
  switch (type) {
    case 'int':
      return /^-?\d+$/.test(value);
    case 'float':
      return /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value);
    case 'bool':
      return value === 'true' || value === 'false';
    case 'duration':
      return parseDuration(value) !== undefined;
    case 'string':
    case 'keyword':
      return true;
  }
}
