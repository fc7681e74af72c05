import type { Engine } from '../../engine/engine.ts';
import { operandsOf, type AttributeScope, type Condition } from '../plan/plan.ts';
import { LOOKUP_ORDER, type SpanScope } from '../sql/condition-sql.ts';
import { keyProbeSql, type ProbedAttribute, type ProbeRow } from '../sql/key-probe-sql.ts';
import { ANY_KEYS, type KnownKeys } from '../sql/known-keys.ts';

/** Beyond this many attributes the statement would cost more than it saves. */
const MAX_PROBED = 12;

/** Finds out in which maps the attributes of a condition are, for spans in the given scope. Rejects with EngineError. */
export async function probeKeys(engine: Engine, condition: Condition, scope: SpanScope): Promise<KnownKeys> {
  const attributes = attributesToProbe(condition);
  if (attributes.length === 0 || attributes.length > MAX_PROBED) {
    return ANY_KEYS;
  }
  const rows = await engine.rows<ProbeRow>(keyProbeSql(attributes, scope));
  const found = new Set(
    rows.map(({ attribute, scope: place, suffix }) => `${place} ${suffix} ${attributes[attribute].name}`)
  );
  const probed = new Set(attributes.flatMap(({ name, scopes }) => scopes.map((place) => `${place} ${name}`)));
  return {
    mayHave: (place, name, suffix) => !probed.has(`${place} ${name}`) || found.has(`${place} ${suffix} ${name}`),
  };
}

/** Scopes with a table or columns of their own are cheap to read anyway: `resource.x`, `event.x`. */
function attributesToProbe(condition: Condition): ProbedAttribute[] {
  const scopesByName = new Map<string, ReadonlySet<AttributeScope>>();
  for (const operand of operandsOf(condition)) {
    if (operand.kind === 'attribute' && (operand.scope === 'any' || operand.scope === 'span')) {
      const scopes: readonly AttributeScope[] = operand.scope === 'any' ? LOOKUP_ORDER : ['span'];
      scopesByName.set(operand.name, new Set([...(scopesByName.get(operand.name) ?? []), ...scopes]));
    }
  }
  return [...scopesByName].map(([name, scopes]) => ({ name, scopes: [...scopes] }));
}
