import type { Shape } from './otlp-shape.ts';
import { BadMessage, fieldsOf, FIXED32, FIXED64, LENGTH, VARINT } from './protobuf-fields.ts';

/** A field of a protobuf message that can be changed and written again, in ways no encoder would write it. */
export interface Node {
  number: number;
  wireType: number;
  /** Bytes of a number, or the content of a length-delimited field; nodes where it is a message. */
  content: Uint8Array | Node[];
  /** The tag as bytes, where it is not the shortest form of number and wire type. */
  tag?: Uint8Array;
  /** Bytes that the length takes at least. */
  lengthBytes?: number;
  /** What the length says more than there is. */
  lengthError?: number;
}

/** A varint; with more bytes than it needs where `minBytes` says so. */
export function varint(value: bigint | number, minBytes = 1): Uint8Array {
  if (minBytes === 1 && value < 0x80) {
    return Uint8Array.of(Number(value));
  }
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    bytes.push(Number(rest & 0x7fn));
    rest >>= 7n;
  } while (rest > 0n || bytes.length < minBytes);
  return Uint8Array.from(bytes, (byte, index) => (index < bytes.length - 1 ? byte | 0x80 : byte));
}

export const tagBytes = (number: number, wireType: number, minBytes = 1): Uint8Array =>
  varint((BigInt(number) << 3n) | BigInt(wireType), minBytes);

export function encodeNodes(nodes: readonly Node[]): Uint8Array {
  return Buffer.concat(nodes.flatMap(encodeNode));
}

function encodeNode({ number, wireType, content, tag, lengthBytes, lengthError = 0 }: Node): Uint8Array[] {
  const body = content instanceof Uint8Array ? content : encodeNodes(content);
  const head = tag ?? tagBytes(number, wireType);
  return wireType === LENGTH ? [head, varint(Math.max(0, body.length + lengthError), lengthBytes), body] : [head, body];
}

/** Bytes of a message as nodes; a message within it that is malformed stays bytes. */
export function parseNodes(message: Uint8Array, shape: Shape): Node[] {
  return fieldsOf(message).map(({ number, wireType, content, raw }) => {
    const tagLength = varintLength(raw);
    const node: Node = { number, wireType, content: raw.subarray(tagLength) };
    if (tagLength !== tagBytes(number, wireType).length) {
      node.tag = raw.subarray(0, tagLength);
    }
    if (wireType === LENGTH) {
      node.lengthBytes = varintLength(node.content instanceof Uint8Array ? node.content : raw);
      if (node.lengthBytes === varint(content.length).length) {
        delete node.lengthBytes;
      }
      const inner = shape[number];
      node.content = inner ? parseOrKeep(content, inner()) : content;
    }
    return node;
  });
}

function parseOrKeep(message: Uint8Array, shape: Shape): Uint8Array | Node[] {
  try {
    return parseNodes(message, shape);
  } catch (error) {
    if (error instanceof BadMessage) {
      return message;
    }
    throw error;
  }
}

/** Bytes that the varint at the beginning of `bytes` takes. */
const varintLength = (bytes: Uint8Array): number => bytes.findIndex((byte) => byte < 0x80) + 1;

export const cloneNodes = (nodes: readonly Node[]): Node[] =>
  nodes.map((node) => ({
    ...node,
    content: node.content instanceof Uint8Array ? node.content : cloneNodes(node.content),
  }));

/** All messages of a tree: the lists of fields, the outermost first. */
export function messagesIn(nodes: Node[]): Node[][] {
  const found: Node[][] = [nodes];
  for (const message of found) {
    for (const { content } of message) {
      if (!(content instanceof Uint8Array)) {
        found.push(content);
      }
    }
  }
  return found;
}

export const bytesNode = (number: number, content: Uint8Array): Node => ({ number, wireType: LENGTH, content });
export const textNode = (number: number, text: string): Node => bytesNode(number, Buffer.from(text));
export const messageNode = (number: number, content: Node[]): Node => ({ number, wireType: LENGTH, content });
export const varintNode = (number: number, value: bigint | number): Node => ({
  number,
  wireType: VARINT,
  content: varint(value),
});

export function fixedNode(number: number, value: bigint, width: 4 | 8): Node {
  const content = new Uint8Array(8);
  new DataView(content.buffer).setBigUint64(0, value, true);
  return { number, wireType: width === 8 ? FIXED64 : FIXED32, content: content.subarray(0, width) };
}
