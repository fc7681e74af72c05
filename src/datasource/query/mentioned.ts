import { INTRINSICS, attributeToString, attributesOfStage, parse, type Attribute } from '@clew/traceql';

/** An attribute that a search mentions, and so has in its answer for each span that has it. */
export interface MentionedAttribute {
  /** What the answer calls it: attributes without their scope, intrinsics by their oldest name. */
  readonly key: string;
  /** As TraceQL has it, `span.http.route`; the key where several of the query's attributes share that. */
  readonly name: string;
  /** Comes as text, `1.5s`. */
  readonly isDuration: boolean;
}

/** In the order of the query; none for text that is no search. */
export function mentionedAttributes(text: string): MentionedAttribute[] {
  const byKey = new Map<string, MentionedAttribute>();
  for (const attribute of attributesIn(text)) {
    const key = keyOf(attribute);
    const name = attribute.kind === 'intrinsic' ? key : attributeToString(attribute);
    const isDuration = attribute.kind === 'intrinsic' && INTRINSICS[attribute.intrinsic].type === 'duration';
    const known = byKey.get(key);
    byKey.set(key, known && known.name !== name ? { ...known, name: key } : { key, name, isDuration });
  }
  return [...byKey.values()];
}

function attributesIn(text: string): Attribute[] {
  try {
    const { body } = parse(text);
    return body.kind === 'pipeline' ? body.stages.flatMap((stage) => [...attributesOfStage(stage)]) : [];
  } catch {
    return [];
  }
}

const keyOf = (attribute: Attribute): string =>
  attribute.kind === 'attribute' ? attribute.name : INTRINSICS[attribute.intrinsic].spellings[0];
