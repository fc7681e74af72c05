import { createHash, type Hash } from 'node:crypto';

import { RESOURCES } from '../schema/tables.ts';
import { AttributeWalk } from './attribute-walk.ts';
import { AttributeKeys, AttributeMaps } from './native/attribute-maps.ts';
import { NativeBlock } from './native/block.ts';
import { ByteWriter } from './native/byte-writer.ts';
import { BytesColumn, LowCardinalityColumn } from './native/columns.ts';
import { MalformedOtlp, tagOf, WIRE_LENGTH, WIRE_VARINT, type ByteRange, type OtlpCursor } from './otlp-wire.ts';

/** What spans of one resource and scope have in common. */
export interface EmitterRef {
  /** Halves of `resource_id`. */
  readonly low: number;
  readonly high: number;
  /** UTF-8 of the resource's `service.name`; empty where it has none. */
  readonly service: Uint8Array;
}

/** Entries of the cache of known resources. Beyond it, rows are written again, which the table's engine folds. */
const MAX_KNOWN = 100_000;

/** A resource has a row for each of its scopes, so a request of a few megabytes could ask for gigabytes of rows. */
const MAX_ADDED_BYTES = 64 * 1024 ** 2;

const SERVICE_NAME = new TextEncoder().encode('service.name');
const FIELD_NAME = 1;
const FIELD_VERSION = 2;

