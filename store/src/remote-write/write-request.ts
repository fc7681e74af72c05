import { ProtobufWriter } from '@clew/trace-model';

import type { Exemplar } from '../span-metrics/exemplars.ts';
import { leText } from '../span-metrics/exposition.ts';
import type { Family, HistogramFamily, SeriesSet } from '../span-metrics/families.ts';
import type { Histograms } from '../span-metrics/histograms.ts';
import { ZERO_THRESHOLD, type NativeBuckets } from '../span-metrics/native-buckets.ts';
import { writeBuckets, writeSint } from '../span-metrics/native-protobuf.ts';
import type { Series } from '../span-metrics/series-table.ts';

/** prometheus.WriteRequest and what is in it: prompb's remote.proto and types.proto. */
const REQUEST = { timeSeries: 1, metadata: 3 } as const;
const METADATA = { type: 1, name: 2, help: 4 } as const;
const METADATA_TYPE = { counter: 1, histogram: 3 } as const;
const TIME_SERIES = { label: 1, sample: 2, exemplar: 3, histogram: 4 } as const;
const LABEL = { name: 1, value: 2 } as const;
const SAMPLE = { value: 1, timestamp: 2 } as const;
const EXEMPLAR = { label: 1, value: 2, timestamp: 3 } as const;
const HISTOGRAM = {
  countFloat: 2,
  sum: 3,
  schema: 4,
  zeroThreshold: 5,
  zeroCountFloat: 7,
  positiveSpan: 11,
  positiveCount: 13,
  timestamp: 15,
} as const;
/** The NaN that ends a series: Prometheus' model/value.StaleNaN. Its halves, because a number may lose a NaN's bits. */
const STALE = { low: 2, high: 0x7ff00000 } as const;

const EMPTY: NativeBuckets = { schema: 0, offset: 0, counts: new Float64Array(0), zeroCount: 0, total: 0 };

/** Which samples each series of a label set gets, oldest first. Epoch milliseconds; undefined for none. */
export interface Stamps {
  /** A 0, for a series that begins: otherwise rate() would miss what it was counted up to by its first sample. */
  readonly zeroMs: number | undefined;
  /** What is counted now. */
  readonly valueMs: number | undefined;
  /** The end of the series. */
  readonly staleMs: number | undefined;
  /** Exemplars after this. */
  readonly exemplarsAfterMs: number;
}

/** A remote write 1.0 request in the making, with all series of a label set at a time. */
export class WriteRequest {
  readonly #out = new ProtobufWriter(256 * 1024);
  /** Encoded labels that sort before `le`, and those after it. */
  readonly #before = new ProtobufWriter(256);
  readonly #after = new ProtobufWriter(256);
  #samples = 0;

  /** Samples so far, histograms counted as one each. */
  get samples(): number {
    return this.#samples;
  }

  get bytes(): Uint8Array {
    return this.#out.bytes.subarray(0, this.#out.length);
  }

  clear(): void {
    this.#out.clear();
    this.#samples = 0;
  }

  addMetadata({ kind, name, help }: Family): void {
    this.#out.open(REQUEST.metadata);
    this.#out.uint32(METADATA.type, METADATA_TYPE[kind]);
    this.#out.string(METADATA.name, kind === 'counter' ? `${name}_total` : name);
    this.#out.string(METADATA.help, help);
    this.#out.close();
  }

