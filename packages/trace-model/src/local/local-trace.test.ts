import { TraceFileError } from '../files/trace-file-error.ts';
import { decodeTraceFrame } from '../wire-frame/decoder.ts';
import { encodeTraceFrame } from '../wire-frame/encoder.ts';
import { joinChunks } from '../wire-frame/join.ts';
import { spanIdText } from '../wire-frame/columns.ts';
import { attributeText } from './attribute-value.ts';
import { LocalTrace, spanDetailsFromOtlp } from './local-trace.ts';
import { encodeSpans, SAMPLE_SPAN, type SampleSpan } from './testing/encode-spans.ts';

const span = (spanId: string, startNs: bigint, more: Partial<SampleSpan> = {}): SampleSpan => ({
  ...SAMPLE_SPAN,
  spanId: spanId.padStart(16, '0'),
  parentSpanId: '',
  startNs,
  endNs: startNs + 10n,
  more: {},
  ...more,
});

test('everything about a span', () => {
  const [details] = spanDetailsFromOtlp(encodeSpans([SAMPLE_SPAN]));
  expect(details).toEqual({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    parentSpanId: '00f067aa0ba902b6',
    name: 'GET "/ü"',
    kind: 2,
    status: 2,
    statusMessage: 'boom',
    startNs: 1700000000000001123n,
    durationNs: 2500876n,
    attributes: [
      { key: 'text', value: 'a\nb' },
      { key: 'yes', value: true },
      { key: 'int', value: -5 },
      { key: 'big', value: 9007199254740993n },
      { key: 'double', value: 1.5 },
      { key: 'nan', value: NaN },
      { key: 'bytes', value: 'AP8=' },
      { key: 'list', value: ['a', 1, 9007199254740993n] },
      { key: 'map', value: { k: { d: 0.5 } } },
      { key: 'none', value: null },
    ],
    resource: [
      { key: 'service.name', value: 'shop' },
      { key: 'k8s.pod.name', value: 'shop-1' },
    ],
    scope: { name: 'http', version: '1.0', attributes: [{ key: 's', value: false }] },
    events: [
      {
        timeNs: 1700000000000002001n,
        name: 'exception',
        attributes: [{ key: 'exception.type', value: 'E' }],
        droppedAttributes: 9,
      },
    ],
    links: [
      {
        traceId: '0000000000000000a3ce929d0e0e4737',
        spanId: '00f067aa0ba902b5',
        traceState: 'c=d',
        attributes: [{ key: 'l', value: 1 }],
        droppedAttributes: 0,
      },
    ],
    traceState: 'a=b',
    droppedAttributes: 1,
    droppedEvents: 2,
    droppedLinks: 3,
  });
});

test('a list of traces', () => {
  const other = '0000000000000000000000000000000a';
  const traces = LocalTrace.fromOtlp(
    encodeSpans([
      span('2', 50n, { parentSpanId: '0000000000000001', name: 'child', endNs: 900n }),
      span('7', 5n, { traceId: other, parentSpanId: '00000000000000ff', name: 'orphan', resource: [] }),
      span('1', 60n, { name: 'root', endNs: 20n }),
      span('3', 70n, { name: 'late root' }),
    ])
  );
  expect(traces).toMatchObject([
    {
      traceId: SAMPLE_SPAN.traceId,
      spanCount: 3,
      rootName: 'root',
      rootService: 'shop',
      startNs: 50n,
      durationNs: 850n,
    },
    { traceId: other, spanCount: 1, rootName: 'orphan', rootService: '', startNs: 5n, durationNs: 10n },
  ]);
});

test('columns are ordered by start, then span id, and twins come once', () => {
  const [trace] = LocalTrace.fromOtlp(
    encodeSpans([
      span('b', 2n ** 63n + 1n, { more: SAMPLE_SPAN.more, endNs: 2n ** 63n }),
      span('2', 100n),
      span('1', 100n, { name: 'first' }),
      span('2', 100n),
      span('2', 100n, { name: 'not a twin' }),
    ])
  );
  const { columns, names, services, messages, baseNs } = trace;
  expect(baseNs).toBe(100n);
  expect(trace.rows).toBe(4);
  expect([0, 1, 2, 3].map((row) => spanIdText(columns.spanIds, row))).toEqual(
    ['1', '2', '2', 'b'].map((id) => id.padStart(16, '0'))
  );
  expect([...columns.startOffsets]).toEqual([0n, 0n, 0n, 2n ** 63n + 1n - 100n]);
  expect([...columns.durations]).toEqual([10n, 10n, 10n, -1n]);
  expect([...columns.names].map((name) => names.get(name))).toEqual(['first', 'GET "/ü"', 'not a twin', 'GET "/ü"']);
  expect([...columns.services].map((service) => services.get(service))).toEqual(['shop', 'shop', 'shop', 'shop']);
  expect(new Set(columns.resources).size).toBe(1);
  expect([...columns.kinds]).toEqual([2, 2, 2, 2]);
  expect([...columns.statuses]).toEqual([0, 0, 0, 2]);
  expect([...columns.eventCounts]).toEqual([0, 0, 0, 1]);
  expect([...columns.linkCounts]).toEqual([0, 0, 0, 1]);
  expect([...columns.flags]).toEqual([0, 0, 0, 7]);
  expect([...columns.messageRows]).toEqual([3]);
  expect(messages.get(columns.messages[0])).toBe('boom');
  expect(trace.details(0)).toMatchObject({ name: 'first' });
  expect(() => trace.details(4)).toThrow('Row 4 of a trace of 4 spans');
});

