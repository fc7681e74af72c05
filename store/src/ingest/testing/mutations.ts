import type { Random } from '@clew/trace-gen';

import { cloneNodes, encodeNodes, messagesIn, tagBytes, varint, type Node } from './message-tree.ts';
import { FIXED32, FIXED64, LENGTH, VARINT } from './protobuf-fields.ts';
import type { RequestGenerator } from './request-generator.ts';

const WIRE_TYPES = [VARINT, VARINT, FIXED64, LENGTH, LENGTH, 3, 4, FIXED32, 6, 7];

/** Changes one thing in a tree, so that the lengths around it still hold and the change is read deep inside. */
export function mutateTree(tree: Node[], random: Random, generator: RequestGenerator): void {
  const message = random.pick(messagesIn(tree));
  const at = random.below(message.length + 1);
  const node = message[at];
  if (!node || random.chance(0.1)) {
    message.splice(at, 0, generator.unknownField());
    return;
  }
  const isLeaf = node.content instanceof Uint8Array;
  switch (random.below(15)) {
    case 0: // Another order.
      message.splice(random.below(message.length), 0, ...message.splice(at, 1));
      return;
    case 1: // The same field twice, next to each other or not.
      message.splice(random.below(message.length + 1), 0, ...cloneNodes([node]));
      return;
    case 2:
      message.splice(at, 1);
      return;
    case 3:
      node.number = random.pick([random.chance(0.2) ? 0 : 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 16, 17, 1000]);
      return;
    case 4: // The content is read as another type.
      node.wireType = random.pick(WIRE_TYPES);
      return;
    case 5:
      node.tag = tagBytes(node.number, node.wireType, 1 + random.below(random.pick([4, 11])));
      return;
    case 6: // Bits of a tag beyond the 32 that it has.
      node.tag = varint(
        (BigInt(1 + random.below(0xffff)) << 32n) | (BigInt(node.number) << 3n) | BigInt(node.wireType)
      );
      return;
    case 7:
      node.lengthBytes = 1 + random.below(random.pick([4, 11]));
      return;
    case 8:
      node.lengthError = random.pick([-2, -1, 1, 2, 100, 0x7fff_ffff, 0xffff_ffff, 2 ** 32, 2 ** 52]);
      return;
    case 9: {
      const bytes = isLeaf ? (node.content as Uint8Array) : encodeNodes(node.content as Node[]);
      node.content = bytes.subarray(0, random.below(bytes.length + 1));
      return;
    }
    case 10:
      node.content = random.chance(0.5) ? new Uint8Array(0) : generator.anyValue();
      return;
    case 11: // A field of another message.
      message.splice(
        at,
        0,
        ...cloneNodes([random.pick(random.pick(messagesIn(tree).filter(({ length }) => length > 0)))])
      );
      return;
    case 12:
      if (node.wireType === VARINT) {
        node.content = varint(generator.integer(), 1 + random.below(random.pick([4, 11])));
      } else if (isLeaf) {
        node.content = mutateBytes(node.content as Uint8Array, random);
      } else {
        node.content = generator.keyValue();
      }
      return;
    case 13: // The same field again, with a value of its own.
      message.push({ ...node, content: node.wireType === VARINT ? varint(generator.integer()) : node.content });
      return;
    default:
      if (isLeaf) {
        node.content = (node.content as Uint8Array).map(() => random.pick([0, 0xff]));
      } else {
        message.reverse();
      }
  }
}

/** Changes bytes without regard to what they mean. */
export function mutateBytes(bytes: Uint8Array, random: Random, other: Uint8Array = bytes): Uint8Array {
  const at = random.below(bytes.length + 1);
  const count = 1 + random.below(random.pick([1, 2, 8, 40]));
  const before = bytes.subarray(0, at);
  switch (random.below(8)) {
    case 0:
      return bytes.map((byte, index) => (index === at ? byte ^ (1 << random.below(8)) : byte));
    case 1:
      return bytes.map((byte, index) => (index === at ? random.below(256) : byte));
    case 2:
      return bytes.map((byte, index) => (index === at ? random.pick([0, 0x7f, 0x80, 0xff, byte + 1, byte - 1]) : byte));
    case 3:
      return Buffer.concat([before, bytes.subarray(at + count)]);
    case 4:
      return Buffer.concat([before, Uint8Array.from({ length: count }, () => random.below(256)), bytes.subarray(at)]);
    case 5:
      return Buffer.concat([before, bytes.subarray(Math.max(0, at - count), at), bytes.subarray(at)]);
    case 6: // Two requests spliced.
      return Buffer.concat([before, other.subarray(random.below(other.length + 1))]);
    default:
      return before;
  }
}
