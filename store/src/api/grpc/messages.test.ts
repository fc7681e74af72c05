import { ProtobufError } from '@clew/trace-model';
import { join } from 'node:path';
import protobuf from 'protobufjs';

import { decodeMessage } from './decode-message.ts';
import { encodeMessage } from './encode-message.ts';
import type { MessageObject } from './message.ts';
import { packets } from './packets.ts';
import * as tempopb from './tempopb.ts';

const proto = protobuf.loadSync(join(__dirname, 'testing', 'streaming-querier.proto'));

/** A second reader and writer, by protobufjs. */
const read = (type: string, bytes: Uint8Array) => {
  const message = proto.lookupType(`tempopb.${type}`);
  return message.toObject(message.decode(bytes), { longs: String, enums: String });
};
const write = (type: string, content: object) => {
  const message = proto.lookupType(`tempopb.${type}`);
  return message.encode(message.fromObject(content)).finish();
};

const TRACE = {
  traceID: '0af7651916cd43dd8448eb211c80319c',
  rootServiceName: 'shop',
  rootTraceName: 'GET /ü',
  startTimeUnixNano: '1700000000123456789',
  durationMs: 4_294_967_295,
  spanSets: [
    {
      spans: [
        {
          spanID: '00f067aa0ba902b7',
          name: 'x'.repeat(300),
          startTimeUnixNano: '18446744073709551615',
          durationNanos: '0',
          attributes: [
            { key: 'text', value: { stringValue: '' } },
            { key: 'no', value: { boolValue: false } },
            { key: 'int', value: { intValue: '-9223372036854775808' } },
            { key: 'zero', value: { intValue: '0' } },
            { key: 'nan', value: { doubleValue: 'NaN' } },
            { key: 'inf', value: { doubleValue: '-Infinity' } },
            { key: 'list', value: { arrayValue: { values: [{ doubleValue: 0 }, { stringValue: 'a' }] } } },
          ],
        },
      ],
      matched: 1,
      attributes: [{ key: 'count()', value: { intValue: '3' } }],
    },
  ],
  serviceStats: { shop: { spanCount: 3, errorCount: 0 }, '': { spanCount: 1, errorCount: 1 } },
};

test('a search answer, as protobufjs reads it', () => {
  const bytes = encodeMessage(tempopb.SEARCH_RESPONSE, { traces: [TRACE], metrics: { completedJobs: 1, unknown: 5 } });
  const { startTimeUnixNano, name, spanID, attributes } = TRACE.spanSets[0].spans[0];
  expect(read('SearchResponse', bytes)).toEqual({
    traces: [
      {
        ...TRACE,
        spanSets: [
          {
            ...TRACE.spanSets[0],
            spans: [
              {
                spanID,
                name,
                startTimeUnixNano,
                attributes: attributes.map(({ key, value }) => ({
                  key,
                  value:
                    'doubleValue' in value ? { doubleValue: key === 'nan' ? NaN : Number(value.doubleValue) } : value,
                })),
              },
            ],
          },
        ],
        serviceStats: { shop: { spanCount: 3 }, '': { spanCount: 1, errorCount: 1 } },
      },
    ],
    metrics: { completedJobs: 1 },
  });
});

test('metrics, as protobufjs reads them', () => {
  const label = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const series = {
    labels: [label('service', 'shop')],
    samples: [
      { timestampMs: '1700000000000', value: 0.5 },
      { timestampMs: '1700000060000', value: 'NaN' },
    ],
    promLabels: '{service="shop"}',
    exemplars: [{ labels: [label('trace:id', '1')], value: 12, timestampMs: '-5' }],
  };
  const answer = { series: [series], metrics: {}, status: 'PARTIAL', message: 'too many series' };
  expect(read('QueryRangeResponse', encodeMessage(tempopb.QUERY_RANGE_RESPONSE, answer))).toEqual({
    ...answer,
    series: [{ ...series, samples: [series.samples[0], { ...series.samples[1], value: NaN }] }],
  });
  const instant = { series: [{ labels: [label('a', 'b')], value: 3, promLabels: '{a="b"}' }], status: 'COMPLETE' };
  expect(read('QueryInstantResponse', encodeMessage(tempopb.QUERY_INSTANT_RESPONSE, instant))).toEqual({
    series: instant.series,
  });
});

