import { ApiError } from '../errors.ts';
import { readDuration } from './duration.ts';
import { LogfmtError, readLogfmt } from './logfmt.ts';
import { Parameters } from './parameters.ts';

describe('durations', () => {
  test.each([
    ['0', 0n],
    ['1ns', 1n],
    ['1.5us', 1500n],
    ['2µs', 2000n],
    ['100ms', 100_000_000n],
    ['.5s', 500_000_000n],
    ['1m30s', 90_000_000_000n],
    ['2h45m', 9_900_000_000_000n],
  ])('%s', (text, expected) => {
    expect(readDuration(text)).toBe(expected);
  });

  test.each(['', '1', 's', '1 s', '-1s', '1x', '1s ', 'ten', '1.2.3s', '1e3s'])('%j is none', (text) => {
    expect(readDuration(text)).toBeUndefined();
  });
});

describe('logfmt', () => {
  test.each<[string, Record<string, string>]>([
    ['', {}],
    ['a=1', { a: '1' }],
    [' a=1  b="x y" ', { a: '1', b: 'x y' }],
    ['a="say \\"hi\\"\\n" b=', { a: 'say "hi"\n', b: '' }],
    ['flag other=x', { flag: '', other: 'x' }],
    ['http.url=http://a/b?c', { 'http.url': 'http://a/b?c' }],
    ['a=b=c', { a: 'b=c' }],
    ['__proto__=1', Object.fromEntries([['__proto__', '1']])],
  ])('%s', (text, expected) => {
    expect(Object.fromEntries(readLogfmt(text))).toEqual(expected);
  });

  test.each(['a="x', 'a=x"y"', '=x', 'a="x"b', 'a=1 a=2'])('%s is none', (text) => {
    expect(() => readLogfmt(text)).toThrow(LogfmtError);
  });
});

describe('the query string', () => {
  const problem = (read: () => unknown): string => {
    try {
      read();
    } catch (error) {
      return error instanceof ApiError ? error.message : String(error);
    }
    return '';
  };

  test('empty is not given', () => {
    const parameters = new Parameters({ q: '', limit: '', start: '', end: '0' });
    expect(parameters.traceql()).toBeUndefined();
    expect(parameters.integer('limit', { fallback: 7, min: 1, max: 9 })).toBe(7);
    expect(parameters.timeRange()).toEqual({ startNs: undefined, endNs: undefined });
    expect(new Parameters(undefined).text('q')).toBeUndefined();
  });

  test('times are seconds', () => {
    expect(new Parameters({ start: '10', end: '20' }).timeRange()).toEqual({
      startNs: 10_000_000_000n,
      endNs: 20_000_000_000n,
    });
  });

  test.each([
    [
      { start: '1700000000000' },
      'Parameter start is 1700000000000; give Unix seconds, not milliseconds or nanoseconds.',
    ],
    [{ start: '1.5' }, 'Parameter start is "1.5"; give Unix seconds.'],
    [{ end: '-1' }, 'Parameter end is "-1"; give Unix seconds.'],
    [{ start: '5', end: '5' }, 'Parameter start is 5, which is not before end, 5.'],
    [{ start: ['1', '2'] }, 'Parameter start is given more than once.'],
    [{ start: '9'.repeat(5000) }, 'Parameter start has 5000 characters, 4096 are allowed.'],
  ])('%j', (query, message) => {
    expect(problem(() => new Parameters(query).timeRange())).toBe(message);
  });
});
