import { protobufToJson, TRACES_DATA_MESSAGE } from '@clew/trace-model';

import { encodeOtlpJson, MalformedJson } from './otlp-json.ts';

const request = (span: object) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
const decoded = (body: Uint8Array) => JSON.parse(new TextDecoder().decode(protobufToJson(body, TRACES_DATA_MESSAGE)));
const spanOf = (text: string) => decoded(encodeOtlpJson(text).body).resourceSpans[0].scopeSpans[0].spans[0];

describe('encodeOtlpJson', () => {
  it('encodes every member of a span', () => {
    const span = spanOf(
      request({
        traceId: '5B8EFFF798038103D269B633813FC60C',
        spanId: 'eee19b7ec3c1b174',
        parentSpanId: 'eee19b7ec3c1b173',
        traceState: 'a=b',
        name: 'name',
        kind: 2,
        startTimeUnixNano: '1544712660000000001',
        endTimeUnixNano: 17,
        droppedAttributesCount: 1,
        droppedEventsCount: 2,
        droppedLinksCount: 3,
        flags: 257,
        attributes: [
          { key: 'i', value: { intValue: '-9223372036854775808' } },
          { key: 'd', value: { doubleValue: 0.1 } },
          { key: 'n', value: { doubleValue: '-Infinity' } },
          { key: 'b', value: { boolValue: false } },
          { key: 'y', value: { bytesValue: 'AP8=' } },
          { key: 'l', value: { arrayValue: { values: [{ stringValue: '' }, {}] } } },
          { key: 'm', value: { kvlistValue: { values: [{ key: 'x', value: { intValue: 1 } }] } } },
        ],
        events: [{ timeUnixNano: '5', name: 'e', attributes: [{ key: 'k', value: { stringValue: 'ü' } }] }],
        links: [{ traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174', flags: 1 }],
        status: { code: 'STATUS_CODE_ERROR', message: 'bad' },
      })
    );
    expect(span).toMatchObject({
      traceId: Buffer.from('5b8efff798038103d269b633813fc60c', 'hex').toString('base64'),
      parentSpanId: Buffer.from('eee19b7ec3c1b173', 'hex').toString('base64'),
      traceState: 'a=b',
      kind: 'SPAN_KIND_SERVER',
      startTimeUnixNano: '1544712660000000001',
      endTimeUnixNano: '17',
      droppedAttributesCount: 1,
      droppedEventsCount: 2,
      droppedLinksCount: 3,
      flags: 257,
      status: { code: 'STATUS_CODE_ERROR', message: 'bad' },
      events: [{ timeUnixNano: '5', name: 'e', attributes: [{ key: 'k', value: { stringValue: 'ü' } }] }],
    });
    expect(span.attributes.map(({ value }: { value: object }) => value)).toEqual([
      { intValue: '-9223372036854775808' },
      { doubleValue: 0.1 },
      { doubleValue: '-Infinity' },
      { boolValue: false },
      { bytesValue: 'AP8=' },
      { arrayValue: { values: [{ stringValue: '' }, {}] } },
      { kvlistValue: { values: [{ key: 'x', value: { intValue: '1' } }] } },
    ]);
  });

  it('takes snake_case names and ignores unknown ones', () => {
    const text = JSON.stringify({
      resource_spans: [{ scope_spans: [{ spans: [{ name: 'x', start_time_unix_nano: '9', unheardOf: {} }] }] }],
    });
    expect(spanOf(text)).toEqual({ name: 'x', startTimeUnixNano: '9' });
  });

  it.each([
    ['name', { name: 5 }, 'resourceSpans[0].scopeSpans[0].spans[0].name: expected a string, found 5'],
    ['kind', { kind: 'SERVER' }, 'spans[0].kind: expected a number or one of SPAN_KIND_UNSPECIFIED'],
    ['a time that is no whole number', { startTimeUnixNano: 1.5 }, 'startTimeUnixNano: expected a whole number'],
    ['a time before 1970', { endTimeUnixNano: '-1' }, 'endTimeUnixNano: expected a whole number from 0'],
    ['an int beyond 64 bits', { attributes: [{ key: 'k', value: { intValue: '9223372036854775808' } }] }, 'intValue'],
    ['attributes that are no list', { attributes: {} }, 'attributes: expected an array, found {}'],
    ['an event that is no object', { events: ['x'] }, 'events[0]: expected an object, found "x"'],
  ])('refuses a span with a bad %s alone, and says where', (_what, span, problem) => {
    const text = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span, { name: 'good' }] }] }] });
    const encoded = encodeOtlpJson(text);
    expect(encoded.refused).toBe(1);
    expect(encoded.firstProblem).toContain(problem);
    expect(decoded(encoded.body).resourceSpans[0].scopeSpans[0].spans).toEqual([{ name: 'good' }]);
  });

  it.each(['', '[', 'null', '[]', '{"resourceSpans":5}', '{"resourceSpans":[{"resource":7}]}'])(
    'refuses the whole of %s',
    (text) => {
      expect(() => encodeOtlpJson(text)).toThrow(MalformedJson);
    }
  );

  it('refuses a value nested ten thousand deep instead of overflowing', () => {
    const deep = '{"arrayValue":{"values":['.repeat(10_000) + ']}}'.repeat(10_000);
    const text = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":${deep}}]}]}]}]}`;
    expect(encodeOtlpJson(text)).toMatchObject({ refused: 1 });
  });
});