test('columns are what a wire frame has', () => {
  const [trace] = LocalTrace.fromOtlp(
    encodeSpans(Array.from({ length: 50 }, (_, at) => span(`${at + 10}`, BigInt(50 - at))))
  );
  const all = ({ length, get }: { length: number; get(index: number): string }, texts: object) =>
    Array.from({ length }, (_, index) => get.call(texts, index));
  const frame = decodeTraceFrame(
    encodeTraceFrame({
      traceId: Buffer.from(trace.traceId, 'hex'),
      baseNs: trace.baseNs,
      columns: trace.columns,
      resourceIds: BigUint64Array.of(5n),
      names: all(trace.names, trace.names),
      services: all(trace.services, trace.services),
      messages: all(trace.messages, trace.messages),
    })
  );
  expect(joinChunks(frame.chunks)).toMatchObject(trace.columns);
  expect(frame.frame.baseNs).toBe(1n);
});

test('attribute columns and keys', () => {
  const more = {
    attributes: [
      ['n', { intValue: 1 }],
      ['of', { stringValue: 'span' }],
      ['a b', { boolValue: true }],
    ],
  } as const;
  const [trace] = LocalTrace.fromOtlp(
    encodeSpans([
      span('1', 1n, more),
      span('2', 2n, { attributes: [['n', { doubleValue: 2.5 }]], resource: [['of', { stringValue: 'resource' }]] }),
      span('3', 3n, { attributes: [['n', { intValue: 1 }]], resource: [] }),
      span('4', 4n, { attributes: [['n', {}]], resource: [] }),
    ])
  );
  const column = (key: string) => {
    const { values, texts, numeric } = trace.column(key);
    return [Array.from(values, (value) => (value === 0 ? undefined : texts[value - 1])), numeric];
  };
  expect(trace.keys()).toEqual([
    'span."a b"',
    'span.n',
    'span.of',
    'resource.k8s.pod.name',
    'resource.of',
    'resource.service.name',
  ]);
  expect(column('span.n')).toEqual([['1', '2.5', '1', undefined], true]);
  expect(column('.of')).toEqual([['span', 'resource', undefined, undefined], false]);
  expect(column('span.of')).toEqual([['span', undefined, undefined, undefined], false]);
  expect(column('resource.of')).toEqual([[undefined, 'resource', undefined, undefined], false]);
  expect(column('span."a b"')).toEqual([['true', undefined, undefined, undefined], false]);
  expect(column('.absent')).toEqual([[undefined, undefined, undefined, undefined], false]);
  expect(() => trace.column('event.name')).toThrow('event.name is no attribute');
});

test('a trace as OTLP is the trace, grouped by resource and scope', () => {
  const otlp = encodeSpans([
    SAMPLE_SPAN,
    span('1', 5n, { resource: [] }),
    { ...SAMPLE_SPAN, spanId: '00000000000000aa' },
    span('1', 5n, { traceId: '0000000000000000000000000000000a' }),
  ]);
  const [trace] = LocalTrace.fromOtlp(otlp);
  const rewritten = trace.otlp();
  expect(rewritten.length).toBeLessThan(otlp.length);
  const [again, ...others] = LocalTrace.fromOtlp(rewritten);
  expect(others).toEqual([]);
  expect([0, 1, 2].map((row) => again.details(row))).toEqual([0, 1, 2].map((row) => trace.details(row)));
});

test('spans without ids and malformed ones are left out and named', () => {
  const bad = Uint8Array.from([0x0a, 6, 0x12, 4, 0x12, 2, 0x0a, 9]);
  const problems: string[] = [];
  const traces = LocalTrace.fromOtlp(
    Uint8Array.from([...encodeSpans([span('1', 1n), span('', 1n), span('2', 1n, { traceId: '00' })]), ...bad]),
    (problem) => problems.push(problem)
  );
  expect(traces).toMatchObject([{ spanCount: 1 }]);
  expect(problems).toEqual([
    'span 2 has no span id of 8 bytes',
    'span 3 has no trace id of 16 bytes',
    expect.stringContaining('span 4 is malformed: Field of 9 bytes'),
  ]);
  expect(() => LocalTrace.fromOtlp(Uint8Array.of(0x0a, 200))).toThrow(TraceFileError);
});

test.each([
  ['a', 'a'],
  [null, ''],
  [true, 'true'],
  [-0, '-0'],
  [2n ** 60n, '1152921504606846976'],
  [['a', null, NaN, [1n]], '["a",null,NaN,[1]]'],
  [{ 'k"': { x: [] } }, '{"k\\"":{"x":[]}}'],
])('%p as text', (value, text) => {
  expect(attributeText(value)).toBe(text);
});