test.each<[string, Uint8Array, MessageObject]>([
  [
    'SearchRequest',
    write('SearchRequest', { Tags: { a: 'b', c: '' }, Limit: 7, Query: '{}', start: 4_294_967_295 }),
    { tags: Object.assign(Object.create(null), { a: 'b', c: '' }), limit: 7, query: '{}', start: 4_294_967_295 },
  ],
  [
    'QueryRangeRequest',
    write('QueryRangeRequest', { query: '{} | rate()', start: '1700000000000000001', step: '1', exemplars: 3 }),
    { query: '{} | rate()', start: '1700000000000000001', step: '1', exemplars: 3 },
  ],
  ['SearchTagsRequest', write('SearchTagsRequest', {}), {}],
  ['SearchTagsRequest', write('SearchTagsRequest', { staleValuesThreshold: 9, scope: 'span' }), { scope: 'span' }],
])('%s of protobufjs, read', (type, bytes, expected) => {
  const types = {
    SearchRequest: tempopb.SEARCH_REQUEST,
    QueryRangeRequest: tempopb.QUERY_RANGE_REQUEST,
    SearchTagsRequest: tempopb.SEARCH_TAGS_REQUEST,
  };
  expect(decodeMessage(types[type as keyof typeof types], bytes)).toEqual(expected);
});

test('a name of a tag that is one of an object', () => {
  const { tags } = decodeMessage(
    tempopb.SEARCH_REQUEST,
    Buffer.from([10, 14, 10, 9, ...Buffer.from('__proto__'), 18, 1, 0x78])
  );
  expect(Object.entries(tags as object)).toEqual([['__proto__', 'x']]);
});

test.each([[[10]], [[66, 5, 1]], [[0]], [[32, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]]])(
  'no message: %j',
  (bytes) => expect(() => decodeMessage(tempopb.SEARCH_REQUEST, Buffer.from(bytes))).toThrow(ProtobufError)
);

test.each<[MessageObject, string]>([
  [{ traces: {} }, 'traces'],
  [{ traces: ['x'] }, 'traces'],
  [{ traces: [{ traceID: 5 }] }, 'traceID'],
  [{ traces: [{ startTimeUnixNano: '1.5' }] }, 'startTimeUnixNano'],
  [{ metrics: { completedJobs: '1' } }, 'completedJobs'],
])('%j is no answer', (answer, field) => {
  expect(() => encodeMessage(tempopb.SEARCH_RESPONSE, answer)).toThrow(field);
});

describe('packets', () => {
  const values = Array.from({ length: 50 }, (_, index) => ({ type: 'string', value: `${index} `.repeat(10) }));
  const answer = { tagValues: values, metrics: { totalJobs: 1 } };
  const type = tempopb.SEARCH_TAG_VALUES_V2_RESPONSE;

  test('are within the bound, and together the answer', () => {
    const parts = [...packets(type, answer, 'tagValues', 200)];
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(200);
    const messages = parts.map((part) => read('SearchTagValuesV2Response', part));
    expect(messages.flatMap(({ tagValues }) => tagValues)).toEqual(values);
    expect(messages.every(({ metrics }) => metrics.totalJobs === 1)).toBe(true);
  });

  test('have at least one element each', () => {
    expect([...packets(type, answer, 'tagValues', 1)]).toHaveLength(values.length);
  });

  test('an answer without elements is one', () => {
    const parts = [...packets(type, { tagValues: [], metrics: {} }, 'tagValues', 1)];
    expect(parts.map((part) => read('SearchTagValuesV2Response', part))).toEqual([{ metrics: {} }]);
  });
});
