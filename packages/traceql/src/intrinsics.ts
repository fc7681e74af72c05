import type { Intrinsic } from './ast.ts';

/** Static types. `attribute` is known at query time only. */
export type ValueType = 'int' | 'float' | 'string' | 'boolean' | 'duration' | 'status' | 'kind' | 'nil' | 'attribute';

export interface IntrinsicInfo {
  readonly type: ValueType;
  /** Every way to write it; the first is how Tempo names it in results (labels, tags). */
  readonly spellings: readonly [string, ...string[]];
}

/**
 * Types as in Tempo, but for `instrumentation:*`: Tempo leaves those open, here they are the strings that they are.
 * `parent` is in the grammar and refused by `check`.
 */
export const INTRINSICS: Readonly<Record<Intrinsic, IntrinsicInfo>> = {
  'span:name': { type: 'string', spellings: ['name', 'span:name'] },
  'span:duration': { type: 'duration', spellings: ['duration', 'span:duration'] },
  'span:status': { type: 'status', spellings: ['status', 'span:status'] },
  'span:statusMessage': { type: 'string', spellings: ['statusMessage', 'span:statusMessage'] },
  'span:kind': { type: 'kind', spellings: ['kind', 'span:kind'] },
  'span:id': { type: 'string', spellings: ['span:id'] },
  'span:parentID': { type: 'string', spellings: ['span:parentID'] },
  'span:childCount': { type: 'int', spellings: ['span:childCount'] },
  'trace:id': { type: 'string', spellings: ['trace:id'] },
  'trace:duration': { type: 'duration', spellings: ['traceDuration', 'trace:duration'] },
  'trace:rootName': { type: 'string', spellings: ['rootName', 'trace:rootName'] },
  'trace:rootService': { type: 'string', spellings: ['rootServiceName', 'trace:rootService'] },
  'event:name': { type: 'string', spellings: ['event:name'] },
  'event:timeSinceStart': { type: 'duration', spellings: ['event:timeSinceStart'] },
  'link:traceID': { type: 'string', spellings: ['link:traceID'] },
  'link:spanID': { type: 'string', spellings: ['link:spanID'] },
  'instrumentation:name': { type: 'string', spellings: ['instrumentation:name'] },
  'instrumentation:version': { type: 'string', spellings: ['instrumentation:version'] },
  nestedSetLeft: { type: 'int', spellings: ['nestedSetLeft'] },
  nestedSetRight: { type: 'int', spellings: ['nestedSetRight'] },
  nestedSetParent: { type: 'int', spellings: ['nestedSetParent'] },
  parent: { type: 'nil', spellings: ['parent'] },
};

const BY_SPELLING: ReadonlyMap<string, Intrinsic> = new Map(
  Object.entries(INTRINSICS).flatMap(([intrinsic, { spellings }]) =>
    spellings.map((spelling): [string, Intrinsic] => [spelling, intrinsic as Intrinsic])
  )
);

/** `name` and `span:name` are both `span:name`; undefined for what is no intrinsic (`trace:status`). */
export function intrinsicFromSpelling(spelling: string): Intrinsic | undefined {
  return BY_SPELLING.get(spelling);
}

/** Every spelling that the grammar knows, for messages and menus. */
export const INTRINSIC_SPELLINGS: readonly string[] = [...BY_SPELLING.keys()];
