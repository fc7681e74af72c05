import type { Engine } from '../../engine/engine.ts';
import type { Condition, Operand } from '../plan/plan.ts';
import { attributeNames, readKnownKeys } from '../run/read-known-keys.ts';
import type { SpanScope } from '../sql/condition-sql.ts';
import type { KnownKeys } from '../sql/known-keys.ts';

/** In which maps the attributes of conditions, and those that a metric reads, are. Rejects with EngineError. */
export function probeMetricKeys(
  engine: Engine,
  conditions: readonly Condition[],
  read: readonly Operand[],
  { tenant }: SpanScope
): Promise<KnownKeys> {
  const names = read.flatMap((operand) => (operand.kind === 'attribute' ? [operand.name] : []));
  return readKnownKeys(engine, tenant, [...conditions.flatMap((each) => [...attributeNames(each)]), ...names]);
}
