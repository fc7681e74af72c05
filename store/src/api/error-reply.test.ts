import { EngineError } from '../engine/engine.ts';
import { ApiError, ERRORS } from '../errors.ts';
import { toApiError } from './error-reply.ts';

test.each<[unknown, string, number]>([
  [new ApiError('trace_not_found'), 'trace_not_found', 404],
  [new EngineError('Timeout exceeded', 159), 'query_timeout', 504],
  [new EngineError('Memory limit exceeded', 241), 'query_too_expensive', 422],
  [new EngineError('connect ECONNREFUSED 127.0.0.1:8123', undefined), 'engine_unavailable', 503],
  [new EngineError('Network error', 210), 'engine_unavailable', 503],
  [new EngineError('Unknown table', 60), 'internal', 500],
  [new EngineError('who knows', undefined), 'internal', 500],
  [Object.assign(new Error('too large'), { statusCode: 413 }), 'request_invalid', 400],
  [new TypeError('x is undefined'), 'internal', 500],
  ['a string', 'internal', 500],
])('%s', (error, code, status) => {
  const apiError = toApiError(error);
  expect([apiError.code, apiError.status]).toEqual([code, status]);
});

test('an internal error keeps its secrets', () => {
  expect(JSON.stringify(toApiError(new Error('password is hunter2')))).toBe(
    JSON.stringify({ error: { code: 'internal', message: ERRORS.internal.message } })
  );
});
