import { describeStoreError } from './describeStoreError';
import { storeErrorFromRejection, storeErrorFromResponse } from './storeError';

const place = { datasourceName: 'Clew', address: 'http://store:3200' };

function describe502(address?: string): string {
  const error = storeErrorFromResponse({ status: 502, statusText: 'Bad Gateway', data: '' });
  return describeStoreError(error, { datasourceName: 'Clew', address });
}

test('an unreachable store is named with its address and the cause', () => {
  expect(describe502('http://store:3200')).toContain('http://store:3200 cannot be reached');
  expect(describe502('http://store:3200')).toContain('502 Bad Gateway');
});

test('who may not read the address gets the name of the datasource', () => {
  expect(describe502()).toContain('the address set in the datasource "Clew"');
});

test('the usual wrong ports are named', () => {
  expect(describe502('http://store:4317')).toContain('Port 4317 receives spans over gRPC (OTLP)');
  const error = storeErrorFromResponse({ status: 404, statusText: 'Not Found', data: 'nothing here' });
  expect(error.kind).toBe('not-a-store');
  expect(describeStoreError(error, { ...place, address: 'http://store:4318/' })).toMatch(
    /^http:\/\/store:4318\/ answers, but it is not the query port of a Clew store \(404\)\. Port 4318 receives spans/
  );
});

test("Grafana's form of the store's 401 asks for the token", () => {
  const error = storeErrorFromResponse({
    status: 400,
    statusText: 'Bad Request',
    data: { message: 'Authentication to data source failed' },
  });
  expect(error.kind).toBe('auth');
  expect(describeStoreError(error, place)).toContain('refuses the token (401 Unauthorized)');
});

test('a query error keeps position and hint', () => {
  const error = storeErrorFromResponse({
    status: 400,
    statusText: 'Bad Request',
    data: { error: { code: 'query_syntax', message: 'there is no "=="', line: 2, column: 7, hint: 'use =' } },
  });
  expect(error.kind).toBe('query');
  expect(describeStoreError(error, place)).toBe('Line 2, column 7: there is no "==" (use =)');
});

test.each([
  [404, 'trace_not_found', 'trace-not-found'],
  [404, 'route_not_found', 'not-a-store'],
  [401, 'unauthenticated', 'auth'],
  [400, 'trace_id_invalid', 'query'],
  [422, 'query_too_expensive', 'query'],
  [500, 'internal', 'failed'],
  [503, 'engine_unavailable', 'busy'],
  [504, 'query_timeout', 'busy'],
])("the store's %d %s is %s", (status, code, kind) => {
  expect(storeErrorFromResponse({ status, statusText: '', data: { error: { code, message: 'm' } } }).kind).toBe(kind);
});

test.each([
  [504, undefined, 'timeout'],
  [403, { message: 'plugin proxy route access denied' }, 'forbidden'],
  [401, { message: 'Unauthorized' }, 'forbidden'],
  [404, { message: 'Data source not found' }, 'no-datasource'],
  [404, '<html>', 'not-a-store'],
  [415, { code: 3, message: 'unsupported content type' }, 'not-a-store'],
])("Grafana's %d with %j is %s", (status, data, kind) => {
  expect(storeErrorFromResponse({ status, statusText: '', data }).kind).toBe(kind);
});

test('no answer at all', () => {
  expect(storeErrorFromRejection(new TypeError('Failed to fetch')).kind).toBe('network');
  expect(storeErrorFromRejection({ cancelled: true, status: -1 }).kind).toBe('cancelled');
  expect(storeErrorFromRejection(new DOMException('aborted', 'AbortError')).kind).toBe('cancelled');
});
