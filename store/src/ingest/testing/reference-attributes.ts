import { PROMOTED } from '../../schema/promoted.ts';
import type { Plain } from './native-decoder.ts';
import { fieldsOf, FIXED64, lastOf, LENGTH, VARINT } from './protobuf-fields.ts';

/** An AnyValue's bytes under its key, one UTF-16 unit per byte. */
export interface Attribute {
  readonly key: string;
  readonly value: Uint8Array;
}

interface Member {
  readonly kind: 'empty' | 'unknown' | 'array' | 'kvlist' | 'bytes' | Suffix;
  /** Of a scalar: as it stands in a map. */
  readonly plain: Plain;
  readonly content: Uint8Array;
}

export type Suffix = 'str' | 'int' | 'float' | 'bool';
const SUFFIXES: readonly Suffix[] = ['str', 'int', 'float', 'bool'];

interface Entry {
  readonly suffix: Suffix;
  readonly key: string;
  readonly value: Plain;
}

/** Deeper than this, lists are kept as bytes alone (trace-model's flatten.ts, schema/tables.ts). */
const MAX_DEPTH = 16;
/** Lists under longer keys are kept as bytes alone. */
const MAX_KEY_BYTES = 256;
const NOTHING = new Uint8Array(0);

export const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

/**
 * Key and value of a KeyValue, the last of each. That a repeated value replaces the first and is not merged with it, as
 * protobuf would have it, is the design of ingest, for each message that is no repeated field: its bytes are one range.
 */
export function attributeOf(keyValue: Uint8Array): Attribute {
  const fields = fieldsOf(keyValue);
  return {
    key: textOf(lastOf(fields, 1, LENGTH)?.content ?? NOTHING),
    value: lastOf(fields, 2, LENGTH)?.content ?? NOTHING,
  };
}

/**
 * Which member of the oneof is set: that of the last field. A field that is no member as this schema knows them counts
 * as one of a newer protocol: the value is kept as bytes.
 */
export function memberOf(anyValue: Uint8Array): Member {
  let member: Member = { kind: 'empty', plain: null, content: NOTHING };
  for (const { number, wireType, value, content } of fieldsOf(anyValue)) {
    switch (`${number}/${wireType}`) {
      case `1/${LENGTH}`:
        member = { kind: 'str', plain: textOf(content), content };
        break;
      case `2/${VARINT}`:
        member = { kind: 'bool', plain: value !== 0n, content };
        break;
      case `3/${VARINT}`:
        member = { kind: 'int', plain: BigInt.asIntN(64, value), content };
        break;
      case `4/${FIXED64}`:
        member = { kind: 'float', plain: value, content };
        break;
      case `5/${LENGTH}`:
        member = { kind: 'array', plain: null, content };
        break;
      case `6/${LENGTH}`:
        member = { kind: 'kvlist', plain: null, content };
        break;
      case `7/${LENGTH}`:
        member = { kind: 'bytes', plain: null, content };
        break;
      default:
        member = { kind: 'unknown', plain: null, content: NOTHING };
    }
  }
  return member;
}

const isScalar = (kind: Member['kind']): kind is Suffix => SUFFIXES.some((suffix) => suffix === kind);

/** The scalars in a value in document order: array elements under its key, leaves of lists behind dots, bytes as base64. */
export function scalarsIn(key: string, anyValue: Uint8Array, depth = 0): Entry[] {
  if (depth > MAX_DEPTH) {
    return [];
  }
  const { kind, plain, content } = memberOf(anyValue);
  if (isScalar(kind)) {
    return [{ suffix: kind, key, value: plain }];
  }
  const elements = () =>
    fieldsOf(content)
      .filter(({ number, wireType }) => number === 1 && wireType === LENGTH)
      .map((field) => field.content);
  if ((kind === 'array' || kind === 'kvlist') && key.length > MAX_KEY_BYTES) {
    return [];
  }
  switch (kind) {
    case 'bytes':
      return [{ suffix: 'str', key, value: Buffer.from(content).toString('base64') }];
    case 'array':
      return elements().flatMap((element) => scalarsIn(key, element, depth + 1));
    case 'kvlist':
      return elements().flatMap((element) => {
        const pair = attributeOf(element);
        return scalarsIn(`${key}.${pair.key}`, pair.value, depth + 1);
      });
    default:
      return [];
  }
}

/** The four scalar maps of entries, as columns `<prefix>_str` and so on. */
export const scalarMaps = (prefix: string, entries: readonly Entry[]): Record<string, Plain> =>
  Object.fromEntries(
    SUFFIXES.map((suffix) => [
      `${prefix}_${suffix}`,
      entries.filter((entry) => entry.suffix === suffix).flatMap(({ key, value }) => [key, value]),
    ])
  );

/** The five columns of an attribute set: scalars, then copies of what is in the values that are not scalar. */
export function attributeSet(prefix: string, attributes: readonly Attribute[]): Record<string, Plain> {
  const scalars: Entry[] = [];
  const complex: Attribute[] = [];
  for (const attribute of attributes) {
    const { kind, plain } = memberOf(attribute.value);
    if (isScalar(kind)) {
      scalars.push({ suffix: kind, key: attribute.key, value: plain });
    } else {
      complex.push(attribute);
    }
  }
  const copies = complex.flatMap(({ key, value }) => scalarsIn(key, value));
  return {
    ...scalarMaps(prefix, [...scalars, ...copies]),
    [`${prefix}_complex`]: complex.flatMap(({ key, value }) => [key, textOf(value)]),
  };
}

const PROMOTED_BY_KEY = new Map(PROMOTED.map((attribute) => [attribute.key, attribute]));

/** Takes the first value of fitting type for each promoted column out of `attributes`. */
export function promote(attributes: readonly Attribute[]): { columns: Record<string, Plain>; rest: Attribute[] } {
  const columns: Record<string, Plain> = Object.fromEntries(PROMOTED.map(({ column }) => [column, null]));
  const rest = attributes.filter(({ key, value }) => {
    const target = PROMOTED_BY_KEY.get(key);
    const { kind, plain } = memberOf(value);
    const fits = target !== undefined && kind === (target.type === 'int' ? 'int' : 'str');
    if (!fits || columns[target.column] !== null) {
      return true;
    }
    columns[target.column] = plain;
    return false;
  });
  return { columns, rest };
}
