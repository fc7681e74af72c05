import { Random } from '@clew/trace-gen';
import protobuf from 'protobufjs';

import { OTLP_DESCRIPTOR } from '../../../../packages/trace-model/src/otlp/testing/otlp-descriptor.ts';
import { PROMOTED } from '../../schema/promoted.ts';
import { encodeNodes } from './message-tree.ts';
import type { Plain, Row } from './native-decoder.ts';
import { ReferenceColumnizer } from './reference-columnizer.ts';
import { RequestGenerator } from './request-generator.ts';

/** As protobufjs makes them: bytes as Buffer, 64-bit numbers as decimal strings, absent fields absent. */
interface Value {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string;
  doubleValue?: number;
  arrayValue?: { values?: Value[] };
  kvlistValue?: { values?: KeyValue[] };
  bytesValue?: Uint8Array;
}
interface KeyValue {
  key?: string;
  value?: Value;
}
interface Span {
  traceId?: Uint8Array;
  spanId?: Uint8Array;
  parentSpanId?: Uint8Array;
  traceState?: string;
  name?: string;
  kind?: number;
  startTimeUnixNano?: string;
  endTimeUnixNano?: string;
  attributes?: KeyValue[];
  droppedAttributesCount?: number;
  events?: Array<{ timeUnixNano?: string; name?: string; attributes?: KeyValue[]; droppedAttributesCount?: number }>;
  links?: Array<{ traceId?: Uint8Array; attributes?: KeyValue[]; flags?: number }>;
  status?: { message?: string; code?: number };
  flags?: number;
}
interface Request {
  resourceSpans?: Array<{ scopeSpans?: Array<{ spans?: Span[] }> }>;
}

const REQUESTS = 1500;
const MAX_ENUM = 127;
const TracesData = protobuf.Root.fromJSON(OTLP_DESCRIPTOR).lookupType('TracesData');

const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const floatBits = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes.readBigUInt64LE();
};

/** `suffix key value` of each scalar in a value. */
function scalarsIn(key: string, value: Value, depth = 0): string[] {
  if (depth > 16) {
    return [];
  }
  if (value.stringValue !== undefined) {
    return [`str ${key} ${latin1(value.stringValue)}`];
  }
  if (value.boolValue !== undefined) {
    return [`bool ${key} ${value.boolValue}`];
  }
  if (value.intValue !== undefined) {
    return [`int ${key} ${value.intValue}`];
  }
  if (value.doubleValue !== undefined) {
    return [`float ${key} ${floatBits(value.doubleValue)}`];
  }
  if (value.bytesValue !== undefined) {
    return [`str ${key} ${Buffer.from(value.bytesValue).toString('base64')}`];
  }
  const pairs = (value.kvlistValue?.values ?? []).flatMap((pair) =>
    scalarsIn(`${key}.${latin1(pair.key ?? '')}`, pair.value ?? {}, depth + 1)
  );
  return [...(value.arrayValue?.values ?? []).flatMap((element) => scalarsIn(key, element, depth + 1)), ...pairs];
}

const scalarsOf = (prefix: string, attributes: KeyValue[] = []) =>
  attributes.flatMap(({ key = '', value = {} }) => scalarsIn(prefix + latin1(key), value));

const listOf = (value: Plain): readonly Plain[] => (Array.isArray(value) ? value : []);

function entriesOf(row: Row, prefix: string): string[] {
  return ['str', 'int', 'float', 'bool'].flatMap((suffix) => {
    const flat = listOf(row[`${prefix}_${suffix}`]);
    return Array.from(
      { length: flat.length / 2 },
      (_, at) => `${suffix} ${String(flat[2 * at])} ${String(flat[2 * at + 1])}`
    );
  });
}

const promotedOf = (row: Row) =>
  PROMOTED.filter(({ column }) => row[column] !== null).map(
    ({ key, type, column }) => `${type === 'int' ? 'int' : 'str'} ${key} ${String(row[column])}`
  );

/** What protobufjs reads of a span, in the columns' terms. */
function expectedOf(span: Span): object {
  const start = BigInt(span.startTimeUnixNano ?? 0);
  const { kind = 0, status: { code = 0, message = '' } = {}, events = [], links = [] } = span;
  const bytes = (value: Uint8Array | undefined) => Buffer.from(value ?? []).toString('latin1');
  return {
    traceId: bytes(span.traceId),
    spanId: bytes(span.spanId),
    parentSpanId: bytes(span.parentSpanId).padStart(8, '\0'),
    traceState: latin1(span.traceState ?? ''),
    name: latin1(span.name ?? ''),
    kind: kind >= 0 && kind <= MAX_ENUM ? kind : 0,
    start,
    duration: BigInt.asIntN(64, BigInt(span.endTimeUnixNano ?? 0) - start),
    status: [code >= 0 && code <= MAX_ENUM ? code : 0, latin1(message)],
    dropped: span.droppedAttributesCount ?? 0,
    flags: span.flags ?? 0,
    attributes: scalarsOf('', span.attributes).sort(),
    events: events.map((event) => [
      BigInt(event.timeUnixNano ?? 0),
      latin1(event.name ?? ''),
      event.droppedAttributesCount ?? 0,
    ]),
    links: links.map((link) => [bytes(link.traceId), link.flags ?? 0]),
    nested: [
      ...events.flatMap(({ attributes }) => scalarsOf('event.', attributes)),
      ...links.flatMap(({ attributes }) => scalarsOf('link.', attributes)),
    ].sort(),
  };
}

const actualOf = (row: Row): object => ({
  traceId: row.trace_id,
  spanId: row.span_id,
  parentSpanId: row.parent_span_id,
  traceState: row.trace_state,
  name: row.name,
  kind: row.kind,
  start: row.start_ns,
  duration: row.duration_ns,
  status: [row.status_code, row.status_message],
  dropped: row.dropped_attributes,
  flags: row.flags,
  attributes: [...promotedOf(row), ...entriesOf(row, 'attrs')].sort(),
  events: listOf(row.event_times).map((time, at) => [time, listOf(row.event_names)[at], listOf(row.event_dropped)[at]]),
  links: listOf(row.link_trace_ids).map((id, at) => [id, listOf(row.link_flags)[at]]),
  nested: entriesOf(row, 'nested').sort(),
});

describe('the reference', () => {
  it('reads what protobufjs reads, of requests that protobufjs wrote', () => {
    const random = new Random(7);
    const generator = new RequestGenerator(random);
    let spans = 0;
    for (let round = 0; round < REQUESTS; round++) {
      let request: Uint8Array;
      try {
        // Through protobufjs once: what it does not know or reads otherwise by design (repeated messages) is gone.
        request = TracesData.encode(TracesData.decode(encodeNodes(generator.request()))).finish();
      } catch {
        continue;
      }
      const read = TracesData.toObject(TracesData.decode(request), { longs: String }) as Request;
      const isId = (id: Uint8Array | undefined, size: number) => id?.length === size && id.some((byte) => byte !== 0);
      const expected = (read.resourceSpans ?? [])
        .flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap((scope) => scope.spans ?? []))
        .filter(
          ({ traceId, spanId, parentSpanId }) =>
            isId(traceId, 16) && isId(spanId, 8) && [0, 8].includes(parentSpanId?.length ?? 0)
        );
      const { spans: rows } = new ReferenceColumnizer().expect(request, 1_795_000_000_000, '');
      expect(rows.map(actualOf)).toEqual(expected.map(expectedOf));
      spans += rows.length;
    }
    expect(spans).toBeGreaterThan(REQUESTS / 2);
  });
});
