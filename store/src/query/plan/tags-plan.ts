import type { Condition, KindName, Literal, Operand, StatusName } from './plan.ts';
import { planTraces, type SearchPlan } from './search-plan.ts';

/** Tempo's search parameters from before TraceQL. */
export interface TagsSearch {
  readonly tags: ReadonlyMap<string, string>;
  /** Of the whole trace, in ns; both belong to the range. */
  readonly minDurationNs: bigint | undefined;
  readonly maxDurationNs: bigint | undefined;
}

/** Tags that are no attributes (Tempo: tempodb/encoding, the "labels" of its older search). */
const SPECIAL_TAGS: Readonly<Record<string, Operand>> = {
  name: { kind: 'intrinsic', name: 'span:name' },
  'root.name': { kind: 'intrinsic', name: 'trace:rootName' },
  'root.service.name': { kind: 'intrinsic', name: 'trace:rootService' },
  'service.name': { kind: 'attribute', scope: 'resource', name: 'service.name' },
};

const STATUS_NAMES: ReadonlySet<string> = new Set<StatusName>(['unset', 'ok', 'error']);
const KIND_NAMES: ReadonlySet<string> = new Set<KindName>([
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
]);

/** A trace matches when each tag is somewhere in it, and its duration is in the range. */
export function planTags({ tags, minDurationNs, maxDurationNs }: TagsSearch): SearchPlan {
  return planTraces(
    [...tags].map(([tag, value]) => tagCondition(tag, value)),
    [
      ...(minDurationNs === undefined ? [] : [{ operator: '>=' as const, ns: minDurationNs }]),
      ...(maxDurationNs === undefined ? [] : [{ operator: '<=' as const, ns: maxDurationNs }]),
    ]
  );
}

function tagCondition(tag: string, value: string): Condition {
  if (tag === 'error' && (value === 'true' || value === 'false')) {
    const isError = equals({ kind: 'intrinsic', name: 'span:status' }, { type: 'status', value: 'error' });
    return value === 'true' ? isError : { kind: 'not', operand: isError };
  }
  if (tag === 'status.code' && STATUS_NAMES.has(value)) {
    return equals({ kind: 'intrinsic', name: 'span:status' }, { type: 'status', value: value as StatusName });
  }
  if (tag === 'span.kind' && KIND_NAMES.has(value)) {
    return equals({ kind: 'intrinsic', name: 'span:kind' }, { type: 'kind', value: value as KindName });
  }
  const operand: Operand = Object.hasOwn(SPECIAL_TAGS, tag)
    ? SPECIAL_TAGS[tag]
    : { kind: 'attribute', scope: 'any', name: tag };
  const alternatives = readings(value).map((literal) => equals(operand, literal));
  return alternatives.length === 1 ? alternatives[0] : { kind: 'or', operands: alternatives };
}

/** What a tag's text can be: tags have no types, attributes do. */
function readings(value: string): Literal[] {
  const literals: Literal[] = [{ type: 'string', value }];
  if (/^-?\d{1,18}$/.test(value)) {
    literals.push({ type: 'int', value: BigInt(value) });
  } else if (/^-?\d+\.\d+$/.test(value)) {
    literals.push({ type: 'float', value: Number(value) });
  } else if (value === 'true' || value === 'false') {
    literals.push({ type: 'bool', value: value === 'true' });
  }
  return literals;
}

const equals = (operand: Operand, literal: Literal): Condition => ({
  kind: 'compare',
  operand,
  comparison: '=',
  literal,
});
