/** Bytes that are no protobuf message, or one with groups, which OTLP does not have and ingest refuses by design. */
export class BadMessage extends Error {}

export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
export const FIXED32 = 5;

/** One field of a message: a number for varints and fixed widths, the content for length-delimited ones. */
export interface WireField {
  readonly number: number;
  readonly wireType: number;
  readonly value: bigint;
  readonly content: Uint8Array;
  /** The whole field, tag included. */
  readonly raw: Uint8Array;
}

const NOTHING = new Uint8Array(0);
const MAX_UINT32 = 0xffff_ffffn;

/**
 * The fields of a message in the order of its bytes, read as https://protobuf.dev/programming-guides/encoding has it: a
 * varint has ten bytes at most and is cut to 64 bits; a tag or length that takes more bits than 32 is an error, as in the
 * parsers of C++ and Go. Throws BadMessage.
 */
export function fieldsOf(message: Uint8Array): WireField[] {
  const fields: WireField[] = [];
  let at = 0;
  const varint = (): bigint => {
    if (message[at] < 0x80) {
      return BigInt(message[at++]);
    }
    let value = 0n;
    for (let index = 0; index < 10; index++) {
      if (at >= message.length) {
        throw new BadMessage('The message ends within a varint');
      }
      const byte = message[at++];
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) {
        return BigInt.asUintN(64, value);
      }
    }
    throw new BadMessage('Varint of more than ten bytes');
  };
  const take = (size: number): Uint8Array => {
    if (at + size > message.length) {
      throw new BadMessage(`${size} bytes at ${at}, ${message.length - at} are left`);
    }
    at += size;
    return message.subarray(at - size, at);
  };
  while (at < message.length) {
    const start = at;
    const tag = varint();
    if (tag > MAX_UINT32 || tag < 8n) {
      throw new BadMessage(`Tag ${tag}`);
    }
    const number = Number(tag >> 3n);
    const wireType = Number(tag & 7n);
    let value = 0n;
    let content: Uint8Array = NOTHING;
    if (wireType === VARINT) {
      value = varint();
    } else if (wireType === LENGTH) {
      const size = varint();
      content = take(size > MAX_UINT32 ? Infinity : Number(size));
    } else if (wireType === FIXED64 || wireType === FIXED32) {
      value = littleEndian(take(wireType === FIXED64 ? 8 : 4));
    } else {
      throw new BadMessage(`Wire type ${wireType}`);
    }
    fields.push({ number, wireType, value, content, raw: message.subarray(start, at) });
  }
  return fields;
}

/** The last field with this number and wire type: a later one replaces an earlier one. */
export const lastOf = (fields: readonly WireField[], number: number, wireType: number): WireField | undefined =>
  fields.findLast((field) => field.number === number && field.wireType === wireType);

export const allOf = (fields: readonly WireField[], number: number, wireType: number): WireField[] =>
  fields.filter((field) => field.number === number && field.wireType === wireType);

function littleEndian(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return bytes.length === 8 ? view.getBigUint64(0, true) : BigInt(view.getUint32(0, true));
}
