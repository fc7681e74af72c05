import type { Value } from '../src/evaluate/index.ts';
import { formatDuration } from '../src/literals.ts';

/** A value as the corpus writes it. */
export function shown(value: Value): string {
  if (value === undefined) {
    return 'nil';
  }
  if (typeof value !== 'object') {
    return String(value);
  }
  if ('type' in value) {
    return value.type === 'duration' ? formatDuration(value.value) : value.value;
  }
  return `[${value.map(shown).join(', ')}]`;
}
