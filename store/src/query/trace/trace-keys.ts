import { attributeToString, type NamedScope } from '@clew/traceql';

import type { Engine } from '../../engine/engine.ts';
import { PROMOTED } from '../../schema/promoted.ts';
import type { AttributeMapSuffix } from '../../schema/tables.ts';
import { twinsSql, type TwinsRow } from '../sql/trace-frame-sql.ts';
import {
  keyCountsSql,
  keySources,
  promotedCountsSql,
  type KeyColumns,
  type KeyCountRow,
  type KeySide,
  type KeysRequest,
} from './keys-sql.ts';

/** Keys that are told, of spans and of what emitted them. */
const MAX_KEYS = 10_000;

export type KeyType = 'string' | 'int' | 'float' | 'bool';

/** A key that spans of a trace have. */
export interface TraceKey {
  /** As TraceQL writes it, and `/column` takes it. */
  readonly key: string;
  readonly scope: NamedScope;
  readonly name: string;
  /** The most frequent first. Elements of arrays count as what they are, bytes as text. */
  readonly types: readonly KeyType[];
  /** How many spans have it. */
  readonly spans: number;
}

export interface TraceKeys {
  /** The most frequent first. */
  readonly keys: readonly TraceKey[];
  /** There are more than are told. */
  readonly truncated: boolean;
}

const TYPES: Readonly<Record<AttributeMapSuffix, KeyType>> = {
  str: 'string',
  int: 'int',
  float: 'float',
  bool: 'bool',
};

/** Which attributes the spans of a trace have: of rows as its frame has them. Rejects with EngineError. */
export async function traceKeys(engine: Engine, tenant: string, traceId: string): Promise<TraceKeys> {
  const request = { tenant, traceId, distinct: false, limit: MAX_KEYS + 1 };
  const [keys, [{ found }]] = await Promise.all([
    readKeys(engine, request),
    engine.rows<TwinsRow>(twinsSql(tenant, traceId)),
  ]);
  return found ? readKeys(engine, { ...request, distinct: true }) : keys;
}

async function readKeys(engine: Engine, request: KeysRequest): Promise<TraceKeys> {
  const sides = await Promise.all([readSide(engine, 'spans', request), readSide(engine, 'emitters', request)]);
  const keys = sides.flat().sort((a, b) => b.spans - a.spans || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { keys: keys.slice(0, MAX_KEYS), truncated: keys.length > MAX_KEYS };
}

async function readSide(engine: Engine, side: KeySide, request: KeysRequest): Promise<TraceKey[]> {
  const sources = keySources(side);
  const [inMaps, promoted] = await Promise.all([
    engine.rows<KeyCountRow>(keyCountsSql(side, request)),
    side === 'spans' ? readPromoted(engine, request) : [],
  ]);
  const rows = [...inMaps, ...promoted].sort((a, b) => Number(b.spans) - Number(a.spans));
  const found = new Map<string, { columns: KeyColumns; name: string; types: Set<KeyType>; spans: number }>();
  const mixed = new Set<string>();
  for (const { source, key, spans } of rows) {
    const { columns, suffix } = sources[source];
    const known = found.get(`${columns} ${key}`);
    if (known) {
      known.types.add(TYPES[suffix]);
      mixed.add(key);
    } else {
      found.set(`${columns} ${key}`, { columns, name: key, types: new Set([TYPES[suffix]]), spans: Number(spans) });
    }
  }
  if (mixed.size > 0) {
    for (const { source, key, spans } of await engine.rows<KeyCountRow>(keyCountsSql(side, request, [...mixed]))) {
      const known = found.get(`${sources[source].columns} ${key}`);
      if (known) {
        known.spans = Number(spans);
      }
    }
  }
  return Array.from(found.values(), ({ columns, name, types, spans }) => {
    const place = placeOf(columns, name);
    const written = attributeToString({ kind: 'attribute', parent: false, span: { start: 0, end: 0 }, ...place });
    return { key: written, ...place, types: [...types], spans };
  });
}

async function readPromoted(engine: Engine, request: KeysRequest): Promise<KeyCountRow[]> {
  const [counts] = await engine.rows<Record<string, string>>(promotedCountsSql(request));
  const first = keySources('spans').length - PROMOTED.length;
  return PROMOTED.map(({ key }, index) => ({ source: first + index, key, spans: counts[`c${index}`] })).filter(
    ({ spans }) => spans !== '0'
  );
}

/** Keys of events and links are in one map, with their scope before them. */
function placeOf(columns: KeyColumns, key: string): { scope: NamedScope; name: string } {
  switch (columns) {
    case 'attrs':
      return { scope: 'span', name: key };
    case 'resource':
      return { scope: 'resource', name: key };
    case 'scope':
      return { scope: 'instrumentation', name: key };
    case 'nested': {
      const dot = key.indexOf('.');
      return { scope: key.startsWith('link.') ? 'link' : 'event', name: key.slice(dot + 1) };
    }
  }
}
