import { NO_SPAN, type AttributeReference, type Intrinsic, type NamedAttribute } from '@clew/traceql';

import type { Engine } from '../../engine/engine.ts';
import { comparedKeysSql, type ComparedKeyRow } from '../sql/tag-catalogue-sql.ts';

/** Each is read of every span, also where few have it. */
const MAX_ATTRIBUTES = 250;

/** What `compare()` counts besides attributes, under the names that Tempo gives them. */
const INTRINSICS: ReadonlyArray<readonly [name: string, intrinsic: Intrinsic]> = [
  ['name', 'span:name'],
  ['status', 'span:status'],
  ['kind', 'span:kind'],
  ['statusMessage', 'span:statusMessage'],
  ['event:name', 'event:name'],
  ['rootName', 'trace:rootName'],
  ['rootServiceName', 'trace:rootService'],
  ['instrumentation:name', 'instrumentation:name'],
  ['instrumentation:version', 'instrumentation:version'],
];

/** Every attribute that spans of a tenant have, the most frequent ones if they are many. Rejects with EngineError. */
export async function readComparedAttributes(
  engine: Engine,
  tenant: string
): Promise<{ readonly attributes: readonly NamedAttribute[]; readonly isCut: boolean }> {
  const rows = await engine.rows<ComparedKeyRow>(comparedKeysSql(tenant, MAX_ATTRIBUTES + 1));
  const attributes = new Map<string, NamedAttribute>(
    INTRINSICS.map(([name, intrinsic]) => [
      name,
      { name, attribute: { kind: 'intrinsic', intrinsic, spelling: name, span: NO_SPAN } },
    ])
  );
  const add = (scope: AttributeReference['scope'], key: string) => {
    const name = `${scope}.${key}`;
    attributes.set(name, {
      name,
      attribute: { kind: 'attribute', scope, name: key, parent: false, span: NO_SPAN },
    });
  };
  add('resource', 'service.name');
  for (const { scope, key } of rows.slice(0, MAX_ATTRIBUTES)) {
    if (scope !== 'overflow') {
      add(scope === 'column' ? 'span' : scope, key);
    }
  }
  return {
    attributes: [...attributes.values()],
    isCut: rows.length > MAX_ATTRIBUTES || rows.some(({ scope }) => scope === 'overflow'),
  };
}
