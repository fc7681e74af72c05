import type { FrameColumns } from './columns.ts';

/*
 * docs/adr/0005-wire-frame.md is the format's description; this file is its only implementation. A frame is a sequence of
 * chunks; a chunk is a header of HEADER_BYTES and sections that each begin at a multiple of eight.
 */

/** "CLWF" as it stands in the bytes. */
export const MAGIC = 0x46_57_4c_43;
export const FRAME_VERSION = 1;
export const HEADER_BYTES = 80;
export const FLAG_LAST = 1;
export const UNKNOWN_TOTAL = 0xffff_ffff;

/** What a decoder takes at most. A chunk of the store has 65 536 spans and some four megabytes. */
export const MAX_CHUNK_ROWS = 1 << 20;
export const MAX_CHUNK_BYTES = 1 << 30;

/** Byte offsets of the header's fields. */
export const AT = {
  magic: 0,
  version: 4,
  flags: 5,
  byteLength: 8,
  rows: 12,
  traceId: 16,
  baseNs: 32,
  totalSpans: 40,
  firstRow: 44,
  messageRows: 48,
  newResources: 52,
  newNames: 56,
  nameBytes: 60,
  newServices: 64,
  serviceBytes: 68,
  newMessages: 72,
  messageBytes: 76,
} as const;

/** Everything that the size of a chunk depends on. */
export interface ChunkCounts {
  readonly rows: number;
  readonly messageRows: number;
  readonly newResources: number;
  readonly newNames: number;
  readonly nameBytes: number;
  readonly newServices: number;
  readonly serviceBytes: number;
  readonly newMessages: number;
  readonly messageBytes: number;
}

/** New entries of a dictionary: where each text ends, and the texts in one piece. */
export interface TextSection {
  readonly ends: Uint32Array;
  readonly bytes: Uint8Array;
}

/** A chunk's memory as typed arrays. */
export interface ChunkViews {
  readonly columns: FrameColumns;
  readonly resourceIds: BigUint64Array;
  readonly names: TextSection;
  readonly services: TextSection;
  readonly messages: TextSection;
}

const padded = (size: number): number => Math.ceil(size / 8) * 8;

/** Bytes of a chunk. The counts are below 2^32 each, so the sum is exact. */
export function chunkSize(counts: ChunkCounts): number {
  const { rows } = counts;
  const text = (entries: number, bytes: number) => padded(entries * 4) + padded(bytes);
  return (
    HEADER_BYTES +
    rows * 32 +
    padded(rows * 4) * 3 +
    padded(rows * 2) * 2 +
    padded(rows) * 3 +
    padded(counts.messageRows * 4) * 2 +
    counts.newResources * 8 +
    text(counts.newNames, counts.nameBytes) +
    text(counts.newServices, counts.serviceBytes) +
    text(counts.newMessages, counts.messageBytes)
  );
}

/** Lays arrays over the chunk that begins at `start`, a multiple of eight; `chunkSize(counts)` bytes must be there. */
export function chunkViews(buffer: ArrayBufferLike, start: number, counts: ChunkCounts): ChunkViews {
  const { rows, messageRows } = counts;
  let next = start + HEADER_BYTES;
  const take = (size: number): number => {
    const at = next;
    next += padded(size);
    return at;
  };
  const bytes = (length: number) => new Uint8Array(buffer, take(length), length);
  const uint16s = (length: number) => new Uint16Array(buffer, take(length * 2), length);
  const uint32s = (length: number) => new Uint32Array(buffer, take(length * 4), length);
  const uint64s = (length: number) => new BigUint64Array(buffer, take(length * 8), length);
  const text = (entries: number, size: number): TextSection => ({ ends: uint32s(entries), bytes: bytes(size) });
  // Members are made in the order of the bytes.
  return {
    columns: {
      spanIds: bytes(rows * 8),
      parentSpanIds: bytes(rows * 8),
      startOffsets: uint64s(rows),
      durations: new BigInt64Array(buffer, take(rows * 8), rows),
      resources: uint32s(rows),
      names: uint32s(rows),
      services: uint32s(rows),
      eventCounts: uint16s(rows),
      linkCounts: uint16s(rows),
      kinds: bytes(rows),
      statuses: bytes(rows),
      flags: bytes(rows),
      messageRows: uint32s(messageRows),
      messages: uint32s(messageRows),
    },
    resourceIds: uint64s(counts.newResources),
    names: text(counts.newNames, counts.nameBytes),
    services: text(counts.newServices, counts.serviceBytes),
    messages: text(counts.newMessages, counts.messageBytes),
  };
}