  /** `slot`: undefined for a label set that has none any more, which can only be ended. */
  add({ table, families }: SeriesSet, series: Series, slot: number | undefined, stamps: Stamps): void {
    this.#setLabels(table.names, series.values);
    for (const family of families) {
      if (family.kind === 'counter') {
        const value = slot === undefined ? 0 : family.valueAt(slot);
        this.#addFloats(`${family.name}_total`, undefined, value, stamps, () =>
          slot === undefined ? undefined : family.exemplarAt(slot)
        );
      } else {
        this.#addHistogram(family, slot, stamps);
      }
    }
  }

  /** Remote write wants labels in the order of their names. */
  #setLabels(names: readonly string[], values: readonly string[]): void {
    this.#before.clear();
    this.#after.clear();
    const order = names.map((_, index) => index).sort((one, other) => (names[one] < names[other] ? -1 : 1));
    for (const index of order) {
      if (values[index] !== '') {
        writeLabel(names[index] < 'le' ? this.#before : this.#after, TIME_SERIES.label, names[index], values[index]);
      }
    }
  }

  #addHistogram({ name, histograms }: HistogramFamily, slot: number | undefined, stamps: Stamps): void {
    const { bounds, width, exemplars } = histograms;
    let total = 0;
    for (let bucket = 0; bucket < width; bucket++) {
      const cell = slot === undefined ? -1 : slot * width + bucket;
      total += histograms.countAt(cell);
      this.#addFloats(`${name}_bucket`, leText(bounds, bucket), total, stamps, () => exemplars.at(cell));
    }
    const sum = slot === undefined ? 0 : histograms.sumAt(slot);
    this.#addFloats(`${name}_sum`, undefined, sum, stamps, () => undefined);
    this.#addFloats(`${name}_count`, undefined, total, stamps, () => undefined);
    this.#addNative(name, histograms, slot, sum, stamps);
  }

  #addFloats(
    name: string,
    le: string | undefined,
    value: number,
    { zeroMs, valueMs, staleMs, exemplarsAfterMs }: Stamps,
    exemplarOf: () => Exemplar | undefined
  ): void {
    const out = this.#out;
    this.#openSeries(name, le);
    const add = (sample: number | undefined, atMs: number | undefined) => {
      if (atMs !== undefined) {
        this.#samples++;
        out.open(TIME_SERIES.sample);
        writeDouble(out, SAMPLE.value, sample);
        writeMs(out, SAMPLE.timestamp, atMs);
        out.close();
      }
    };
    add(0, zeroMs);
    add(value, valueMs);
    add(undefined, staleMs);
    const exemplar = valueMs === undefined ? undefined : exemplarOf();
    if (exemplar && exemplar.atMs > exemplarsAfterMs) {
      this.#addExemplar(exemplar);
    }
    out.close();
  }

  #addNative(
    name: string,
    histograms: Histograms,
    slot: number | undefined,
    sum: number,
    { zeroMs, valueMs, staleMs, exemplarsAfterMs }: Stamps
  ): void {
    const native = slot === undefined ? EMPTY : histograms.native.at(slot);
    this.#openSeries(name, undefined);
    this.#addNativeSample({ ...EMPTY, schema: native.schema }, 0, zeroMs);
    this.#addNativeSample(native, sum, valueMs);
    this.#addNativeSample(EMPTY, undefined, staleMs);
    if (slot !== undefined && valueMs !== undefined) {
      histograms
        .exemplarsOf(slot)
        .filter(({ atMs }) => atMs > exemplarsAfterMs)
        .sort((one, other) => one.atMs - other.atMs || one.seconds - other.seconds)
        .forEach((exemplar) => this.#addExemplar(exemplar));
    }
    this.#out.close();
  }

  /** `sum`: undefined for the end of the series. */
  #addNativeSample(native: NativeBuckets, sum: number | undefined, atMs: number | undefined): void {
    if (atMs === undefined) {
      return;
    }
    const out = this.#out;
    this.#samples++;
    out.open(TIME_SERIES.histogram, 2);
    out.double(HISTOGRAM.countFloat, native.total);
    writeDouble(out, HISTOGRAM.sum, sum);
    writeSint(out, HISTOGRAM.schema, native.schema);
    out.double(HISTOGRAM.zeroThreshold, ZERO_THRESHOLD);
    out.double(HISTOGRAM.zeroCountFloat, native.zeroCount);
    writeBuckets(out, HISTOGRAM.positiveSpan, HISTOGRAM.positiveCount, native);
    writeMs(out, HISTOGRAM.timestamp, atMs);
    out.close();
  }

  #addExemplar({ traceId, spanId, seconds, atMs }: Exemplar): void {
    const out = this.#out;
    out.open(TIME_SERIES.exemplar);
    writeLabel(out, EXEMPLAR.label, 'span_id', spanId);
    writeLabel(out, EXEMPLAR.label, 'trace_id', traceId);
    out.double(EXEMPLAR.value, seconds);
    writeMs(out, EXEMPLAR.timestamp, atMs);
    out.close();
  }

  /** Left open for samples. */
  #openSeries(name: string, le: string | undefined): void {
    const out = this.#out;
    out.open(REQUEST.timeSeries, 2);
    writeLabel(out, TIME_SERIES.label, '__name__', name);
    out.raw(this.#before.bytes, 0, this.#before.length);
    if (le !== undefined) {
      writeLabel(out, TIME_SERIES.label, 'le', le);
    }
    out.raw(this.#after.bytes, 0, this.#after.length);
  }
}

function writeLabel(out: ProtobufWriter, field: number, name: string, value: string): void {
  out.open(field);
  out.string(LABEL.name, name);
  out.string(LABEL.value, value);
  out.close();
}

/** `value`: undefined for the end of a series. */
function writeDouble(out: ProtobufWriter, field: number, value: number | undefined): void {
  if (value === undefined) {
    out.fixed64Halves(field, STALE.low, STALE.high);
  } else {
    out.double(field, value);
  }
}

function writeMs(out: ProtobufWriter, field: number, epochMs: number): void {
  out.int64Halves(field, epochMs >>> 0, Math.floor(epochMs / 2 ** 32));
}
