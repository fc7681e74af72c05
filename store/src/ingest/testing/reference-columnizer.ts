import { createHash } from 'node:crypto';

import type { Row } from './native-decoder.ts';
import { allOf, fieldsOf, FIXED32, FIXED64, lastOf, LENGTH, VARINT, type WireField } from './protobuf-fields.ts';
import { OLD_SCOPE_SPANS } from './otlp-shape.ts';
import { attributeOf, attributeSet, memberOf, promote, scalarMaps, scalarsIn, textOf } from './reference-attributes.ts';

/** What a request should add to each table, and what the client should be told. */
export interface Expected {
  readonly accepted: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly stored: boolean;
  readonly spans: readonly Row[];
  readonly resources: readonly Row[];
  /** Names of the resources for `remember()`. */
  readonly resourceKeys: readonly string[];
  readonly losses: readonly Row[];
}

const NOTHING = new Uint8Array(0);
const MS_PER_DAY = 86_400_000;
const MAX_ENUM = 127;

const bytesOf = (fields: readonly WireField[], number: number) => lastOf(fields, number, LENGTH)?.content ?? NOTHING;
const stringOf = (fields: readonly WireField[], number: number) => textOf(bytesOf(fields, number));
const numberOf = (fields: readonly WireField[], number: number, wireType: number) =>
  lastOf(fields, number, wireType)?.value ?? 0n;
/** A uint32 field: a longer varint is cut to its lower 32 bits, as protobuf has it. */
const uint32Of = (fields: readonly WireField[], number: number) =>
  Number(BigInt.asUintN(32, numberOf(fields, number, VARINT)));
const fixed32Of = (fields: readonly WireField[], number: number) => Number(numberOf(fields, number, FIXED32));
const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);
/** Fields that are none of `known` (`number/wire type`), byte for byte. */
const unknownOf = (fields: readonly WireField[], known: readonly string[]) =>
  fields
    .filter(({ number, wireType }) => !known.includes(`${number}/${wireType}`))
    .map(({ raw }) => textOf(raw))
    .join('');

/**
 * What the columnizer should make of requests, computed slowly from objects: the rules of schema/tables.ts,
 * docs/adr/0003-schema.md and trace.proto. Knows like the columnizer which resources are written already.
 */
export class ReferenceColumnizer {
  readonly #known = new Set<string>();

  /**
   * What the request adds; nothing is remembered until `remember()`. Throws BadMessage where a part of the request that a
   * column is made of is malformed.
   */
  expect(request: Uint8Array, receivedMs: number, tenant: string): Expected {
    const refused: Record<string, number> = {};
    const spans: Row[] = [];
    const losses: Array<Row & { readonly count: number }> = [];
    const resources = new Map<string, Row>();
    const day = Math.floor(receivedMs / MS_PER_DAY);
    const common = { tenant: textOf(new TextEncoder().encode(tenant)), received_day: day };
    for (const { content } of allOf(fieldsOf(request), 1, LENGTH)) {
      const resourceSpans = fieldsOf(content);
      for (const scope of resourceSpans) {
        if ((scope.number !== 2 && scope.number !== OLD_SCOPE_SPANS) || scope.wireType !== LENGTH) {
          continue;
        }
        const scopeSpans = fieldsOf(scope.content);
        if (allOf(scopeSpans, 2, LENGTH).length === 0) {
          // Nothing refers to such a scope and its resource: they are not looked at.
          continue;
        }
        const emitter = resourceRow(common, resourceSpans, scopeSpans);
        const key = JSON.stringify([tenant, day, String(emitter.resource_id)]);
        if (!this.#known.has(key)) {
          resources.set(key, emitter);
        }
        for (const span of allOf(scopeSpans, 2, LENGTH)) {
          const fields = fieldsOf(span.content);
          const reason = refusal(fields);
          if (reason === undefined) {
            spans.push(spanRow({ ...common, received_ms: BigInt(receivedMs) }, emitter, fields));
            continue;
          }
          refused[reason] = (refused[reason] ?? 0) + 1;
          if (reason !== 'bad_trace_id') {
            addLoss(losses, { ...common, received_ms: BigInt(receivedMs), trace_id: stringOf(fields, 1), reason });
          }
        }
      }
    }
    const stored = spans.length + losses.length > 0;
    return {
      accepted: spans.length,
      refused,
      stored,
      spans,
      // A request that adds no span and no loss is not journaled, so it must not leave a resource either.
      resources: stored ? [...resources.values()] : [],
      resourceKeys: stored ? [...resources.keys()] : [],
      losses,
    };
  }

