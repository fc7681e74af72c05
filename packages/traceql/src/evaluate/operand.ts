import { assertUnreachable, type Attribute, type AttributeReference, type Intrinsic } from '../ast.ts';
import type { Frame } from './frame.ts';
import type { AttributeReader, NamedScope } from './source.ts';
import { kindOfCode, statusOfCode, type ArrayValue, type Scalar } from './value.ts';

/** The order in which `.name` looks (features.md 1.4). */
const LOOKUP_ORDER: readonly NamedScope[] = ['span', 'resource', 'event', 'link', 'instrumentation'];

/** Digits of an id, for intrinsics that are one. */
export const ID_DIGITS: Partial<Record<Intrinsic, number>> = {
  'trace:id': 32,
  'span:id': 16,
  'span:parentID': 16,
  'link:traceID': 32,
  'link:spanID': 16,
};

/** Reads an attribute or intrinsic from spans. `parent` is not read: the compiler refuses it. */
export function compileOperand(node: Attribute, frame: Frame): AttributeReader {
  return node.kind === 'attribute' ? compileAttribute(node, frame) : compileIntrinsic(node.intrinsic, frame);
}

/** `.x` is that of the first scope that has an x, of whatever type; then no other scope is looked at. */
function compileAttribute({ scope, name }: AttributeReference, frame: Frame): AttributeReader {
  if (scope !== 'any') {
    return frame.attribute(scope, name);
  }
  const readers = LOOKUP_ORDER.map((place) => frame.attribute(place, name));
  return (span) => {
    for (const read of readers) {
      const value = read(span);
      if (value !== undefined) {
        return value;
      }
    }
    return undefined;
  };
}

/** As many values as the span has events or links: none is nil, one is itself, more are an array (features.md 1.7). */
function several(values: ArrayValue): Scalar | ArrayValue | undefined {
  return values.length > 1 ? values : values[0];
}

function compileIntrinsic(intrinsic: Intrinsic, frame: Frame): AttributeReader {
  switch (intrinsic) {
    case 'span:name':
      return (span) => frame.trace.name(span);
    case 'span:duration':
      return (span) => ({ type: 'duration', value: frame.trace.durationNs(span) });
    case 'span:status':
      return (span) => statusOfCode(frame.trace.statusCode(span));
    case 'span:statusMessage':
      return (span) => frame.trace.statusMessage(span);
    case 'span:kind':
      return (span) => kindOfCode(frame.trace.kindCode(span));
    case 'span:id':
      return (span) => frame.trace.spanId(span);
    case 'span:parentID':
      return (span) => frame.trace.parentSpanId(span);
    case 'span:childCount':
      return (span) => BigInt(frame.tree.childCount[frame.tree.positions[span]]);
    case 'trace:id':
      return () => frame.trace.traceId;
    case 'trace:duration':
      return () => ({ type: 'duration', value: frame.facts.durationNs });
    case 'trace:rootName':
      return () => frame.facts.rootName;
    case 'trace:rootService':
      return () => frame.facts.rootService;
    case 'event:name':
      return (span) => several(frame.trace.eventNames(span));
    case 'event:timeSinceStart':
      return (span) => {
        const start = frame.trace.startNs(span);
        return several(frame.trace.eventTimesNs(span).map((time) => ({ type: 'duration', value: time - start })));
      };
    case 'link:traceID':
      return (span) => several(frame.trace.linkTraceIds(span));
    case 'link:spanID':
      return (span) => several(frame.trace.linkSpanIds(span));
    case 'instrumentation:name':
      return (span) => frame.trace.scopeName(span);
    case 'instrumentation:version':
      return (span) => frame.trace.scopeVersion(span);
    case 'nestedSetLeft':
      return (span) => BigInt(frame.tree.left[frame.tree.positions[span]]);
    case 'nestedSetRight':
      return (span) => BigInt(frame.tree.right[frame.tree.positions[span]]);
    case 'nestedSetParent':
      return (span) => nestedSetParent(frame, span);
    case 'parent':
      return () => undefined;
    default:
      return assertUnreachable(intrinsic);
  }
}

/** The left bound of the parent; -1 for a root, 0 where the span hangs on no root (nested_set_model.go). */
function nestedSetParent({ tree }: Frame, span: number): bigint {
  const position = tree.positions[span];
  const parent = tree.parent[position];
  return tree.left[position] === 0 ? 0n : BigInt(parent < 0 ? -1 : tree.left[parent]);
}
