import { encodeMessage } from './encode-message.ts';
import type { MessageObject, MessageType } from './message.ts';

/** Grafana takes 4 MiB at once, and draws what it has. */
export const PACKET_BYTES = 1024 ** 2;

/**
 * An answer as one or more messages of at most `maxBytes`, each with a part of the list `field` and with everything else,
 * since clients add up the list and keep the rest of the last message. An element that is larger has a message of its own;
 * an answer without such a list is one message.
 */
export function* packets(
  type: MessageType,
  answer: MessageObject,
  field: string | undefined,
  maxBytes = PACKET_BYTES
): Generator<Buffer> {
  if (field === undefined) {
    yield encodeMessage(type, answer);
    return;
  }
  const { [field]: elements, ...others } = answer;
  const rest = encodeMessage(type, others);
  let parts: Buffer[] = [];
  let length = rest.length;
  for (const element of Array.isArray(elements) ? (elements as unknown[]) : []) {
    // Messages that stand one after the other are one message: repeated fields add up.
    const part = encodeMessage(type, { [field]: [element] });
    if (parts.length > 0 && length + part.length > maxBytes) {
      yield Buffer.concat([...parts, rest]);
      parts = [];
      length = rest.length;
    }
    parts.push(part);
    length += part.length;
  }
  yield Buffer.concat([...parts, rest]);
}
