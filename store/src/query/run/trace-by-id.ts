import { ProtobufWriter, RESOURCE_SPANS, SCOPE_SPANS, varintSize, WIRE_LENGTH } from '@clew/trace-model';

import type { Engine } from '../../engine/engine.ts';
import { spansOfTraceSql } from '../sql/trace-sql.ts';
import type { EmitterCache } from './emitter-cache.ts';
import { emitterKey, unknownEmitter, type Emitter } from './resource-encoder.ts';
import { RowBinaryReader } from './row-binary.ts';
import { SpanEncoder } from './span-encoder.ts';
import type { TraceState } from './trace-state.ts';

/** TracesData.resource_spans. */
const RESOURCE_SPANS_FIELD = 1;

/** Spans of one resource and scope: a range of encoded `ScopeSpans.spans` fields. */
interface SpanGroup {
  readonly key: string;
  readonly resourceId: bigint;
  readonly service: Uint8Array;
  /** Start of its first span, as a number to order by. */
  readonly firstStart: bigint;
  readonly start: number;
  end: number;
}

export interface TraceAnswer {
  /** An OTLP TracesData message. */
  readonly bytes: Uint8Array;
  readonly spans: number;
  /** Of the rows that the answer was made from. */
  readonly state: TraceState;
}

/**
 * A trace as OTLP bytes: every field of every span as it was received; spans of one resource and scope together, by
 * start and then span id. A span that was delivered twice comes once. Undefined when there is no such trace.
 *
 * `traceId` is 32 lower-case hex digits; `spanIds`, 16 each, are those of its spans that are wanted. Rejects with
 * EngineError.
 */
export async function traceById(
  engine: Engine,
  emitters: EmitterCache,
  tenant: string,
  traceId: string,
  spanIds?: readonly string[]
): Promise<TraceAnswer | undefined> {
  const spanRows = await engine.bytes(spansOfTraceSql(tenant, traceId, spanIds), 'RowBinary');
  if (spanRows.length === 0) {
    return undefined;
  }
  const { encoded, groups, spans, state } = encodeSpans(spanRows, Buffer.from(traceId, 'hex'), spanIds !== undefined);
  // After the spans, never beside them: a resource is written before its spans, so it is there by now.
  const known = await emitters.get(tenant, new Set(groups.map(({ resourceId }) => resourceId)));
  return { bytes: assemble(encoded, groups, known), spans, state };
}

function encodeSpans(rows: Buffer, traceId: Uint8Array, countIds: boolean) {
  const row = new RowBinaryReader(rows);
  const out = new ProtobufWriter(rows.length + 1024);
  const span = new SpanEncoder(traceId);
  const groups: SpanGroup[] = [];
  let group: SpanGroup | undefined;
  const twins = new Twins(out);
  let spans = 0;
  let allRows = 0;
  let newestMs = 0;
  const spanIds = new Set<bigint>();
  while (!row.done) {
    const start = out.length;
    span.encode(row, out, SCOPE_SPANS.spans);
    row.uint64();
    newestMs = Math.max(newestMs, row.high * 2 ** 32 + row.low);
    allRows += 1;
    if (countIds) {
      spanIds.add((BigInt(span.spanIdHigh) << 32n) | BigInt(span.spanIdLow));
    }
    const key = emitterKey(span.resourceLow, span.resourceHigh);
    if (group?.key !== key) {
      twins.clear();
      group = {
        key,
        resourceId: (BigInt(span.resourceHigh) << 32n) | BigInt(span.resourceLow),
        service: rows.subarray(span.serviceStart, span.serviceEnd),
        firstStart: (BigInt(span.startHigh) << 32n) | BigInt(span.startLow),
        start,
        end: start,
      };
      groups.push(group);
    }
    if (twins.isRepeated(span, start)) {
      out.length = start;
    } else {
      group.end = out.length;
      spans += 1;
    }
  }
  return {
    encoded: out,
    groups,
    spans,
    state: { rows: allRows, newestMs, ...(countIds && { spanIds: spanIds.size }) },
  };
}

