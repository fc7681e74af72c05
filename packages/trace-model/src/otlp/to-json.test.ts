import protobuf from 'protobufjs';

import { TRACE_BATCHES_MESSAGE, TRACES_DATA_MESSAGE } from './messages.ts';
import { OTLP_DESCRIPTOR } from './testing/otlp-descriptor.ts';
import { protobufToJson } from './to-json.ts';

const tracesData = protobuf.Root.fromJSON(OTLP_DESCRIPTOR).lookupType('TracesData');
const encode = (message: object) => tracesData.encode(tracesData.fromObject(message)).finish();
const toJson = (bytes: Uint8Array, type = TRACES_DATA_MESSAGE) => Buffer.from(protobufToJson(bytes, type)).toString();

const withSpan = (span: object) => ({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
const withValue = (value: object) => withSpan({ attributes: [{ key: 'k', value }] });

test.each([
  ['an empty message', {}, {}],
  [
    'ids and times',
    withSpan({ traceId: Buffer.alloc(16, 1), spanId: Buffer.from('a'), startTimeUnixNano: '18446744073709551615' }),
    withSpan({ traceId: 'AQEBAQEBAQEBAQEBAQEBAQ==', spanId: 'YQ==', startTimeUnixNano: '18446744073709551615' }),
  ],
  [
    'enums',
    withSpan({ kind: 'SPAN_KIND_CONSUMER', status: { code: 'STATUS_CODE_ERROR', message: 'x' } }),
    withSpan({ kind: 'SPAN_KIND_CONSUMER', status: { message: 'x', code: 'STATUS_CODE_ERROR' } }),
  ],
  ['an enum without a name', withSpan({ kind: 77 }), withSpan({ kind: 77 })],
  [
    '32-bit numbers',
    withSpan({ flags: 4294967295, droppedEventsCount: 1 }),
    withSpan({ droppedEventsCount: 1, flags: 4294967295 }),
  ],
  ['an empty string', withValue({ stringValue: '' }), withValue({ stringValue: '' })],
  ['a zero', withValue({ intValue: 0 }), withValue({ intValue: '0' })],
  ['a negative int', withValue({ intValue: -1 }), withValue({ intValue: '-1' })],
  ['false', withValue({ boolValue: false }), withValue({ boolValue: false })],
  ['a double', withValue({ doubleValue: 1e300 }), withValue({ doubleValue: 1e300 })],
  ['not a number', withValue({ doubleValue: NaN }), withValue({ doubleValue: 'NaN' })],
  ['infinities', withValue({ doubleValue: -Infinity }), withValue({ doubleValue: '-Infinity' })],
  ['no value', withValue({}), withValue({})],
  ['bytes', withValue({ bytesValue: Buffer.from([251, 255]) }), withValue({ bytesValue: '+/8=' })],
  [
    'arrays and lists',
    withValue({ arrayValue: { values: [{ intValue: 1 }, { kvlistValue: { values: [{ key: 'a' }] } }, {}] } }),
    withValue({ arrayValue: { values: [{ intValue: '1' }, { kvlistValue: { values: [{ key: 'a' }] } }, {}] } }),
  ],
  ['an empty array', withValue({ arrayValue: {} }), withValue({ arrayValue: {} })],
])('%s', (_, message, expected) => {
  expect(JSON.parse(toJson(encode(message)))).toEqual(expected);
});

test('a negative zero keeps its sign', () => {
  expect(toJson(encode(withValue({ doubleValue: -0 })))).toContain('{"doubleValue":-0}');
});

test('text is escaped where JSON needs it', () => {
  const text = '"\\/\b\f\n\r\t\u0000\u001f\u007fé€😀\u2028';
  expect(JSON.parse(toJson(encode(withSpan({ name: text }))))).toEqual(withSpan({ name: text }));
});

test('text that is no UTF-8 becomes text that is', () => {
  const name = Buffer.from([0x61, 0xff, 0xe2, 0x82, 0x62]);
  const wrap = (tag: number, body: Uint8Array) => Buffer.concat([Buffer.from([tag, body.length]), body]);
  const bytes = wrap(0x0a, wrap(0x12, wrap(0x12, wrap(0x2a, name))));
  expect(JSON.parse(toJson(bytes))).toEqual(withSpan({ name: 'a\ufffd\ufffd\ufffdb' }));
});

test('elements of a list that stand apart become one array, and unknown fields are left out', () => {
  const wrap = (tag: number, body: Uint8Array) => Buffer.concat([Buffer.from([tag, body.length]), body]);
  const span = (name: string) => wrap(0x12, wrap(0x2a, Buffer.from(name)));
  const schemaUrl = wrap(0x1a, Buffer.from('u'));
  const unknown = Buffer.from([0xa2, 0x1f, 1, 1]);
  const scopeSpans = wrap(0x12, Buffer.concat([span('a'), schemaUrl, unknown, span('b')]));
  expect(JSON.parse(toJson(wrap(0x0a, scopeSpans)))).toEqual({
    resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'a' }, { name: 'b' }], schemaUrl: 'u' }] }],
  });
});

test('values nested beyond all sense end empty', () => {
  let value = Buffer.alloc(0);
  for (let depth = 0; depth < 2000; depth++) {
    const body = depth % 2 === 0 ? value : Buffer.concat([varintField(0x2a, value.length), value]);
    value = depth % 2 === 0 ? Buffer.concat([varintField(0x0a, body.length), body]) : body;
  }
  const wrap = (tag: number, body: Uint8Array) => Buffer.concat([varintField(tag, body.length), body]);
  const keyValue = wrap(0x12, value);
  const bytes = wrap(0x0a, wrap(0x12, wrap(0x12, wrap(0x4a, keyValue))));
  const json = toJson(bytes);
  expect(() => JSON.parse(json)).not.toThrow();
  expect(json.split('arrayValue').length).toBeGreaterThan(250);
  expect(json.split('arrayValue').length).toBeLessThan(350);
});

function varintField(tag: number, length: number): Buffer {
  const bytes = [tag];
  for (let rest = length; ; rest >>>= 7) {
    if (rest < 0x80) {
      return Buffer.from([...bytes, rest]);
    }
    bytes.push((rest & 0x7f) | 0x80);
  }
}

test('the v1 API calls them batches', () => {
  expect(JSON.parse(toJson(encode(withSpan({ name: 'a' })), TRACE_BATCHES_MESSAGE))).toEqual({
    batches: [{ scopeSpans: [{ spans: [{ name: 'a' }] }] }],
  });
});
