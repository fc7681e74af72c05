import type { Engine } from '../../engine/engine.ts';
import type { AttributeMapSuffix } from '../../schema/tables.ts';
import { operandsOf, type Condition } from '../plan/plan.ts';
import type { SearchPlan } from '../plan/search-plan.ts';
import { ANY_KEYS, type KnownKeys } from '../sql/known-keys.ts';
import { knownKeysSql, type KnownKeyRow } from '../sql/tag-catalogue-sql.ts';

const SUFFIXES: Readonly<Record<KnownKeyRow['type'], AttributeMapSuffix>> = {
  string: 'str',
  int: 'int',
  float: 'float',
  bool: 'bool',
};

/**
 * In which maps attributes of these names are, for all that is stored of a tenant. Never misses one: a key is in the
 * catalogue before its spans are in the engine. Rejects with EngineError.
 */
export async function readKnownKeys(engine: Engine, tenant: string, names: Iterable<string>): Promise<KnownKeys> {
  const asked = new Set(names);
  if (asked.size === 0) {
    return ANY_KEYS;
  }
  const rows = await engine.rows<KnownKeyRow>(knownKeysSql(tenant, [...asked]));
  if (rows.some(({ scope }) => scope === 'overflow')) {
    return ANY_KEYS;
  }
  const found = new Set(rows.map(({ scope, key, type }) => `${scope} ${SUFFIXES[type]} ${key}`));
  return { mayHave: (scope, name, suffix) => !asked.has(name) || found.has(`${scope} ${suffix} ${name}`) };
}

/** The same for all that a search reads. */
export function readPlanKeys(engine: Engine, tenant: string, plan: SearchPlan): Promise<KnownKeys> {
  const { candidates, bits, mentioned } = plan;
  return readKnownKeys(engine, tenant, [
    ...[candidates, ...bits].flatMap((condition) => [...attributeNames(condition)]),
    ...mentioned.flatMap((attribute) => (attribute.kind === 'attribute' ? [attribute.name] : [])),
  ]);
}

/** Names of the attributes of a condition. */
export function* attributeNames(condition: Condition): Generator<string> {
  for (const operand of operandsOf(condition)) {
    if (operand.kind === 'attribute') {
      yield operand.name;
    }
  }
}
