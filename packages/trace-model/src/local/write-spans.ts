import { LIST_ELEMENT, RESOURCE_SPANS, SCOPE_SPANS } from '../otlp/fields.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { ByteRanges } from './byte-ranges.ts';
import type { ByteRange, SpanGroup, SpanIndex } from './span-index.ts';

/** Some spans of an index as OTLP TracesData. Spans of one resource and scope stand together, in the order of `spans`. */
export function writeSpans(index: SpanIndex, spans: Uint32Array): Uint8Array {
  const { bytes, groups, groupOf, spanStarts, spanEnds } = index;
  const schemas = new ByteRanges(bytes);
  const byResource = new Map<string, Map<string, number[]>>();
  for (const span of spans) {
    const group = groups[groupOf[span]];
    const scopes = inMap(
      byResource,
      `${group.resource} ${schemas.intern(group.resourceSchema.start, group.resourceSchema.end)}`,
      newMap
    );
    inMap(scopes, `${group.scope} ${schemas.intern(group.scopeSchema.start, group.scopeSchema.end)}`, newList).push(
      span
    );
  }
  const out = new ProtobufWriter(1024 + spans.reduce((size, span) => size + spanEnds[span] - spanStarts[span] + 6, 0));
  const range = (field: number, { start, end }: ByteRange) => {
    if (end > start) {
      out.bytesField(field, bytes, start, end);
    }
  };
  for (const scopes of byResource.values()) {
    out.open(LIST_ELEMENT, 4);
    let resource: SpanGroup | undefined;
    for (const members of scopes.values()) {
      const group = groups[groupOf[members[0]]];
      if (!resource) {
        resource = group;
        range(RESOURCE_SPANS.resource, rangeAt(index.resources, group.resource));
      }
      out.open(RESOURCE_SPANS.scopeSpans, 4);
      range(SCOPE_SPANS.scope, rangeAt(index.scopes, group.scope));
      for (const span of members) {
        out.bytesField(SCOPE_SPANS.spans, bytes, spanStarts[span], spanEnds[span]);
      }
      range(SCOPE_SPANS.schemaUrl, group.scopeSchema);
      out.close();
    }
    if (resource) {
      range(RESOURCE_SPANS.schemaUrl, resource.resourceSchema);
    }
    out.close();
  }
  return out.finish();
}

const newMap = () => new Map<string, number[]>();
const newList = (): number[] => [];

const rangeAt = (ranges: ByteRanges, number: number): ByteRange => ({
  start: ranges.start(number),
  end: ranges.end(number),
});

function inMap<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}
