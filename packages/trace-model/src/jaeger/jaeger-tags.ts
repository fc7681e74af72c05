import type { Tags, TagValue } from '../files/otlp-builder.ts';
import {
  expectArray,
  expectDouble,
  expectInteger,
  expectObject,
  JsonMemberError,
  MAX_INT64,
  MIN_INT64,
  within,
} from '../json/members.ts';
import { base64Bytes } from '../otlp/binary-text.ts';

/** Jaeger's KeyValues `{key, type, value}` in `members[name]`. Throws JsonMemberError. */
export function readJaegerTags(value: unknown, name: string): Tags {
  const tags: Tags = new Map();
  const list = expectArray(value, name);
  let index = 0;
  try {
    for (; index < list.length; index++) {
      const tag = expectObject(list[index], '');
      if (typeof tag.key !== 'string') {
        throw new JsonMemberError('key', 'a string', tag.key);
      }
      tags.set(tag.key, readValue(tag.type, tag.value));
    }
  } catch (error) {
    throw within(error, `${name}[${index}]`);
  }
  return tags;
}

/** A value that is not of the type that it says it has keeps its text: a tag is no reason to lose a span. */
function readValue(type: unknown, value: unknown): TagValue {
  try {
    switch (typeof type === 'string' ? type.toLowerCase() : '') {
      case 'bool':
        return typeof value === 'boolean' ? value : value === 'true' || (value !== 'false' && textOf(value));
      case 'int64':
        return expectInteger(value, '', MIN_INT64, MAX_INT64);
      case 'float64':
        return expectDouble(value, '');
      case 'binary':
        return (typeof value === 'string' && base64Bytes(value)) || textOf(value);
      case 'string':
        return textOf(value);
      default:
        return untyped(value);
    }
  } catch (error) {
    if (error instanceof JsonMemberError) {
      return textOf(value);
    }
    throw error;
  }
}

function untyped(value: unknown): TagValue {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? BigInt(value) : value;
  }
  return typeof value === 'boolean' || typeof value === 'bigint' ? value : textOf(value);
}

function textOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
  }
  return value === undefined || value === null ? '' : String(value);
}
