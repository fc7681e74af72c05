import { traceIdFromPaste } from './traceIdFromPaste';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';

test.each([
  ['an id', ID],
  ['an id in capitals', ID.toUpperCase()],
  ['a UUID', '4bf92f35-77b3-4da6-a3ce-929d0e0e4736'],
  ['a traceparent', `00-${ID}-00f067aa0ba902b7-01`],
  ['a header', `traceparent: 00-${ID}-00f067aa0ba902b7-01`],
  ['a log line', `{"msg":"failed","trace_id":"${ID}"}`],
  ['a link', `https://grafana/explore?traceId=${ID}&x=1`],
])('%s', (_, text) => {
  expect(traceIdFromPaste(text)).toBe(ID);
});

test('two ids, or none, are pasted as they are', () => {
  expect(traceIdFromPaste(`${ID} 0af7651916cd43dd8448eb211c80319c`)).toBeUndefined();
  expect(traceIdFromPaste('hello')).toBeUndefined();
  expect(traceIdFromPaste(`${ID}${ID}`)).toBeUndefined();
});
