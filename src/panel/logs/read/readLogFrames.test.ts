import { FieldType, toDataFrame } from '@grafana/data';
import { oddLines, shopLines } from '../testing/fixtures';
import { readLogFrames } from './readLogFrames';

const TRACE = '7467aed0e8590f22dd1ee682c76af7e4';
const SPAN = '5cce4b9bb68efafb';

test("Loki's lines as Grafana gives them", () => {
  const lines = readLogFrames(shopLines(), 'service_name');
  expect(lines.map(({ service, message, level, spanId }) => [service, message, level, spanId])).toEqual([
    ['checkout', 'order placed', 'info', SPAN],
    ['frontend', 'checkout done', 'info', '1118a0ca0d300129'],
    ['notifications', 'confirmation sent', 'info', 'f5054bec567085a3'],
    ['payment', 'payment captured', 'info', '4a23091a74b292e9'],
  ]);
  expect(lines[0].timeNs).toBe(1795437380452000000n);
  expect(lines[0].labels).toMatchObject({ service_name: 'checkout', trace_id: TRACE });
  expect(new Set(lines.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
});

test('ids from labels, metadata, JSON, logfmt, traceparent and plain text, in any case and with dashes', () => {
  const lines = readLogFrames(oddLines(), 'service_name');
  expect(
    Object.fromEntries(
      lines.map(({ service, traceId, spanId, level, message }) => [service, [traceId, spanId, level, message]])
    )
  ).toEqual({
    'a"b': [TRACE, SPAN, expect.any(String), 'plain text, ids in metadata'],
    '}{': [TRACE, SPAN, expect.any(String), 'upper metadata'],
    '`': [TRACE, undefined, expect.any(String), 'dashed metadata'],
    '\\': [TRACE, SPAN, 'warning', 'slow "query"'],
    'new\nline': [TRACE, SPAN, 'error', `2026-11-23 ERROR [new,${TRACE},${SPAN}] boom`],
    $x: [TRACE, SPAN, expect.any(String), `got traceparent: 00-${TRACE}-${SPAN}-01 in header`],
    café: [TRACE, SPAN, 'error', 'nested'],
    'a.b': [TRACE, undefined, expect.any(String), `TRACE_ID=${TRACE.toUpperCase()} done`],
  });
  // Nanoseconds come beside the milliseconds.
  expect(lines.some(({ timeNs }) => timeNs % 1_000_000n > 0n)).toBe(true);
});

test("Loki's older answers: a frame a stream, with the labels on the field of lines", () => {
  const stream = (service: string) =>
    toDataFrame({
      fields: [
        { name: 'ts', type: FieldType.time, values: [1795437380452], config: {} },
        {
          name: 'line',
          type: FieldType.string,
          values: [`msg=hello trace_id=${TRACE}`],
          labels: { service_name: service, level: 'warn' },
        },
      ],
    });
  expect(readLogFrames([stream('a'), stream('b'), stream('b')], 'service_name')).toMatchObject([
    { service: 'a', message: 'hello', level: 'warning', traceId: TRACE },
    { service: 'b', message: 'hello' },
  ]);
});

test("Grafana's log lines with nanoseconds beside the time, and a severity", () => {
  const frame = toDataFrame({
    fields: [
      { name: 'timestamp', type: FieldType.time, values: [1795437380452], nanos: [123456] },
      { name: 'body', type: FieldType.string, values: ['out of stock'] },
      { name: 'severity', type: FieldType.string, values: ['Error'] },
      { name: 'id', type: FieldType.string, values: ['abc'] },
      { name: 'labels', type: FieldType.other, values: [{ 'service.name': 'stock', 'trace.id': TRACE }] },
    ],
  });
  expect(readLogFrames([frame], 'service.name')).toMatchObject([
    {
      id: 'abc',
      timeNs: 1795437380452123456n,
      level: 'error',
      service: 'stock',
      traceId: TRACE,
      message: 'out of stock',
    },
  ]);
});

test("Elasticsearch's documents, whole or a column a field", () => {
  const source = {
    '@timestamp': '2026-11-23T12:36:20.452123456Z',
    message: 'declined',
    service: { name: 'payment' },
    trace: { id: TRACE.toUpperCase() },
    span: { id: SPAN },
    log: { level: 'WARN' },
  };
  const whole = toDataFrame({
    fields: [
      { name: '@timestamp', type: FieldType.time, values: [1795437380452] },
      { name: 'message', type: FieldType.string, values: ['declined'] },
      { name: '_id', type: FieldType.string, values: ['x1'] },
      { name: '_source', type: FieldType.other, values: [source] },
    ],
  });
  const columns = toDataFrame({
    fields: [
      { name: '@timestamp', type: FieldType.time, values: [1795437380452] },
      { name: '_id', type: FieldType.string, values: ['x2'] },
      { name: 'service.name', type: FieldType.string, values: ['payment'] },
      { name: 'trace.id', type: FieldType.string, values: [TRACE] },
      { name: 'span.id', type: FieldType.string, values: [SPAN] },
      { name: 'log.level', type: FieldType.string, values: ['warn'] },
      { name: 'text', type: FieldType.string, values: [null] },
    ],
  });
  const found = { service: 'payment', traceId: TRACE, spanId: SPAN, level: 'warning' };
  expect(readLogFrames([whole], undefined)).toMatchObject([
    { ...found, id: 'x1', message: 'declined', timeNs: 1795437380452123456n },
  ]);
  expect(readLogFrames([columns], 'service.name')).toMatchObject([{ ...found, id: 'x2' }]);
});

test('frames that are no lines, and broken ones, give none', () => {
  expect(readLogFrames([toDataFrame({ fields: [] })], undefined)).toEqual([]);
  const broken = toDataFrame({
    fields: [
      { name: 'Time', type: FieldType.time, values: [null, 'nonsense', 1795437380452] },
      { name: 'Line', type: FieldType.string, values: ['a', 'b', null] },
      { name: 'labels', type: FieldType.other, values: [null, '{', '"text"'] },
    ],
  });
  expect(readLogFrames([broken], undefined)).toMatchObject([{ body: '', message: '', labels: {}, level: 'unknown' }]);
});
