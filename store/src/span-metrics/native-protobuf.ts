import { WIRE_LENGTH, type ProtobufWriter } from '@clew/trace-model';

import type { NativeBuckets } from './native-buckets.ts';

/** As many empty buckets are written out as cost no more than another span (client_golang does the same). */
const MAX_GAP = 2;
/** BucketSpan, alike in the exposition (client_model's metrics.proto) and in remote write (prompb's types.proto). */
const SPAN = { offset: 1, length: 2 } as const;

/** A sint32: small negative numbers take few bytes. */
export function writeSint(out: ProtobufWriter, field: number, value: number): void {
  out.uint32(field, (value << 1) ^ (value >> 31));
}

/** Spans of neighbouring buckets, and the counts of all of them as doubles. The two field numbers are the message's own. */
export function writeBuckets(
  out: ProtobufWriter,
  spanField: number,
  countField: number,
  { offset, counts }: NativeBuckets
): void {
  const spans = spansOf(counts);
  let before = -offset;
  for (const { start, end } of spans) {
    out.open(spanField);
    writeSint(out, SPAN.offset, start - before);
    out.uint32(SPAN.length, end - start);
    out.close();
    before = end;
  }
  const size = spans.reduce((sum, { start, end }) => sum + end - start, 0);
  if (size === 0) {
    return;
  }
  out.tag(countField, WIRE_LENGTH);
  out.varint32(size * 8);
  out.reserve(size * 8);
  const view = new DataView(out.bytes.buffer, out.bytes.byteOffset);
  for (const { start, end } of spans) {
    for (let at = start; at < end; at++) {
      view.setFloat64(out.length, counts[at], true);
      out.length += 8;
    }
  }
}

/** Ranges of `counts` with what is not empty, and with gaps that are not worth a span. */
function spansOf(counts: Float64Array): Array<{ start: number; end: number }> {
  const spans: Array<{ start: number; end: number }> = [];
  for (let at = 0; at < counts.length; at++) {
    if (counts[at] === 0) {
      continue;
    }
    const last = spans.at(-1);
    if (last && at - last.end <= MAX_GAP) {
      last.end = at + 1;
    } else {
      spans.push({ start: at, end: at + 1 });
    }
  }
  return spans;
}
