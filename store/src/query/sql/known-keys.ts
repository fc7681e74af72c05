import { PROMOTED } from '../../schema/promoted.ts';
import { ATTRIBUTE_MAPS, type AttributeMapSuffix } from '../../schema/tables.ts';
import type { AttributeScope } from '../plan/plan.ts';

/**
 * In which maps a key may occur. A map that certainly lacks a key need not be read, and reading maps is what most queries
 * spend their time on.
 */
export interface KnownKeys {
  mayHave(scope: AttributeScope, name: string, suffix: AttributeMapSuffix): boolean;
}

export function mayHaveAnywhere(keys: KnownKeys, scope: AttributeScope, name: string): boolean {
  const suffixes = Object.keys(ATTRIBUTE_MAPS) as AttributeMapSuffix[];
  return isPromoted(scope, name) || suffixes.some((suffix) => keys.mayHave(scope, name, suffix));
}

const isPromoted = (scope: AttributeScope, name: string): boolean =>
  scope === 'span' && PROMOTED.some(({ key }) => key === name);

/** For who does not know. */
export const ANY_KEYS: KnownKeys = { mayHave: () => true };
