import { encodeNodes, messagesIn, parseNodes, type Node } from './message-tree.ts';
import { REQUEST } from './otlp-shape.ts';
import { BadMessage } from './protobuf-fields.ts';

/** Runs of the predicate at most: shrinking is for people, and must end. */
const MAX_TRIALS = 1000;

/** Removes items, in chunks that get smaller, as long as `fails` holds. */
export function shrinkList<Item>(items: readonly Item[], fails: (items: readonly Item[]) => boolean): readonly Item[] {
  let current = items;
  let trials = 0;
  for (let chunk = Math.ceil(current.length / 2); chunk >= 1; chunk = chunk === 1 ? 0 : Math.ceil(chunk / 2)) {
    for (let at = 0; at < current.length && trials < MAX_TRIALS;) {
      const shorter = [...current.slice(0, at), ...current.slice(at + chunk)];
      trials++;
      if (shorter.length > 0 && fails(shorter)) {
        current = shorter;
      } else {
        at += chunk;
      }
    }
  }
  return current;
}

/** The request with fields, contents and bytes taken away as long as `fails` holds. */
export function shrinkRequest(request: Uint8Array, fails: (request: Uint8Array) => boolean): Uint8Array {
  let current = request;
  for (let round = 0; round < 3; round++) {
    const before = current.length;
    current = shrinkTree(current, fails);
    current = Uint8Array.from(shrinkList([...current], (bytes) => fails(Uint8Array.from(bytes))));
    if (current.length === before) {
      break;
    }
  }
  return current;
}

/** Takes away whole fields, so that the lengths around them still hold. */
function shrinkTree(request: Uint8Array, fails: (request: Uint8Array) => boolean): Uint8Array {
  const tree = parse(request);
  if (!tree || !fails(encodeNodes(tree))) {
    return request;
  }
  let trials = 0;
  const stillFails = () => trials++ < MAX_TRIALS && fails(encodeNodes(tree));
  for (const message of messagesIn(tree)) {
    for (let at = message.length - 1; at >= 0; at--) {
      const [node] = message.splice(at, 1);
      if (stillFails()) {
        continue;
      }
      message.splice(at, 0, node);
      shortenLeaf(node, stillFails);
    }
  }
  return encodeNodes(tree);
}

function shortenLeaf(node: Node, stillFails: () => boolean): void {
  const { content, wireType } = node;
  if (!(content instanceof Uint8Array) || wireType !== 2) {
    return;
  }
  for (const length of [0, 1, content.length >> 1]) {
    node.content = content.subarray(0, length);
    if (length < content.length && stillFails()) {
      return;
    }
  }
  node.content = content;
}

function parse(request: Uint8Array): Node[] | undefined {
  try {
    return parseNodes(request, REQUEST);
  } catch (error) {
    if (error instanceof BadMessage) {
      return undefined;
    }
    throw error;
  }
}
