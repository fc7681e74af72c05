import type { Problems } from '../json/problems.ts';
import { SpanIndex } from '../local/span-index.ts';
import { writeSpans } from '../local/write-spans.ts';
import { TRACES_DATA_MESSAGE, type FieldType, type MessageType } from '../otlp/messages.ts';
import { ProtobufError, ProtobufReader } from '../protobuf/reader.ts';
import { WIRE_LENGTH } from '../protobuf/wire.ts';
import type { Translation } from './translation.ts';

/** Below this, values are not looked into: readers of attributes do not go there. */
const MAX_DEPTH = 200;

/**
 * OTLP TracesData without the spans that are malformed anywhere within or have no ids, each of which is a problem; the bytes
 * themselves if all are well. Throws ProtobufError where what stands around the spans is malformed.
 */
export function checkOtlp(bytes: Uint8Array, problems: Problems): Translation {
  const index = new SpanIndex(bytes, (message) => problems.refuse(message));
  const span = messageAt(TRACES_DATA_MESSAGE, [1, 2, 2]);
  const resource = messageAt(TRACES_DATA_MESSAGE, [1, 1]);
  const scope = messageAt(TRACES_DATA_MESSAGE, [1, 2, 1]);
  const badResources = malformed(index.resources.length, (number) =>
    walk(bytes, index.resources.start(number), index.resources.end(number), resource)
  );
  const badScopes = malformed(index.scopes.length, (number) =>
    walk(bytes, index.scopes.start(number), index.scopes.end(number), scope)
  );
  const good = new Uint32Array(index.count);
  let kept = 0;
  for (let number = 0; number < index.count; number++) {
    const group = index.groups[index.groupOf[number]];
    const problem =
      badResources.get(group.resource) ??
      badScopes.get(group.scope) ??
      problemIn(() => walk(bytes, index.spanStarts[number], index.spanEnds[number], span));
    if (problem === undefined) {
      good[kept++] = number;
    } else {
      problems.refuse(`a span is malformed: ${problem}`);
    }
  }
  return { otlp: problems.refused > 0 ? writeSpans(index, good.subarray(0, kept)) : bytes, spans: kept };
}

function messageAt(message: MessageType, path: readonly number[]): MessageType {
  let found = message;
  for (const number of path) {
    const inner = nestedIn(found.fields[number]?.type);
    if (inner) {
      found = inner;
    }
  }
  return found;
}

function nestedIn(type: FieldType | undefined): MessageType | undefined {
  return typeof type === 'object' && 'message' in type ? type.message() : undefined;
}

function malformed(count: number, check: (number: number) => void): Map<number, string> {
  const problems = new Map<number, string>();
  for (let number = 0; number < count; number++) {
    const problem = problemIn(() => check(number));
    if (problem !== undefined) {
      problems.set(number, problem);
    }
  }
  return problems;
}

function problemIn(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof ProtobufError) {
      return error.message;
    }
    throw error;
  }
}

/** Reads every field of a message and of those within. Throws ProtobufError. */
function walk(bytes: Uint8Array, start: number, end: number, type: MessageType): void {
  walkMessage(new ProtobufReader(bytes, start, end), type, 0);
}

function walkMessage(reader: ProtobufReader, type: MessageType, depth: number): void {
  while (reader.next()) {
    const inner =
      reader.wireType === WIRE_LENGTH && depth < MAX_DEPTH ? nestedIn(type.fields[reader.field]?.type) : undefined;
    if (inner) {
      const outer = reader.open();
      walkMessage(reader, inner, depth + 1);
      reader.close(outer);
    } else {
      reader.skip();
    }
  }
}
