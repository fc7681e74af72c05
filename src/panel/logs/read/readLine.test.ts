import { readId, readIdsInText } from './ids';
import { readLevel } from './level';
import { readLogfmt } from './lineFields';
import { readLine } from './readLine';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const read = (body: string, labels: unknown = {}) =>
  readLine({ id: '1', timeNs: 0n, body, labels, severity: '' }, undefined);

test('ids are lower-case hex of one length', () => {
  expect(readId('0AF76519-16CD-43DD-8448-EB211C80319C', 32)).toBe(TRACE);
  expect(readId('8448eb211c80319c', 32)).toBe('00000000000000008448eb211c80319c');
  expect(readId('0xB7AD6B7169203331', 16)).toBe(SPAN);
  expect(readId('7ad6b7169203331', 16)).toBe('07ad6b7169203331');
  for (const none of ['', '0000000000000000', 'true', '12', 'not hex at all', `${TRACE}00`]) {
    expect(readId(none, 32)).toBeUndefined();
  }
});

test('ids in text', () => {
  for (const text of [
    `x traceID=${TRACE} spanID=${SPAN}`,
    `{"trace.id": "${TRACE}", "span.id": "${SPAN}"} and more`,
    `INFO [shop,${TRACE},${SPAN}] done`,
    `uber-trace-id: ${TRACE}:${SPAN}:0:1`,
    `b3: ${TRACE}-${SPAN}-1`,
    `traceparent: 00-${TRACE}-${SPAN}-01`,
  ]) {
    expect(readIdsInText(text)).toEqual({ traceId: TRACE, spanId: SPAN });
  }
  expect(readIdsInText('nothing')).toEqual({ traceId: undefined, spanId: undefined });
});

test('levels as words and as numbers of pino and OpenTelemetry', () => {
  expect(['WARN', 'Error', 'fatal', 'ERROR3', '30', '50', '60', '9', '17', '21'].map(readLevel)).toEqual([
    'warning',
    'error',
    'critical',
    'error',
    'info',
    'error',
    'critical',
    'info',
    'error',
    'critical',
  ]);
  expect(['', '0', 'loud', '1000'].map(readLevel)).toEqual([undefined, undefined, undefined, undefined]);
});

test('fields of a line win over its text, labels over fields', () => {
  expect(read(`{"msg":"a","level":"debug","trace_id":"${TRACE}"}`, { level: 'error', app: 'x' })).toMatchObject({
    message: 'a',
    level: 'error',
    service: 'x',
    traceId: TRACE,
  });
  expect(read('\u001b[31mred\u001b[0m text').message).toBe('red text');
  expect(readLogfmt('a="x \\"y\\" z" b=2 c=')).toEqual([
    ['a', 'x "y" z'],
    ['b', '2'],
    ['c', ''],
  ]);
});

test('lines of a megabyte take no time to speak of', () => {
  const started = performance.now();
  for (const body of [
    'a'.repeat(1e6) + '=',
    'a="'.repeat(3e5),
    'trace_id='.repeat(1e5),
    '-'.repeat(1e6),
    '{'.repeat(1e6),
  ]) {
    read(body);
  }
  expect(performance.now() - started).toBeLessThan(1000);
});
