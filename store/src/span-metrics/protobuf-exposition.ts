import { ProtobufWriter } from '@clew/trace-model';

import type { Exemplar } from './exemplars.ts';
import type { Family, HistogramFamily, SeriesSet } from './families.ts';
import { ZERO_THRESHOLD } from './native-buckets.ts';
import { writeBuckets, writeSint } from './native-protobuf.ts';
import type { Series } from './series-table.ts';

/** Series between two turns of the event loop. */
const SERIES_AT_ONCE = 250;

/** io.prometheus.client.MetricFamily and what is in it: client_model's metrics.proto. */
const FAMILY = { name: 1, help: 2, type: 3, metric: 4 } as const;
const TYPE = { counter: 0, histogram: 4 } as const;
const METRIC = { label: 1, counter: 3, histogram: 7 } as const;
const LABEL = { name: 1, value: 2 } as const;
const COUNTER = { value: 1, exemplar: 2, created: 3 } as const;
const HISTOGRAM = {
  sum: 2,
  bucket: 3,
  countFloat: 4,
  schema: 5,
  zeroThreshold: 6,
  zeroCountFloat: 8,
  positiveSpan: 12,
  positiveCount: 14,
  created: 15,
} as const;
const BUCKET = { upperBound: 2, exemplar: 3, cumulativeCountFloat: 4 } as const;
const EXEMPLAR = { label: 1, value: 2, timestamp: 3 } as const;
const TIMESTAMP = { seconds: 1, nanos: 2 } as const;

/**
 * Prometheus' protobuf exposition: each family with its length before it. Histograms have classic buckets and native ones
 * side by side, all as floats, because weights may have fractions; all series say when they began at 0.
 */
export async function* protobufPieces(sets: readonly SeriesSet[]): AsyncGenerator<Uint8Array> {
  for (const { table, families } of sets) {
    for (const family of families) {
      const out = new ProtobufWriter(64 * 1024);
      out.string(FAMILY.name, family.kind === 'counter' ? `${family.name}_total` : family.name);
      out.string(FAMILY.help, family.help);
      out.uint32(FAMILY.type, TYPE[family.kind]);
      let count = 0;
      for (const [slot, series] of table.series.entries()) {
        if (series === undefined) {
          continue;
        }
        writeMetric(out, family, slot, table.names, series);
        if (++count % SERIES_AT_ONCE === 0) {
          await new Promise(setImmediate);
        }
      }
      // Prometheus' parser wants a metric in each family.
      if (count > 0) {
        const length = new ProtobufWriter(16);
        length.varint32(out.length);
        yield length.finish();
        yield out.finish();
      }
    }
  }
}

function writeMetric(
  out: ProtobufWriter,
  family: Family,
  slot: number,
  names: readonly string[],
  { values, createdMs }: Series
): void {
  out.open(FAMILY.metric, 2);
  for (const [index, name] of names.entries()) {
    if (values[index] !== '') {
      writeLabel(out, METRIC.label, name, values[index]);
    }
  }
  if (family.kind === 'counter') {
    out.open(METRIC.counter);
    out.double(COUNTER.value, family.valueAt(slot));
    writeExemplar(out, COUNTER.exemplar, family.exemplarAt(slot));
    writeTime(out, COUNTER.created, createdMs);
    out.close();
  } else {
    out.open(METRIC.histogram, 2);
    writeHistogram(out, family, slot);
    writeTime(out, HISTOGRAM.created, createdMs);
    out.close();
  }
  out.close();
}

function writeHistogram(out: ProtobufWriter, { histograms }: HistogramFamily, slot: number): void {
  const { bounds, width, exemplars } = histograms;
  const native = histograms.native.at(slot);
  out.double(HISTOGRAM.countFloat, native.total);
  out.double(HISTOGRAM.sum, histograms.sumAt(slot));
  let total = 0;
  for (let bucket = 0; bucket < width; bucket++) {
    const cell = slot * width + bucket;
    total += histograms.countAt(cell);
    out.open(HISTOGRAM.bucket);
    out.double(BUCKET.upperBound, bounds[bucket] ?? Infinity);
    out.double(BUCKET.cumulativeCountFloat, total);
    writeExemplar(out, BUCKET.exemplar, exemplars.at(cell));
    out.close();
  }
  writeSint(out, HISTOGRAM.schema, native.schema);
  out.double(HISTOGRAM.zeroThreshold, ZERO_THRESHOLD);
  out.double(HISTOGRAM.zeroCountFloat, native.zeroCount);
  writeBuckets(out, HISTOGRAM.positiveSpan, HISTOGRAM.positiveCount, native);
}

function writeExemplar(out: ProtobufWriter, field: number, exemplar: Exemplar | undefined): void {
  if (exemplar === undefined) {
    return;
  }
  out.open(field);
  writeLabel(out, EXEMPLAR.label, 'trace_id', exemplar.traceId);
  writeLabel(out, EXEMPLAR.label, 'span_id', exemplar.spanId);
  out.double(EXEMPLAR.value, exemplar.seconds);
  writeTime(out, EXEMPLAR.timestamp, exemplar.atMs);
  out.close();
}

function writeLabel(out: ProtobufWriter, field: number, name: string, value: string): void {
  out.open(field);
  out.string(LABEL.name, name);
  out.string(LABEL.value, value);
  out.close();
}

/** google.protobuf.Timestamp. */
function writeTime(out: ProtobufWriter, field: number, epochMs: number): void {
  out.open(field);
  const seconds = Math.floor(epochMs / 1000);
  out.int64(TIMESTAMP.seconds, BigInt(seconds));
  out.uint32(TIMESTAMP.nanos, (epochMs - seconds * 1000) * 1_000_000);
  out.close();
}