/** The column buffers of `clew.resources`, and which resources are in the table already. */
export class ResourceBlock {
  readonly #keys = new AttributeKeys([]);
  readonly tenant = new LowCardinalityColumn();
  readonly receivedDay = new BytesColumn();
  readonly #resourceId = new BytesColumn();
  readonly #service = new LowCardinalityColumn();
  readonly resource = new AttributeMaps(this.#keys);
  readonly #resourceDropped = new BytesColumn();
  readonly #resourceSchemaUrl = new BytesColumn();
  readonly scopeName = new BytesColumn();
  readonly scopeVersion = new BytesColumn();
  readonly scope = new AttributeMaps(this.#keys);
  readonly #scopeDropped = new BytesColumn();
  readonly #scopeSchemaUrl = new BytesColumn();
  readonly #resourceRest = new BytesColumn();
  readonly #scopeRest = new BytesColumn();
  readonly #cursor: OtlpCursor;
  readonly #walk: AttributeWalk;
  readonly block: NativeBlock;
  /** By `tenant NUL day NUL digest`. */
  readonly #known = new Map<string, EmitterRef>();
  #addedSinceSave: string[] = [];
  readonly #identity = new ByteWriter(1024);
  #lastResource: { bytes: Uint8Array; resource: ByteRange; schemaUrl: ByteRange; hash: Hash } | undefined;
  #addedBytes = 0;

  constructor(cursor: OtlpCursor) {
    this.#cursor = cursor;
    this.#walk = new AttributeWalk(cursor, this.#keys, new ByteWriter());
    this.block = new NativeBlock(RESOURCES, {
      tenant: this.tenant,
      received_day: this.receivedDay,
      resource_id: this.#resourceId,
      service: this.#service,
      ...this.resource.columns('resource'),
      resource_dropped: this.#resourceDropped,
      resource_schema_url: this.#resourceSchemaUrl,
      scope_name: this.scopeName,
      scope_version: this.scopeVersion,
      ...this.scope.columns('scope'),
      scope_dropped: this.#scopeDropped,
      scope_schema_url: this.#scopeSchemaUrl,
      resource_rest: this.#resourceRest,
      scope_rest: this.#scopeRest,
    });
  }

  /** The id of a resource and scope; adds their row when this day's partition does not have it yet. */
  intern(
    tenant: Uint8Array,
    day: number,
    resource: ByteRange,
    resourceSchemaUrl: ByteRange,
    scope: ByteRange,
    scopeSchemaUrl: ByteRange
  ): EmitterRef {
    const digest = this.#resourceHash(resource, resourceSchemaUrl)
      .update(this.#identityOf(scope))
      .update(this.#identityOf(scopeSchemaUrl))
      .digest();
    const key = `${Buffer.from(tenant).toString('latin1')}\0${day}\0${digest.toString('latin1', 0, 16)}`;
    const known = this.#known.get(key);
    if (known) {
      return known;
    }
    this.#addedBytes += resource.end - resource.start + scope.end - scope.start;
    if (this.#addedBytes > MAX_ADDED_BYTES) {
      throw new MalformedOtlp(
        `Resources and scopes of one request take more than ${MAX_ADDED_BYTES} bytes, a resource once for each scope,`,
        resource.start
      );
    }
    const emitter = this.#add(tenant, day, digest, resource, resourceSchemaUrl, scope, scopeSchemaUrl);
    this.#known.set(key, emitter);
    this.#addedSinceSave.push(key);
    return emitter;
  }

  /** As `AttributeWalk.maxBytes`. */
  set maxAttributeBytes(value: number) {
    this.#walk.maxBytes = value;
  }

  /** The beginning of the hash of a resource's scopes: a large resource with many scopes is read once. */
  #resourceHash(resource: ByteRange, schemaUrl: ByteRange): Hash {
    const { bytes } = this.#cursor;
    const last = this.#lastResource;
    if (last?.bytes === bytes && isSame(last.resource, resource) && isSame(last.schemaUrl, schemaUrl)) {
      return last.hash.copy();
    }
    const hash = createHash('sha256').update(this.#identityOf(resource)).update(this.#identityOf(schemaUrl));
    this.#lastResource = { bytes, resource, schemaUrl, hash };
    return hash.copy();
  }

  /** Length and content, so that the bytes of two parts cannot be taken for those of two others. */
  #identityOf({ start, end }: ByteRange): Uint8Array {
    const identity = this.#identity;
    identity.clear();
    identity.uint32(end - start);
    identity.copy(this.#cursor.bytes, start, end);
    return identity.view();
  }

  save(): void {
    this.#keys.save();
    this.block.save();
    this.#addedSinceSave = [];
    this.#addedBytes = 0;
    // A request's buffer is used again for the next.
    this.#lastResource = undefined;
  }

  restore(): void {
    this.block.restore();
    this.#keys.restore();
    this.#walk.reset();
    for (const key of this.#addedSinceSave) {
      this.#known.delete(key);
    }
    this.#addedSinceSave = [];
  }

  forget(): void {
    this.#known.clear();
  }

  take(out: ByteWriter): Uint8Array | undefined {
    const bytes = this.block.take(out);
    this.#keys.trim();
    if (this.#known.size > MAX_KNOWN) {
      this.#known.clear();
    }
    return bytes;
  }

  #add(
    tenant: Uint8Array,
    day: number,
    digest: Buffer,
    resource: ByteRange,
    resourceSchemaUrl: ByteRange,
    scope: ByteRange,
    scopeSchemaUrl: ByteRange
  ): EmitterRef {
    const { bytes } = this.#cursor;
    const serviceAt = this.#resourceFields(resource);
    this.#scopeFields(scope);
    const row = this.block.rows;
    this.tenant.set(row, tenant, 0, tenant.length);
    this.receivedDay.byte(day);
    this.receivedDay.byte(day >>> 8);
    this.#resourceId.copy(digest, 0, 8);
    this.#service.set(row, bytes, serviceAt.start, serviceAt.end);
    this.#resourceSchemaUrl.string(bytes, resourceSchemaUrl.start, resourceSchemaUrl.end);
    this.#scopeSchemaUrl.string(bytes, scopeSchemaUrl.start, scopeSchemaUrl.end);
    this.block.rows++;
    return {
      low: digest.readUInt32LE(0),
      high: digest.readUInt32LE(4),
      // A copy: the request's buffer is used again, and `slice` of a Buffer would be a view of it.
      service: Uint8Array.from(bytes.subarray(serviceAt.start, serviceAt.end)),
    };
  }

  /** opentelemetry.proto.resource.v1.Resource: attributes 1, dropped_attributes_count 2. Answers where service.name is. */
  #resourceFields({ start, end }: ByteRange): ByteRange {
    const cursor = this.#cursor;
    const rest = new ByteWriter(16);
    let service: ByteRange = { start: 0, end: 0 };
    let dropped = 0;
    cursor.at = start;
    while (cursor.at < end) {
      const fieldStart = cursor.at;
      const tag = cursor.tag(end);
      if (tag === tagOf(1, WIRE_LENGTH)) {
        const fieldEnd = cursor.lengthEnd(end);
        service = this.#serviceName(cursor.at, fieldEnd) ?? service;
        this.#walk.attribute(fieldEnd, this.resource, undefined);
      } else if (tag === tagOf(2, WIRE_VARINT)) {
        dropped = cursor.varint32(end);
      } else {
        cursor.skip(tag, end);
        rest.copy(cursor.bytes, fieldStart, cursor.at);
      }
    }
    this.#walk.finish(this.resource);
    this.resource.endRow();
    this.#resourceDropped.uint32(dropped + this.#walk.dropped);
    this.#walk.reset();
    this.#resourceRest.string(rest.bytes, 0, rest.length);
    return service;
  }

  /** opentelemetry.proto.common.v1.InstrumentationScope: name 1, version 2, attributes 3, dropped_attributes_count 4. */
  #scopeFields({ start, end }: ByteRange): void {
    const cursor = this.#cursor;
    const rest = new ByteWriter(16);
    const text: ByteRange[] = [];
    let dropped = 0;
    cursor.at = start;
    while (cursor.at < end) {
      const fieldStart = cursor.at;
      const tag = cursor.tag(end);
      if (tag === tagOf(FIELD_NAME, WIRE_LENGTH) || tag === tagOf(FIELD_VERSION, WIRE_LENGTH)) {
        const fieldEnd = cursor.lengthEnd(end);
        text[tag >>> 3] = { start: cursor.at, end: fieldEnd };
        cursor.at = fieldEnd;
      } else if (tag === tagOf(3, WIRE_LENGTH)) {
        this.#walk.attribute(cursor.lengthEnd(end), this.scope, undefined);
      } else if (tag === tagOf(4, WIRE_VARINT)) {
        dropped = cursor.varint32(end);
      } else {
        cursor.skip(tag, end);
        rest.copy(cursor.bytes, fieldStart, cursor.at);
      }
    }
    this.#walk.finish(this.scope);
    this.scope.endRow();
    const absent = { start: 0, end: 0 };
    const name = text[FIELD_NAME] ?? absent;
    const version = text[FIELD_VERSION] ?? absent;
    this.scopeName.string(cursor.bytes, name.start, name.end);
    this.scopeVersion.string(cursor.bytes, version.start, version.end);
    this.#scopeDropped.uint32(dropped + this.#walk.dropped);
    this.#walk.reset();
    this.#scopeRest.string(rest.bytes, 0, rest.length);
  }

  /** Where the text is if the KeyValue in the range is a `service.name` of type string. Leaves the cursor at `start`. */
  #serviceName(start: number, end: number): ByteRange | undefined {
    const cursor = this.#cursor;
    let isServiceName = false;
    let text: ByteRange | undefined;
    cursor.at = start;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag === tagOf(1, WIRE_LENGTH)) {
        const fieldEnd = cursor.lengthEnd(end);
        isServiceName = equals(cursor.bytes, cursor.at, fieldEnd, SERVICE_NAME);
        cursor.at = fieldEnd;
      } else if (tag === tagOf(2, WIRE_LENGTH)) {
        const fieldEnd = cursor.lengthEnd(end);
        text = this.#walk.textIn(cursor.at, fieldEnd);
        cursor.at = fieldEnd;
      } else {
        cursor.skip(tag, end);
      }
    }
    cursor.at = start;
    return isServiceName ? text : undefined;
  }
}

const isSame = (a: ByteRange, b: ByteRange): boolean => a.start === b.start && a.end === b.end;

function equals(source: Uint8Array, start: number, end: number, expected: Uint8Array): boolean {
  return end - start === expected.length && expected.every((byte, index) => source[start + index] === byte);
}
