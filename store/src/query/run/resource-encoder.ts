import { ProtobufWriter, RESOURCE, SCOPE } from '@clew/trace-model';

import { encodeAttributes, encodeString } from './attribute-encoder.ts';
import { RowBinaryReader } from './row-binary.ts';

/** What emitted spans, as OTLP bytes. */
export interface Emitter {
  /** Content of a Resource message. */
  readonly resource: Uint8Array;
  readonly resourceSchemaUrl: Uint8Array;
  /** Content of an InstrumentationScope message. */
  readonly scope: Uint8Array;
  readonly scopeSchemaUrl: Uint8Array;
}

export const emitterKey = (low: number, high: number): string => `${high}:${low}`;

/** Rows of `resourcesByIdSql`, by `emitterKey`. */
export function readEmitters(answer: Buffer): Map<string, Emitter> {
  const emitters = new Map<string, Emitter>();
  const row = new RowBinaryReader(answer);
  const out = new ProtobufWriter();
  while (!row.done) {
    row.uint64();
    const key = emitterKey(row.low, row.high);

    out.clear();
    encodeAttributes(row, out, RESOURCE.attributes);
    dropped(row, out, RESOURCE.droppedAttributesCount);
    rest(row, out);
    const resource = out.finish();
    const resourceSchemaUrl = copy(row);

    out.clear();
    encodeAttributes(row, out, SCOPE.attributes);
    dropped(row, out, SCOPE.droppedAttributesCount);
    text(row, out, SCOPE.name);
    text(row, out, SCOPE.version);
    rest(row, out);
    emitters.set(key, { resource, resourceSchemaUrl, scope: out.finish(), scopeSchemaUrl: copy(row) });
  }
  return emitters;
}

const SERVICE_NAME = Buffer.from('service.name');
const NOTHING = new Uint8Array(0);

/** Stands in for a resource whose row is gone: the span row itself knows the service's name. */
export function unknownEmitter(service: Uint8Array): Emitter {
  const out = new ProtobufWriter();
  if (service.length > 0) {
    encodeString(out, RESOURCE.attributes, SERVICE_NAME, service, 0, service.length);
  }
  return { resource: out.finish(), resourceSchemaUrl: NOTHING, scope: NOTHING, scopeSchemaUrl: NOTHING };
}

function text(row: RowBinaryReader, out: ProtobufWriter, field: number): void {
  row.string();
  if (row.end > row.start) {
    out.bytesField(field, row.bytes, row.start, row.end);
  }
}

function dropped(row: RowBinaryReader, out: ProtobufWriter, field: number): void {
  const count = row.uint32();
  if (count > 0) {
    out.uint32(field, count);
  }
}

function rest(row: RowBinaryReader, out: ProtobufWriter): void {
  row.string();
  out.raw(row.bytes, row.start, row.end);
}

function copy(row: RowBinaryReader): Uint8Array {
  row.string();
  return Uint8Array.prototype.slice.call(row.bytes, row.start, row.end);
}
