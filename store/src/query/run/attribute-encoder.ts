import {
  ANY_VALUE,
  flattenAnyValue,
  KEY_VALUE,
  ProtobufWriter,
  varintSize,
  WIRE_LENGTH,
  WIRE_VARINT,
  type ScalarSuffix,
} from '@clew/trace-model';

import type { RowBinaryReader } from './row-binary.ts';

/** Order in which the maps of one attribute set stand in a row, after the exact values. */
const MAPS: readonly ScalarSuffix[] = ['str', 'int', 'float', 'bool'];

/** How often each key of a map is a flattened copy of an exact value, by map. */
type Copies = Partial<Record<ScalarSuffix, Map<string, number>>>;

/**
 * Reads one attribute set (schema/tables.ts) from a row and writes it as repeated KeyValue fields. The maps hold, behind
 * the attributes, flattened copies of the values in `_complex`: they are counted by the rule they were made by, and left
 * out from the end.
 */
export function encodeAttributes(row: RowBinaryReader, out: ProtobufWriter, field: number): void {
  const copies = encodeComplex(row, out, field);
  for (const suffix of MAPS) {
    const copiesHere = copies?.[suffix];
    if (copiesHere) {
      encodeMapWithCopies(row, out, field, suffix, copiesHere);
    } else {
      for (let left = row.count(); left > 0; left--) {
        row.string();
        encodeEntry(row, out, field, suffix, row.start, row.end);
      }
    }
  }
}

/** KeyValue with a string value, both as UTF-8 ranges. */
export function encodeString(
  out: ProtobufWriter,
  field: number,
  key: Uint8Array,
  source: Uint8Array,
  start: number,
  end: number
): void {
  openKeyValue(out, field, key, 0, key.length, 1 + varintSize(end - start) + (end - start));
  out.bytesField(ANY_VALUE.stringValue, source, start, end);
}

/** KeyValue with an int value. */
export function encodeInt(out: ProtobufWriter, field: number, key: Uint8Array, low: number, high: number): void {
  openKeyValue(out, field, key, 0, key.length, 1 + varint64Size(low, high));
  out.int64Halves(ANY_VALUE.intValue, low, high);
}

function encodeComplex(row: RowBinaryReader, out: ProtobufWriter, field: number): Copies | undefined {
  let copies: Copies | undefined;
  for (let left = row.count(); left > 0; left--) {
    row.string();
    const { start: keyStart, end: keyEnd } = row;
    const key = row.byteString();
    row.string();
    openKeyValue(out, field, row.bytes, keyStart, keyEnd, row.end - row.start);
    out.raw(row.bytes, row.start, row.end);
    for (const entry of flattenAnyValue(key, row.bytes, row.start, row.end)) {
      copies ??= {};
      const counts = (copies[entry.suffix] ??= new Map());
      counts.set(entry.key, (counts.get(entry.key) ?? 0) + 1);
    }
  }
  return copies;
}

function encodeMapWithCopies(
  row: RowBinaryReader,
  out: ProtobufWriter,
  field: number,
  suffix: ScalarSuffix,
  copies: ReadonlyMap<string, number>
): void {
  const size = row.count();
  const start = row.at;
  const totals = new Map<string, number>();
  for (let left = size; left > 0; left--) {
    row.string();
    const key = row.byteString();
    totals.set(key, (totals.get(key) ?? 0) + 1);
    skipValue(row, suffix);
  }
  row.at = start;
  const kept = new Map<string, number>();
  for (let left = size; left > 0; left--) {
    row.string();
    const { start: keyStart, end: keyEnd } = row;
    const key = row.byteString();
    const seen = (kept.get(key) ?? 0) + 1;
    kept.set(key, seen);
    if (seen > (totals.get(key) ?? 0) - (copies.get(key) ?? 0)) {
      skipValue(row, suffix);
    } else {
      encodeEntry(row, out, field, suffix, keyStart, keyEnd);
    }
  }
}

/** The row is at the value; the key is the given range of its bytes. */
function encodeEntry(
  row: RowBinaryReader,
  out: ProtobufWriter,
  field: number,
  suffix: ScalarSuffix,
  keyStart: number,
  keyEnd: number
): void {
  const { bytes } = row;
  switch (suffix) {
    case 'str': {
      row.string();
      const size = row.end - row.start;
      openKeyValue(out, field, bytes, keyStart, keyEnd, 1 + varintSize(size) + size);
      out.bytesField(ANY_VALUE.stringValue, bytes, row.start, row.end);
      return;
    }
    case 'int':
      row.uint64();
      openKeyValue(out, field, bytes, keyStart, keyEnd, 1 + varint64Size(row.low, row.high));
      out.tag(ANY_VALUE.intValue, WIRE_VARINT);
      out.varint64(row.low, row.high);
      return;
    case 'float':
      row.uint64();
      openKeyValue(out, field, bytes, keyStart, keyEnd, 9);
      // The bits as they are: a NaN keeps its payload.
      out.fixed64Halves(ANY_VALUE.doubleValue, row.low, row.high);
      return;
    case 'bool':
      openKeyValue(out, field, bytes, keyStart, keyEnd, 2);
      out.bool(ANY_VALUE.boolValue, row.uint8() !== 0);
      return;
  }
}

function skipValue(row: RowBinaryReader, suffix: ScalarSuffix): void {
  if (suffix === 'str') {
    row.string();
  } else {
    row.at += suffix === 'bool' ? 1 : 8;
  }
}

/** Writes a KeyValue up to where its AnyValue of `valueSize` bytes begins. */
function openKeyValue(
  out: ProtobufWriter,
  field: number,
  keySource: Uint8Array,
  keyStart: number,
  keyEnd: number,
  valueSize: number
): void {
  const keySize = keyEnd - keyStart;
  out.tag(field, WIRE_LENGTH);
  out.varint32(1 + varintSize(keySize) + keySize + 1 + varintSize(valueSize) + valueSize);
  out.bytesField(KEY_VALUE.key, keySource, keyStart, keyEnd);
  out.tag(KEY_VALUE.value, WIRE_LENGTH);
  out.varint32(valueSize);
}

function varint64Size(low: number, high: number): number {
  if (high === 0) {
    return varintSize(low);
  }
  let size = 5;
  for (let rest = Math.floor(high / 8); rest > 0; rest = Math.floor(rest / 128)) {
    size += 1;
  }
  return size;
}
