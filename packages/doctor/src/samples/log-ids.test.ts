import { findIds, usableId } from './log-ids.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const DASHED = '0AF76519-16CD-43DD-8448-EB211C80319C';
const SPAN = 'b7ad6b7169203331';

const idsIn = (line: string, labels: Record<string, string> = {}) => findIds({ atMs: 0, line, labels });

test.each([
  ['json', `{"msg":"x","trace_id":"${TRACE}"}`, 'trace_id'],
  ['json', `{"msg":"x","context":{"traceId":"${TRACE}"}}`, 'traceId'],
  ['json', `{"trace":{"id":"${TRACE}"},"msg":"x"}`, 'trace.id'],
  ['json', `{"trace.id": "${TRACE}"}`, 'trace.id'],
  ['json', `{"dd.trace_id":"${TRACE}"}`, 'dd.trace_id'],
  ['logfmt', `level=info traceID=${TRACE} msg="x y"`, 'traceID'],
  ['logfmt', `msg=x otelTraceID="${TRACE}"`, 'otelTraceID'],
  ['logfmt', `trace_id=${DASHED} msg=x`, 'trace_id'],
  ['logfmt', `x (trace_id=${TRACE})`, 'trace_id'],
  ['text', `done, trace id: ${TRACE}`, 'trace id'],
  ['text', `INFO [cart,${TRACE},${SPAN}] done`, 'trace id with span id'],
  ['text', `traceparent 00-${TRACE}-${SPAN}-01`, 'traceparent'],
  ['text', `https://example.com/traces/${TRACE}?x`, 'traces/'],
] as const)('%s: %s', (where, line, key) => {
  const [id, ...more] = idsIn(line);
  expect(more).toEqual([]);
  expect(id).toMatchObject({ where, key, traceId: TRACE, isGuess: false });
  // What is proposed finds in the line, as Grafana looks for it, what was found.
  expect(usableId(new RegExp(id.regex).exec(line)?.[1] ?? '')).toBe(TRACE);
});

test('labels and metadata come first', () => {
  const ids = idsIn(`{"trace_id":"${TRACE}"}`, { service_name: 'cart', trace_id: TRACE });
  expect(ids.map(({ where, regex }) => [where, regex])).toEqual([
    ['label', '^trace_id$'],
    ['json', '"trace_id"\\s*:\\s*"([0-9a-fA-F-]{16,36})"'],
  ]);
});

test.each([
  ['{"dd.trace_id":"8374698374698374698"}', /decimal/],
  ['{"traceId":"CvdlGRbNQ92ESOshHIAxnA=="}', /base64/],
  ['traceId=true msg=x', /no trace id/],
])('%s is of no use, and it is said why', (line, why) => {
  const [id] = idsIn(line);
  expect(id.traceId).toBeUndefined();
  expect(id.trouble).toMatch(why);
});

test('nothing, zeros and other texts are no ids; a hash is a guess', () => {
  for (const line of [
    'hello',
    '{"trace_id":""}',
    '{"trace_id":null}',
    `trace_id=${'0'.repeat(32)} x=y`,
    '{"trace":"on"}',
    '{not json',
  ]) {
    expect(idsIn(line)).toEqual([]);
  }
  expect(idsIn(`checksum ${TRACE}`)).toMatchObject([{ traceId: TRACE, isGuess: true }]);
});

test('long lines take no time to speak of', () => {
  const started = performance.now();
  for (const line of ['a="'.repeat(5000), 'trace_id='.repeat(1800), '-'.repeat(16_000), `${'{"a":'.repeat(3000)}`]) {
    idsIn(line);
  }
  expect(performance.now() - started).toBeLessThan(500);
});
