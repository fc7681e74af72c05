import { PROMOTED } from '../schema/promoted.ts';
import { SPANS } from '../schema/tables.ts';
import { AttributeKeys, AttributeMaps, MapColumn } from './native/attribute-maps.ts';
import { NativeBlock } from './native/block.ts';
import type { ByteWriter } from './native/byte-writer.ts';
import {
  ArrayColumn,
  BytesColumn,
  LowCardinalityColumn,
  Offsets,
  SparseNullableInt64Column,
  SparseUint32Column,
  type NativeColumn,
} from './native/columns.ts';
import type { Promotion, ScalarMaps } from './attribute-walk.ts';

/** The column buffers of `clew.spans`, named as the columns are. */
export class SpanBlock {
  readonly keys = new AttributeKeys(PROMOTED);
  readonly tenant = new LowCardinalityColumn();
  readonly receivedDay = new BytesColumn();
  readonly receivedMs = new BytesColumn();
  readonly traceId = new BytesColumn();
  readonly spanId = new BytesColumn();
  readonly parentSpanId = new BytesColumn();
  readonly start = new BytesColumn();
  readonly duration = new BytesColumn();
  readonly kind = new BytesColumn();
  readonly statusCode = new BytesColumn();
  readonly statusMessage = new BytesColumn();
  readonly name = new LowCardinalityColumn();
  readonly service = new LowCardinalityColumn();
  readonly resourceId = new BytesColumn();
  readonly traceState = new BytesColumn();
  readonly flags = new SparseUint32Column();
  readonly droppedAttributes = new SparseUint32Column();
  readonly droppedEvents = new SparseUint32Column();
  readonly droppedLinks = new SparseUint32Column();
  readonly attributes = new AttributeMaps(this.keys);
  readonly eventOffsets = new Offsets();
  readonly eventTimes = new BytesColumn();
  readonly eventNames = new LowCardinalityColumn();
  readonly eventDropped = new BytesColumn();
  readonly eventAttributes = new BytesColumn();
  readonly linkOffsets = new Offsets();
  readonly linkTraceIds = new BytesColumn();
  readonly linkSpanIds = new BytesColumn();
  readonly linkTraceStates = new BytesColumn();
  readonly linkFlags = new BytesColumn();
  readonly linkDropped = new BytesColumn();
  readonly linkAttributes = new BytesColumn();
  readonly nested: ScalarMaps & Record<'str' | 'int' | 'float' | 'bool', MapColumn> = {
    str: new MapColumn(this.keys),
    int: new MapColumn(this.keys),
    float: new MapColumn(this.keys),
    bool: new MapColumn(this.keys),
  };
  readonly rest = new BytesColumn();
  readonly promotion: PromotedColumns;
  readonly block: NativeBlock;
  /** Events and links so far, over all rows. */
  events = 0;
  links = 0;
  #savedEvents = 0;
  #savedLinks = 0;

  constructor() {
    this.promotion = new PromotedColumns();
    const { attributes, nested } = this;
    this.block = new NativeBlock(
      SPANS,
      {
        tenant: this.tenant,
        received_day: this.receivedDay,
        received_ms: this.receivedMs,
        trace_id: this.traceId,
        span_id: this.spanId,
        parent_span_id: this.parentSpanId,
        start_ns: this.start,
        duration_ns: this.duration,
        kind: this.kind,
        status_code: this.statusCode,
        status_message: this.statusMessage,
        name: this.name,
        service: this.service,
        resource_id: this.resourceId,
        trace_state: this.traceState,
        flags: this.flags,
        dropped_attributes: this.droppedAttributes,
        dropped_events: this.droppedEvents,
        dropped_links: this.droppedLinks,
        ...this.promotion.columns,
        ...attributes.columns('attrs'),
        event_times: new ArrayColumn(this.eventOffsets, this.eventTimes),
        event_names: new ArrayColumn(this.eventOffsets, this.eventNames),
        event_dropped: new ArrayColumn(this.eventOffsets, this.eventDropped),
        event_attributes: new ArrayColumn(this.eventOffsets, this.eventAttributes),
        link_trace_ids: new ArrayColumn(this.linkOffsets, this.linkTraceIds),
        link_span_ids: new ArrayColumn(this.linkOffsets, this.linkSpanIds),
        link_trace_states: new ArrayColumn(this.linkOffsets, this.linkTraceStates),
        link_flags: new ArrayColumn(this.linkOffsets, this.linkFlags),
        link_dropped: new ArrayColumn(this.linkOffsets, this.linkDropped),
        link_attributes: new ArrayColumn(this.linkOffsets, this.linkAttributes),
        nested_str: nested.str,
        nested_int: nested.int,
        nested_float: nested.float,
        nested_bool: nested.bool,
        rest: this.rest,
      },
      [this.eventOffsets, this.linkOffsets]
    );
  }

  /** Closes the row that has just been written. */
  endRow(): void {
    this.attributes.endRow();
    this.nested.str.endRow();
    this.nested.int.endRow();
    this.nested.float.endRow();
    this.nested.bool.endRow();
    this.eventOffsets.push(this.events);
    this.linkOffsets.push(this.links);
    this.block.rows++;
    this.promotion.row = this.block.rows;
  }

  save(): void {
    this.keys.save();
    this.block.save();
    this.#savedEvents = this.events;
    this.#savedLinks = this.links;
  }

  restore(): void {
    this.block.restore();
    this.keys.restore();
    this.events = this.#savedEvents;
    this.links = this.#savedLinks;
    this.promotion.row = this.block.rows;
  }

  take(out: ByteWriter): Uint8Array | undefined {
    const bytes = this.block.take(out);
    this.events = 0;
    this.links = 0;
    this.promotion.row = 0;
    this.keys.trim();
    return bytes;
  }
}

/** A promoted attribute's column, of the one type or the other. */
export interface PromotedTag {
  readonly key: Uint8Array;
  readonly texts: LowCardinalityColumn | undefined;
  readonly ints: SparseNullableInt64Column | undefined;
}

/** Columns of promoted attributes. A second value for the same key in one span is left to the maps. */
class PromotedColumns implements Promotion {
  row = 0;
  readonly columns: Record<string, NativeColumn> = {};
  /** The columns by their attributes' names. */
  readonly tags: PromotedTag[] = [];
  readonly #strings: Array<LowCardinalityColumn | undefined> = [];
  readonly #ints: Array<SparseNullableInt64Column | undefined> = [];

  constructor() {
    for (const { key, type, column } of PROMOTED) {
      const text = type === 'string' ? new LowCardinalityColumn(true) : undefined;
      const int = type === 'int' ? new SparseNullableInt64Column() : undefined;
      this.#strings.push(text);
      this.#ints.push(int);
      this.columns[column] = (text ?? int)!;
      this.tags.push({ key: new TextEncoder().encode(key), texts: text, ints: int });
    }
  }

  /** The column of an attribute of texts. */
  textsOf(key: string): LowCardinalityColumn | undefined {
    return this.#strings[PROMOTED.findIndex((promoted) => promoted.key === key)];
  }

  string(key: number, source: Uint8Array, start: number, end: number): boolean {
    if (key >= this.#strings.length) {
      return false;
    }
    const column = this.#strings[key];
    if (!column || column.has(this.row)) {
      return false;
    }
    column.set(this.row, source, start, end);
    return true;
  }

  int(key: number, low: number, high: number): boolean {
    if (key >= this.#ints.length) {
      return false;
    }
    const column = this.#ints[key];
    if (!column || column.has(this.row)) {
      return false;
    }
    column.set(this.row, low, high);
    return true;
  }
}
