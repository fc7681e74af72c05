import { protobufToJson, TRACES_DATA_MESSAGE } from '@clew/trace-model';

import { createTopology, RequestBatcher, TraceGenerator, type GeneratedTrace } from './index.ts';

const traces = (seed: number, count: number): GeneratedTrace[] => {
  const generator = new TraceGenerator(createTopology(7), seed);
  return Array.from({ length: count }, () => generator.next());
};

describe('TraceGenerator', () => {
  it('gives the same traces for the same seed and others for another', () => {
    expect(traces(1, 5)).toEqual(traces(1, 5));
    expect(traces(1, 1)).not.toEqual(traces(2, 1));
  });

  it('makes trees: one root, parents known, children within their trace, no span that ends before it starts', () => {
    for (const { spans } of traces(3, 200)) {
      const ids = new Set(spans.map(({ spanId }) => Buffer.from(spanId).toString('hex')));
      expect(ids.size).toBe(spans.length);
      expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined)).toHaveLength(1);
      for (const span of spans) {
        expect(span.endNs).toBeGreaterThanOrEqual(span.startNs);
        if (span.parentSpanId) {
          expect(ids).toContain(Buffer.from(span.parentSpanId).toString('hex'));
        }
      }
    }
  });

  it('looks like traffic: about ten spans a trace, eleven attributes a span, some errors, a long tail', () => {
    const many = traces(4, 2000);
    const spans = many.flatMap((trace) => trace.spans);
    const perTrace = spans.length / many.length;
    const attributes = spans.reduce((sum, span) => sum + span.attributes.length, 0) / spans.length;
    const errors = spans.filter(({ error }) => error !== undefined).length / spans.length;
    expect(perTrace).toBeGreaterThan(5);
    expect(perTrace).toBeLessThan(40);
    expect(attributes).toBeGreaterThan(8);
    expect(errors).toBeGreaterThan(0.001);
    expect(errors).toBeLessThan(0.1);
  });

  it('is encoded whole: every span is in one request', () => {
    const topology = createTopology(7);
    const batcher = new RequestBatcher(topology, 64);
    const given = traces(5, 100);
    const requests = given.flatMap((trace) => batcher.add(trace, 1_700_000_000_000_000_000n));
    requests.push(...batcher.flush());
    const names = requests.flatMap((request) => {
      const { resourceSpans } = JSON.parse(new TextDecoder().decode(protobufToJson(request, TRACES_DATA_MESSAGE)));
      return resourceSpans[0].scopeSpans[0].spans.map((span: { spanId: string }) => span.spanId);
    });
    const expected = given.flatMap(({ spans }) => spans.map(({ spanId }) => Buffer.from(spanId).toString('base64')));
    expect(names.sort()).toEqual(expected.sort());
  });
});
