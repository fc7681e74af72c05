import { crc32 } from 'node:zlib';

/**
 * One received request in a segment file:
 *
 *     u32 magic  u32 crc of all that follows up to the body  u32 crc of the body  u32 body bytes
 *     f64 received (epoch ms)  u32 largest span  u32 largest attribute  u16 tenant bytes  u16 zero  tenant  body
 *
 * all little endian; the crc is CRC-32. A record whose crc does not match ends the segment: whatever follows was never
 * acknowledged, or the disk is broken.
 */
export interface JournalRecord {
  readonly receivedMs: number;
  readonly tenant: string;
  /** What held when the request was acknowledged: a replay under other limits must not refuse an acknowledged span. */
  readonly limits: SpanLimits;
  /** OTLP ExportTraceServiceRequest bytes, uncompressed. */
  readonly body: Uint8Array;
  readonly bodyCrc: number;
}

/** Sizes in bytes of what one span may bring; 0: no limit. */
export interface SpanLimits {
  readonly spanBytes: number;
  readonly attributeBytes: number;
}

export const NO_LIMITS: SpanLimits = { spanBytes: 0, attributeBytes: 0 };

export const HEADER_BYTES = 36;
const MAGIC = 0x32574c43; // "CLW2"
const CRC_AT = 4;
const COVERED_FROM = 8;

/** The checksum of a body; taken once, it serves the journal and the search for requests sent again. */
export const crcOfBody = (body: Uint8Array): number => crc32(body);

/** Header and tenant; the body follows as it is, without a copy. */
export function encodeRecordHead({ receivedMs, tenant, limits, body, bodyCrc }: JournalRecord): Buffer {
  const tenantBytes = Buffer.from(tenant, 'utf8');
  const head = Buffer.alloc(HEADER_BYTES + tenantBytes.length);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt32LE(bodyCrc, 8);
  head.writeUInt32LE(body.length, 12);
  head.writeDoubleLE(receivedMs, 16);
  head.writeUInt32LE(limits.spanBytes, 24);
  head.writeUInt32LE(limits.attributeBytes, 28);
  head.writeUInt16LE(tenantBytes.length, 32);
  tenantBytes.copy(head, HEADER_BYTES);
  head.writeUInt32LE(crc32(head.subarray(COVERED_FROM)), CRC_AT);
  return head;
}

export interface Decoded {
  readonly records: JournalRecord[];
  /** Bytes of the segment that hold whole records; the rest is a torn or damaged tail. */
  readonly goodBytes: number;
  /** The rest is the beginning of a record that the segment ends within, as a crash leaves it, and not something else. */
  readonly isTorn: boolean;
}

/** All records before the first damage. Bodies are views of `segment`. */
export function decodeRecords(segment: Buffer): Decoded {
  const records: JournalRecord[] = [];
  let at = 0;
  while (segment.length - at >= HEADER_BYTES) {
    const bodyCrc = segment.readUInt32LE(at + 8);
    const bodyAt = at + HEADER_BYTES + segment.readUInt16LE(at + 32);
    const end = bodyAt + segment.readUInt32LE(at + 12);
    if (
      segment.readUInt32LE(at) !== MAGIC ||
      end > segment.length ||
      crc32(segment.subarray(at + COVERED_FROM, bodyAt)) !== segment.readUInt32LE(at + CRC_AT) ||
      crcOfBody(segment.subarray(bodyAt, end)) !== bodyCrc
    ) {
      break;
    }
    records.push({
      receivedMs: segment.readDoubleLE(at + 16),
      tenant: segment.toString('utf8', at + HEADER_BYTES, bodyAt),
      limits: { spanBytes: segment.readUInt32LE(at + 24), attributeBytes: segment.readUInt32LE(at + 28) },
      body: segment.subarray(bodyAt, end),
      bodyCrc,
    });
    at = end;
  }
  return { records, goodBytes: at, isTorn: isTorn(segment, at) };
}

/** Whether a record begins at `at` and goes on beyond the segment's end. */
function isTorn(segment: Buffer, at: number): boolean {
  const left = segment.length - at;
  if (left < HEADER_BYTES) {
    const magic = Buffer.alloc(4);
    magic.writeUInt32LE(MAGIC);
    return segment.subarray(at, at + 4).equals(magic.subarray(0, Math.min(left, 4)));
  }
  const headEnd = HEADER_BYTES + segment.readUInt16LE(at + 32);
  return (
    segment.readUInt32LE(at) === MAGIC &&
    (headEnd > left ||
      (headEnd + segment.readUInt32LE(at + 12) > left &&
        crc32(segment.subarray(at + COVERED_FROM, at + headEnd)) === segment.readUInt32LE(at + CRC_AT)))
  );
}
