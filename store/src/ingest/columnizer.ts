import { NO_LIMITS, type SpanLimits } from '../journal/record.ts';
import { AttributeWalk } from './attribute-walk.ts';
import { LossBlock } from './loss-block.ts';
import { ByteWriter } from './native/byte-writer.ts';
import { OtlpCursor, tagOf, WIRE_LENGTH, type ByteRange } from './otlp-wire.ts';
import { ResourceBlock } from './resource-block.ts';
import { SpanBlock } from './span-block.ts';
import { TagBlock } from './tag-block.ts';
import { TagCatalogue } from './tag-catalogue.ts';
import { LATE_IDS, SpanWalk, type RefusalReason, type SpanContext } from './span-walk.ts';

export interface AppendResult {
  /** Spans taken. */
  accepted: number;
  refused: Partial<Record<RefusalReason, number>>;
  /** Attributes of accepted spans that were longer than the limit. */
  cutAttributes: number;
  /** Whether anything of the request was appended: spans, or that some of a trace were refused. */
  stored: boolean;
}

/** What one batch inserts: Native blocks of the tables, undefined where there are no rows. */
export interface Batch {
  /** Of `spans`. */
  readonly rows: number;
  readonly spans: Uint8Array | undefined;
  readonly resources: Uint8Array | undefined;
  readonly losses: Uint8Array | undefined;
  readonly tags: Uint8Array | undefined;
  /** Gives the batch's memory back for a later one; the blocks must not be read any more. */
  release(): void;
}

/** Reads each batch's spans when they are complete, before they are taken out of their columns. */
export interface SpanObserver {
  observe(spans: SpanBlock): void;
}

/** Buffers for finished blocks that are kept for the next ones: a new one of some 40 MB a second keeps the GC busy. */
const MAX_SPARE_BUFFERS = 2;

const MS_PER_DAY = 86_400_000;

/**
 * Turns OTLP ExportTraceServiceRequest bytes into Native column buffers in one walk: values are copied from the request
 * into the columns, no string and no object is made per span. Field numbers are those of opentelemetry-proto
 * (collector/trace/v1, trace/v1, common/v1, resource/v1), version 1.7.
 */
export class Columnizer {
  readonly #cursor = new OtlpCursor();
  readonly #spans = new SpanBlock();
  readonly #resources = new ResourceBlock(this.#cursor);
  readonly #losses = new LossBlock();
  readonly #walk = new AttributeWalk(this.#cursor, this.#spans.keys, new ByteWriter());
  readonly #spanWalk = new SpanWalk(this.#cursor, this.#spans, this.#walk, this.#losses);
  readonly #spareBuffers: ByteWriter[] = [];
  readonly #catalogue: TagCatalogue;
  readonly #tags: TagBlock;
  readonly #observer: SpanObserver | undefined;
  #receivedMs = 0;

  /** `tags`: what the process knows to be in `clew.tags`. */
  constructor(tags = new TagCatalogue(), observer?: SpanObserver) {
    this.#catalogue = tags;
    this.#observer = observer;
    this.#tags = new TagBlock(tags);
  }

  /** Spans so far. */
  get rows(): number {
    return this.#spans.block.rows;
  }

  /** Whether there is nothing to insert. */
  get isEmpty(): boolean {
    return this.rows === 0 && this.#losses.rows === 0;
  }

  /**
   * Appends a request. Throws MalformedOtlp, with nothing appended, where the bytes are not OTLP.
   * `receivedMs` is epoch milliseconds and goes into the rows, so that a replay writes the same ones.
   */
  append(request: Uint8Array, receivedMs: number, tenant: string, limits: SpanLimits = NO_LIMITS): AppendResult {
    try {
      return this.#append(request, receivedMs, tenant, limits);
    } catch (error) {
      if (error !== LATE_IDS) {
        throw error;
      }
    }
    this.#spanWalk.idsAnywhere = true;
    try {
      return this.#append(request, receivedMs, tenant, limits);
    } finally {
      this.#spanWalk.idsAnywhere = false;
    }
  }

  /** The next spans bring rows of resources and tags again: those written so far may not have reached the engine. */
  forgetWritten(): void {
    this.#resources.forget();
    this.#catalogue.forget();
  }

  /** The batch so far; the columnizer is empty afterwards. */
  take(): Batch {
    const out = this.#spareBuffers.pop() ?? new ByteWriter(1 << 20);
    const { rows } = this.#spans.block;
    this.#tags.observe(this.#spans, this.#resources);
    this.#observer?.observe(this.#spans);
    return {
      rows,
      tags: this.#tags.take(new ByteWriter(4096), this.#receivedMs),
      spans: this.#spans.take(out),
      resources: this.#resources.take(new ByteWriter(4096)),
      losses: this.#losses.take(new ByteWriter(256)),
      release: () => {
        if (this.#spareBuffers.length < MAX_SPARE_BUFFERS) {
          out.clear();
          this.#spareBuffers.push(out);
        }
      },
    };
  }