  /** The columnizer has taken the request. */
  remember({ resourceKeys }: Expected): void {
    resourceKeys.forEach((key) => this.#known.add(key));
  }
}

/** Trace and span id are of 16 and 8 bytes and not all zero (trace.proto); the last of each field counts. */
function refusal(span: readonly WireField[]): string | undefined {
  const [traceId, spanId, parentId] = [1, 2, 4].map((number) => bytesOf(span, number));
  if (traceId.length !== 16 || isZero(traceId)) {
    return 'bad_trace_id';
  }
  if (spanId.length !== 8 || isZero(spanId)) {
    return 'bad_span_id';
  }
  return parentId.length === 0 || parentId.length === 8 ? undefined : 'bad_parent_span_id';
}

/** Losses of one reason that follow each other within a trace and request are one row. */
function addLoss(losses: Array<Row & { readonly count: number }>, loss: Row): void {
  const last = losses.at(-1);
  const repeats = last?.reason === loss.reason && last?.trace_id === loss.trace_id;
  const count = repeats && last ? last.count + 1 : 1;
  losses.splice(repeats ? losses.length - 1 : losses.length, 1, { ...loss, limit_bytes: 0, count });
}

function resourceRow(common: Row, resourceSpans: readonly WireField[], scopeSpans: readonly WireField[]): Row {
  const identity = createHash('sha256');
  for (const part of [
    bytesOf(resourceSpans, 1),
    bytesOf(resourceSpans, 3),
    bytesOf(scopeSpans, 1),
    bytesOf(scopeSpans, 3),
  ]) {
    identity.update(Uint32Array.of(part.length)).update(part);
  }
  const resource = fieldsOf(bytesOf(resourceSpans, 1));
  const scope = fieldsOf(bytesOf(scopeSpans, 1));
  const attributes = allOf(resource, 1, LENGTH).map(({ content }) => attributeOf(content));
  const scopeAttributes = allOf(scope, 3, LENGTH).map(({ content }) => attributeOf(content));
  // The name that the attribute has in its map: a value that is no string is no name. Of several, the last.
  const service = attributes
    .filter(({ key }) => key === 'service.name')
    .map(({ value }) => memberOf(value))
    .findLast(({ kind }) => kind === 'str');
  return {
    ...common,
    resource_id: identity.digest().readBigUInt64LE(0),
    service: service?.plain ?? '',
    ...attributeSet('resource', attributes),
    resource_dropped: uint32Of(resource, 2),
    resource_schema_url: stringOf(resourceSpans, 3),
    scope_name: stringOf(scope, 1),
    scope_version: stringOf(scope, 2),
    ...attributeSet('scope', scopeAttributes),
    scope_dropped: uint32Of(scope, 4),
    scope_schema_url: stringOf(scopeSpans, 3),
    resource_rest: unknownOf(resource, ['1/2', '2/0']),
    scope_rest: unknownOf(scope, ['1/2', '2/2', '3/2', '4/0']),
  };
}

const SPAN_FIELDS = [
  ...[1, 2, 3, 4, 5, 9, 11, 13, 15].map((number) => `${number}/${LENGTH}`),
  ...[10, 12, 14].map((number) => `${number}/${VARINT}`),
  ...[7, 8].map((number) => `${number}/${FIXED64}`),
  `16/${FIXED32}`,
];

function spanRow(common: Row, emitter: Row, span: readonly WireField[]): Row {
  const promoted = promote(allOf(span, 9, LENGTH).map(({ content }) => attributeOf(content)));
  const start = numberOf(span, 7, FIXED64);
  const status = fieldsOf(bytesOf(span, 15));
  const code = numberOf(status, 3, VARINT);
  // A kind that does not fit its column is kept with the unknown fields, and does not count.
  const fitting = span.filter(
    ({ number, wireType, value }) => number === 6 && wireType === VARINT && value <= MAX_ENUM
  );
  const others = span.filter((field) => !fitting.includes(field));
  const events = allOf(span, 11, LENGTH).map(({ content }) => eventOf(fieldsOf(content)));
  const links = allOf(span, 13, LENGTH).map(({ content }) => linkOf(fieldsOf(content)));
  return {
    ...common,
    trace_id: stringOf(span, 1),
    span_id: stringOf(span, 2),
    parent_span_id: stringOf(span, 4) || '\0'.repeat(8),
    start_ns: start,
    duration_ns: BigInt.asIntN(64, numberOf(span, 8, FIXED64) - start),
    kind: Number(fitting.at(-1)?.value ?? 0n),
    // Unlike a kind, a status code that does not fit is gone.
    status_code: code <= MAX_ENUM ? Number(code) : 0,
    status_message: stringOf(status, 2),
    name: stringOf(span, 5),
    service: emitter.service,
    resource_id: emitter.resource_id,
    trace_state: stringOf(span, 3),
    flags: fixed32Of(span, 16),
    dropped_attributes: uint32Of(span, 10),
    dropped_events: uint32Of(span, 12),
    dropped_links: uint32Of(span, 14),
    ...promoted.columns,
    ...attributeSet('attrs', promoted.rest),
    event_times: events.map(({ time }) => time),
    event_names: events.map(({ name }) => name),
    event_dropped: events.map(({ dropped }) => dropped),
    event_attributes: events.map(({ kept }) => kept),
    link_trace_ids: links.map(({ traceId }) => traceId),
    link_span_ids: links.map(({ spanId }) => spanId),
    link_trace_states: links.map(({ traceState }) => traceState),
    link_flags: links.map(({ flags }) => flags),
    link_dropped: links.map(({ dropped }) => dropped),
    link_attributes: links.map(({ kept }) => kept),
    ...scalarMaps(
      'nested',
      [...events, ...links].flatMap(({ scalars }) => scalars)
    ),
    rest: unknownOf(others, SPAN_FIELDS),
  };
}

const nestedScalars = (prefix: string, fields: readonly WireField[], number: number) =>
  allOf(fields, number, LENGTH).flatMap(({ content }) => {
    const { key, value } = attributeOf(content);
    return scalarsIn(`${prefix}.${key}`, value);
  });

const eventOf = (event: readonly WireField[]) => ({
  time: numberOf(event, 1, FIXED64),
  name: stringOf(event, 2),
  dropped: uint32Of(event, 4),
  kept: unknownOf(event, ['1/1', '2/2', '4/0']),
  scalars: nestedScalars('event', event, 3),
});

const linkOf = (link: readonly WireField[]) => ({
  traceId: stringOf(link, 1),
  spanId: stringOf(link, 2),
  traceState: stringOf(link, 3),
  dropped: uint32Of(link, 5),
  flags: fixed32Of(link, 6),
  kept: unknownOf(link, ['1/2', '2/2', '3/2', '5/0', '6/5']),
  scalars: nestedScalars('link', link, 4),
});