/** Finds spans that are equal in every field. They stand together, because rows are ordered by start and span id. */
class Twins {
  readonly #out: ProtobufWriter;
  /** Where the spans of the current start and span id begin and end, alternating. */
  readonly #ranges: number[] = [];
  #identity = [0, 0, 0, 0];

  constructor(out: ProtobufWriter) {
    this.#out = out;
  }

  clear(): void {
    this.#ranges.length = 0;
  }

  /** Whether the span encoded last, from `start` on, is there already. */
  isRepeated(span: SpanEncoder, start: number): boolean {
    const [startLow, startHigh, idLow, idHigh] = this.#identity;
    if (
      startLow !== span.startLow ||
      startHigh !== span.startHigh ||
      idLow !== span.spanIdLow ||
      idHigh !== span.spanIdHigh
    ) {
      this.#identity = [span.startLow, span.startHigh, span.spanIdLow, span.spanIdHigh];
      this.#ranges.length = 0;
    }
    const { bytes, length } = this.#out;
    for (let at = 0; at < this.#ranges.length; at += 2) {
      const twin = bytes.subarray(this.#ranges[at], this.#ranges[at + 1]);
      if (Buffer.compare(twin, bytes.subarray(start, length)) === 0) {
        return true;
      }
    }
    this.#ranges.push(start, length);
    return false;
  }
}

/** TracesData: groups of one resource become one ResourceSpans with a ScopeSpans each. */
function assemble(
  encoded: ProtobufWriter,
  groups: readonly SpanGroup[],
  emitters: ReadonlyMap<string, Emitter>
): Uint8Array {
  const ordered = [...groups].sort((a, b) => (a.firstStart < b.firstStart ? -1 : a.firstStart > b.firstStart ? 1 : 0));
  const byResource = new Map<string, Array<{ group: SpanGroup; emitter: Emitter }>>();
  for (const group of ordered) {
    const emitter = emitters.get(group.key) ?? unknownEmitter(group.service);
    const identity = `${emitter.resource.length}:${latin1(emitter.resource)}${latin1(emitter.resourceSchemaUrl)}`;
    const members = byResource.get(identity);
    if (members) {
      members.push({ group, emitter });
    } else {
      byResource.set(identity, [{ group, emitter }]);
    }
  }
  const out = new ProtobufWriter(encoded.length + 4096);
  for (const members of byResource.values()) {
    const { resource, resourceSchemaUrl } = members[0].emitter;
    const size =
      fieldSize(resource.length) +
      members.reduce((sum, member) => sum + fieldSize(scopeSpansSize(member)), 0) +
      (resourceSchemaUrl.length > 0 ? fieldSize(resourceSchemaUrl.length) : 0);
    out.tag(RESOURCE_SPANS_FIELD, WIRE_LENGTH);
    out.varint32(size);
    out.bytesField(RESOURCE_SPANS.resource, resource);
    for (const member of members) {
      const { group, emitter } = member;
      out.tag(RESOURCE_SPANS.scopeSpans, WIRE_LENGTH);
      out.varint32(scopeSpansSize(member));
      out.bytesField(SCOPE_SPANS.scope, emitter.scope);
      out.raw(encoded.bytes, group.start, group.end);
      if (emitter.scopeSchemaUrl.length > 0) {
        out.bytesField(SCOPE_SPANS.schemaUrl, emitter.scopeSchemaUrl);
      }
    }
    if (resourceSchemaUrl.length > 0) {
      out.bytesField(RESOURCE_SPANS.schemaUrl, resourceSchemaUrl);
    }
  }
  return out.bytes.subarray(0, out.length);
}

function scopeSpansSize({ group, emitter }: { group: SpanGroup; emitter: Emitter }): number {
  const { scope, scopeSchemaUrl } = emitter;
  const urlSize = scopeSchemaUrl.length > 0 ? fieldSize(scopeSchemaUrl.length) : 0;
  return fieldSize(scope.length) + (group.end - group.start) + urlSize;
}

/** Bytes of a length-delimited field with a number below 16. */
const fieldSize = (content: number): number => 1 + varintSize(content) + content;

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