  #append(request: Uint8Array, receivedMs: number, tenant: string, limits: SpanLimits): AppendResult {
    this.#receivedMs = receivedMs;
    this.#spans.save();
    this.#resources.save();
    this.#losses.save();
    this.#walk.maxBytes = this.#resources.maxAttributeBytes = limits.attributeBytes || Infinity;
    const result: AppendResult = { accepted: 0, refused: {}, cutAttributes: 0, stored: false };
    const tenantBytes = new TextEncoder().encode(tenant);
    const context: SpanContext = {
      receivedMs,
      day: Math.floor(receivedMs / MS_PER_DAY),
      tenant: tenantBytes,
      limits,
      emitter: NO_EMITTER,
      tenantIndex: this.#spans.tenant.indexOf(tenantBytes, 0, tenantBytes.length),
      serviceIndex: 0,
    };
    const rowsBefore = this.#rowsOfAll();
    const cutBefore = this.#losses.cutAttributes;
    try {
      this.#request(request, context, result);
    } catch (error) {
      this.#restore();
      throw error;
    }
    result.cutAttributes = this.#losses.cutAttributes - cutBefore;
    result.stored = this.#rowsOfAll() > rowsBefore;
    if (!result.stored) {
      // Without its resources too: the caller does not journal such a request.
      this.#restore();
    }
    return result;
  }

  #rowsOfAll(): number {
    return this.rows + this.#losses.rows;
  }

  #restore(): void {
    this.#spans.restore();
    this.#resources.restore();
    this.#losses.restore();
    this.#walk.reset();
  }

  #request(bytes: Uint8Array, context: SpanContext, result: AppendResult): void {
    const cursor = this.#cursor;
    cursor.bytes = bytes;
    cursor.at = 0;
    const end = bytes.length;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag === tagOf(1, WIRE_LENGTH)) {
        const fieldEnd = cursor.lengthEnd(end);
        this.#resourceSpans(cursor.at, fieldEnd, context, result);
        cursor.at = fieldEnd;
      } else {
        cursor.skip(tag, end);
      }
    }
  }

  /** ResourceSpans: resource 1, scope_spans 2, schema_url 3. A resource may follow its spans, so it is sought first. */
  #resourceSpans(start: number, end: number, context: SpanContext, result: AppendResult): void {
    const cursor = this.#cursor;
    const resource: ByteRange = { start: 0, end: 0 };
    const schemaUrl: ByteRange = { start: 0, end: 0 };
    const scopes: number[] = [];
    cursor.at = start;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      // 1000 is how clients older than OTLP 0.15 name scope_spans; the message is the same.
      if (tag === tagOf(2, WIRE_LENGTH) || tag === tagOf(1000, WIRE_LENGTH)) {
        const fieldEnd = cursor.lengthEnd(end);
        scopes.push(cursor.at, fieldEnd);
        cursor.at = fieldEnd;
      } else if (!cursor.rangeOf(tag, end, 1, resource) && !cursor.rangeOf(tag, end, 3, schemaUrl)) {
        cursor.skip(tag, end);
      }
    }
    for (let at = 0; at < scopes.length; at += 2) {
      this.#scopeSpans(scopes[at], scopes[at + 1], resource, schemaUrl, context, result);
    }
  }

  /** ScopeSpans: scope 1, spans 2, schema_url 3. */
  #scopeSpans(
    start: number,
    end: number,
    resource: ByteRange,
    resourceSchemaUrl: ByteRange,
    context: SpanContext,
    result: AppendResult
  ): void {
    const cursor = this.#cursor;
    const scope: ByteRange = { start: 0, end: 0 };
    const schemaUrl: ByteRange = { start: 0, end: 0 };
    let hasSpans = false;
    cursor.at = start;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (!cursor.rangeOf(tag, end, 1, scope) && !cursor.rangeOf(tag, end, 3, schemaUrl)) {
        hasSpans ||= tag === tagOf(2, WIRE_LENGTH);
        cursor.skip(tag, end);
      }
    }
    if (!hasSpans) {
      return;
    }
    const emitter = this.#resources.intern(context.tenant, context.day, resource, resourceSchemaUrl, scope, schemaUrl);
    context.emitter = emitter;
    context.serviceIndex = this.#spans.service.indexOf(emitter.service, 0, emitter.service.length);
    cursor.at = start;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag === tagOf(2, WIRE_LENGTH)) {
        const spanEnd = cursor.lengthEnd(end);
        const refusal = this.#spanWalk.write(cursor.at, spanEnd, context);
        if (refusal) {
          result.refused[refusal] = (result.refused[refusal] ?? 0) + 1;
        } else {
          result.accepted++;
        }
        cursor.at = spanEnd;
      } else {
        cursor.skip(tag, end);
      }
    }
  }
}

/** Until the first scope of a request is read. */
const NO_EMITTER = { low: 0, high: 0, service: new Uint8Array(0) };
