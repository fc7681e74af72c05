import protobuf from 'protobufjs';

import { protobufPieces } from './protobuf-exposition.ts';
import { Counted } from './testing/counted.ts';

/** What is used here of client_model's metrics.proto, for a reference decoder. */
const root = protobuf.Root.fromJSON({
  nested: {
    MetricFamily: {
      fields: {
        name: { id: 1, type: 'string' },
        help: { id: 2, type: 'string' },
        type: { id: 3, type: 'int32' },
        metric: { id: 4, type: 'Metric', rule: 'repeated' },
      },
    },
    Metric: {
      fields: {
        label: { id: 1, type: 'Label', rule: 'repeated' },
        counter: { id: 3, type: 'Counter' },
        histogram: { id: 7, type: 'Histogram' },
      },
    },
    Label: { fields: { name: { id: 1, type: 'string' }, value: { id: 2, type: 'string' } } },
    Counter: {
      fields: {
        value: { id: 1, type: 'double' },
        exemplar: { id: 2, type: 'Exemplar' },
        created: { id: 3, type: 'Timestamp' },
      },
    },
    Histogram: {
      fields: {
        sum: { id: 2, type: 'double' },
        bucket: { id: 3, type: 'Bucket', rule: 'repeated' },
        count: { id: 4, type: 'double' },
        schema: { id: 5, type: 'sint32' },
        zeroThreshold: { id: 6, type: 'double' },
        zeroCount: { id: 8, type: 'double' },
        positiveSpan: { id: 12, type: 'Span', rule: 'repeated' },
        positiveCount: { id: 14, type: 'double', rule: 'repeated' },
        created: { id: 15, type: 'Timestamp' },
      },
    },
    Bucket: {
      fields: {
        upperBound: { id: 2, type: 'double' },
        exemplar: { id: 3, type: 'Exemplar' },
        count: { id: 4, type: 'double' },
      },
    },
    Span: { fields: { offset: { id: 1, type: 'sint32' }, length: { id: 2, type: 'uint32' } } },
    Exemplar: {
      fields: {
        label: { id: 1, type: 'Label', rule: 'repeated' },
        value: { id: 2, type: 'double' },
        timestamp: { id: 3, type: 'Timestamp' },
      },
    },
    Timestamp: { fields: { seconds: { id: 1, type: 'int64' }, nanos: { id: 2, type: 'int32' } } },
  },
});
const family = root.lookupType('MetricFamily');

async function read(counted: Counted): Promise<Array<Record<string, unknown>>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of protobufPieces(counted.metrics.current(counted.nowMs))) {
    pieces.push(piece);
  }
  const reader = protobuf.Reader.create(Buffer.concat(pieces));
  const families: Array<Record<string, unknown>> = [];
  while (reader.pos < reader.len) {
    families.push(family.toObject(family.decodeDelimited(reader), { longs: Number }));
  }
  return families;
}

const AT = { seconds: Date.UTC(2026, 0, 1) / 1000, nanos: 250_000_000 };
const TRACE_ID = 'c'.repeat(32);
const label = (name: string, value: string) => ({ name, value });

describe('the protobuf exposition of span metrics', () => {
  it('has classic and native buckets, exemplars and when each series began', async () => {
    const counted = new Counted();
    counted.nowMs += 250;
    const span = { name: 'GET "/"', traceId: TRACE_ID };
    counted.send([
      { ...span, milliseconds: 0, spanId: '00000000000000a0' },
      { ...span, milliseconds: 125, spanId: '00000000000000a1' },
      { ...span, milliseconds: 125, spanId: '00000000000000a2', traceState: 'ot=th:5' },
      { ...span, milliseconds: 1000, spanId: '00000000000000a3' },
    ]);
    counted.nowMs += 1500;
    const [calls, latency] = await read(counted);
    const labels = [
      label('service', 'shop'),
      label('span_name', 'GET "/"'),
      label('span_kind', 'SPAN_KIND_INTERNAL'),
      label('status_code', 'STATUS_CODE_UNSET'),
    ];
    const exemplar = (spanId: string, value: number) => ({
      label: [label('trace_id', TRACE_ID), label('span_id', spanId)],
      // The decoder leaves out what is 0.
      ...(value === 0 ? {} : { value }),
      timestamp: AT,
    });
    const weight = 16 / 11;
    expect(calls).toEqual({
      name: 'traces_spanmetrics_calls_total',
      help: 'Spans by service, name, kind and status.',
      metric: [
        { label: labels, counter: { value: 3 + weight, exemplar: exemplar('00000000000000a0', 0), created: AT } },
      ],
    });
    expect(latency).toMatchObject({ name: 'traces_spanmetrics_latency', type: 4 });
    const [{ histogram }] = latency.metric as Array<{ histogram: Record<string, unknown> }>;
    expect(histogram).toEqual({
      count: 3 + weight,
      sum: 1.125 + 0.125 * weight,
      bucket: expect.any(Array) as unknown,
      schema: 3,
      zeroThreshold: 2 ** -128,
      zeroCount: 1,
      // 2^-3, and 2^0 that is 23 empty buckets later.
      positiveSpan: [
        { offset: -24, length: 1 },
        { offset: 23, length: 1 },
      ],
      positiveCount: [1 + weight, 1],
      created: AT,
    });
    const buckets = histogram.bucket as object[];
    expect(buckets).toHaveLength(15);
    expect(buckets[0]).toEqual({ upperBound: 0.002, count: 1, exemplar: exemplar('00000000000000a0', 0) });
    expect(buckets[6]).toEqual({ upperBound: 0.128, count: 2 + weight, exemplar: exemplar('00000000000000a2', 0.125) });
    expect(buckets[14]).toEqual({ upperBound: Infinity, count: 3 + weight });
  });

  it('writes a few empty buckets rather than another span', async () => {
    const counted = new Counted();
    counted.send([0, 1, 4, 8].map((step) => ({ milliseconds: 125 * 2 ** (step / 8) - 0.00001 })));
    const [, latency] = await read(counted);
    const [{ histogram }] = latency.metric as Array<{ histogram: Record<string, unknown> }>;
    expect(histogram).toMatchObject({
      positiveSpan: [
        { offset: -24, length: 5 },
        { offset: 3, length: 1 },
      ],
      positiveCount: [1, 1, 0, 0, 1, 1],
    });
  });

  it('has all families with thousands of series, and no family without one', async () => {
    const counted = new Counted();
    expect(await read(counted)).toEqual([]);
    counted.send(Array.from({ length: 3000 }, (_, index) => ({ name: `op ${index}`, service: 'é' })));
    const families = await read(counted);
    expect(families.map(({ name, metric }) => [name, (metric as object[]).length])).toEqual([
      ['traces_spanmetrics_calls_total', 3000],
      ['traces_spanmetrics_latency', 3000],
    ]);
  });
});
