import { ProtobufWriter } from '@clew/trace-model';

import { Columnizer } from './columnizer.ts';
import { encodeOtlpJson } from './otlp-json.ts';
import { MalformedOtlp } from './otlp-wire.ts';

const NOW = 1_795_000_000_000;
const TRACE_ID = '5b8efff798038103d269b633813fc60c';
const SPAN_ID = 'eee19b7ec3c1b174';

const request = (...spans: object[]) =>
  encodeOtlpJson(
    JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
          scopeSpans: [{ scope: { name: 'lib' }, spans }],
        },
      ],
    })
  ).body;
const good = {
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  name: 'GET /',
  attributes: [
    { key: 'http.route', value: { stringValue: '/' } },
    { key: 'list', value: { arrayValue: { values: [{ intValue: 1 }, { stringValue: 'x' }] } } },
    { key: 'map', value: { kvlistValue: { values: [{ key: 'a', value: { boolValue: true } }] } } },
  ],
  events: [{ name: 'e', timeUnixNano: 5, attributes: [{ key: 'k', value: { stringValue: 'v' } }] }],
  links: [{ traceId: TRACE_ID, spanId: SPAN_ID }],
};
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('latin1');

describe('Columnizer', () => {
  it.each([
    ['no trace id', { ...good, traceId: undefined }, 'bad_trace_id'],
    ['a short trace id', { ...good, traceId: '5b8e' }, 'bad_trace_id'],
    ['a trace id of zeros', { ...good, traceId: '0'.repeat(32) }, 'bad_trace_id'],
    ['a trace id that is no hex', { ...good, traceId: 'zz' }, 'bad_trace_id'],
    ['no span id', { ...good, spanId: '' }, 'bad_span_id'],
    ['a span id of zeros', { ...good, spanId: '0'.repeat(16) }, 'bad_span_id'],
    ['a long parent id', { ...good, parentSpanId: TRACE_ID }, 'bad_parent_span_id'],
  ])('refuses a span with %s alone', (_what, bad, reason) => {
    const columnizer = new Columnizer();
    expect(columnizer.append(request(good, bad, good), NOW, '')).toMatchObject({
      accepted: 2,
      refused: { [reason]: 1 },
    });
    expect(columnizer.rows).toBe(2);
  });

  it('refuses a span over the limit and says so of its trace, and takes the rest', () => {
    const columnizer = new Columnizer();
    const large = { ...good, name: 'x'.repeat(5000) };
    const limits = { spanBytes: 4000, attributeBytes: 0 };
    expect(columnizer.append(request(good, large, large, good), NOW, '', limits)).toMatchObject({
      accepted: 2,
      refused: { span_too_large: 2 },
      stored: true,
    });
    const { losses } = columnizer.take();
    expect(text(losses)).toContain('span_too_large');
    expect(text(losses)).toContain(Buffer.from(TRACE_ID, 'hex').toString('latin1'));
  });

  it('has no losses to tell of where the trace is not known', () => {
    const columnizer = new Columnizer();
    expect(columnizer.append(request({ ...good, traceId: '5b8e' }), NOW, '')).toMatchObject({ stored: false });
    expect(columnizer.isEmpty).toBe(true);
    expect(columnizer.append(request({ ...good, spanId: '' }), NOW, '')).toMatchObject({ accepted: 0, stored: true });
    expect(columnizer.isEmpty).toBe(false);
  });

  it('cuts long texts at a character, and drops long lists', () => {
    const limits = { spanBytes: 0, attributeBytes: 10 };
    const attributes = [
      { key: 'text', value: { stringValue: 'ääääääää' } },
      { key: 'short', value: { stringValue: '0123456789' } },
      { key: 'list', value: { arrayValue: { values: [{ stringValue: 'aaaaa' }, { stringValue: 'bbbbbb' }] } } },
    ];
    const events = [
      { name: 'e', attributes: [...attributes, { key: 'stack', value: { stringValue: 'z'.repeat(50) } }] },
    ];
    const columnizer = new Columnizer();
    const result = columnizer.append(request({ ...good, attributes, events, links: [] }), NOW, '', limits);
    expect(result).toMatchObject({ accepted: 1, cutAttributes: 5 });
    const { spans, losses } = columnizer.take();
    const utf8 = Buffer.from(spans ?? []).toString('utf8');
    expect(utf8).toContain('äääää');
    expect(utf8).not.toContain('ääääää');
    expect(utf8).toContain('0123456789');
    expect(utf8).not.toContain('bbbbbb');
    expect(utf8).toContain('zzzzzzzzzz');
    expect(utf8).not.toContain('zzzzzzzzzzz');
    expect(text(losses)).toContain('attribute_too_long');
  });

  it('finds ids behind other fields, the last of each', () => {
    const message = (write: (out: ProtobufWriter) => void) => {
      const out = new ProtobufWriter();
      write(out);
      return out.bytes.slice(0, out.length);
    };
    const ids = (out: ProtobufWriter, traceId: string) => {
      out.bytesField(1, Buffer.from(traceId, 'hex'));
      out.bytesField(2, Buffer.from(SPAN_ID, 'hex'));
    };
    const name = (out: ProtobufWriter) => out.bytesField(5, Buffer.from('late'));
    const spans: Array<(out: ProtobufWriter) => void> = [
      (out) => (name(out), ids(out, TRACE_ID)),
      (out) => (ids(out, '00'), name(out), ids(out, TRACE_ID)),
      (out) => (ids(out, TRACE_ID), name(out), ids(out, '00')),
      (out) => (ids(out, TRACE_ID), name(out)),
    ];
    const scope = message((out) => spans.forEach((span) => out.bytesField(2, message(span))));
    const body = message((out) =>
      out.bytesField(
        1,
        message((inner) => inner.bytesField(2, scope))
      )
    );
    const columnizer = new Columnizer();
    expect(columnizer.append(body, NOW, '')).toMatchObject({
      accepted: 3,
      refused: { bad_trace_id: 1 },
    });
    expect(columnizer.rows).toBe(3);
  });

  it('makes the same blocks from the same requests, batch after batch', () => {
    const columnizer = new Columnizer();
    const batches = Array.from({ length: 3 }, () => {
      columnizer.append(request(good, good), NOW, '');
      return columnizer.take();
    });
    expect(batches[0].resources).toBeDefined();
    // A resource is written once a day.
    expect(batches[1].resources).toBeUndefined();
    expect(text(batches[1].spans)).toBe(text(batches[0].spans));
    expect(text(batches[2].spans)).toBe(text(batches[0].spans));
    columnizer.append(request(good), NOW + 86_400_000, '');
    expect(columnizer.take().resources).toBeDefined();
  });

  it('holds on to nothing of a request’s memory, which is used again', () => {
    const fresh = new Columnizer();
    fresh.append(request(good), NOW, '');
    fresh.take();
    fresh.append(request(good), NOW, '');

    const reused = new Columnizer();
    const buffer = Buffer.from(request(good));
    reused.append(buffer, NOW, '');
    reused.take();
    buffer.fill(0xff);
    reused.append(request(good), NOW, '');
    expect(text(reused.take().spans)).toBe(text(fresh.take().spans));
  });

  it('takes back everything of a request that is broken at any byte', () => {
    const whole = request(good, good);
    const clean = new Columnizer();
    clean.append(request(good), NOW, 't');
    const expected = clean.take();
    for (let cut = 1; cut < whole.length; cut++) {
      const columnizer = new Columnizer();
      expect(() => columnizer.append(whole.subarray(0, cut), NOW, 't')).toThrow(MalformedOtlp);
      expect(columnizer.rows).toBe(0);
      columnizer.append(request(good), NOW, 't');
      const batch = columnizer.take();
      expect(text(batch.resources)).toBe(text(expected.resources));
      expect(batch.spans?.length).toBe(expected.spans?.length);
    }
  });

  it('ends every mutated request with a result or MalformedOtlp', () => {
    const whole = request(good, { ...good, traceId: '5b8e' }, good);
    let seed = 42;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 0x1_0000_0000) * below);
    };
    const columnizer = new Columnizer();
    let refusedWhole = 0;
    for (let round = 0; round < 20_000; round++) {
      const mutated = Uint8Array.from(whole);
      for (let changes = 1 + random(4); changes > 0; changes--) {
        mutated[random(mutated.length)] = random(256);
      }
      const before = columnizer.rows;
      try {
        const { accepted } = columnizer.append(mutated, NOW, '');
        expect(columnizer.rows).toBe(before + accepted);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedOtlp);
        expect(columnizer.rows).toBe(before);
        refusedWhole++;
      }
    }
    expect(refusedWhole).toBeGreaterThan(1000);
    expect(refusedWhole).toBeLessThan(19_000);
  });
});
