import { ApiError } from '../errors.ts';
import { readMetricsParameters } from './metrics-parameters.ts';
import { Parameters } from './parameters.ts';

const NOW = 1_700_000_000_000_000_000n;
const HOUR = 3_600_000_000_000n;
const read = (query: Record<string, string>) => readMetricsParameters(new Parameters(query), NOW);

test('what is not said', () => {
  expect(read({ q: '{} | rate()' })).toEqual({
    query: '{} | rate()',
    startNs: NOW - HOUR,
    endNs: NOW,
    stepNs: undefined,
    exemplars: undefined,
    maxSeries: undefined,
  });
});

test.each<[Record<string, string>, object]>([
  [{ query: 'a', q: '' }, { query: 'a' }],
  [{ query: 'a', q: 'b' }, { query: 'b' }],
  [{ since: '2h' }, { startNs: NOW - 2n * HOUR, endNs: NOW }],
  [{ end: '1699999000' }, { startNs: 1_699_999_000_000_000_000n - HOUR, endNs: 1_699_999_000_000_000_000n }],
  [{ end: '1700003600' }, { startNs: NOW - HOUR, endNs: NOW + HOUR }],
  [{ start: '1699999000000', end: '1699999000000000001' }, { endNs: 1_699_999_000_000_000_001n }],
  [
    { start: '2023-11-14T21:13:20Z', end: '0' },
    { startNs: NOW - HOUR, endNs: NOW },
  ],
  [{ step: '15' }, { stepNs: 15_000_000_000n }],
  [{ step: '0.25' }, { stepNs: 250_000_000n }],
  [{ step: '1m30s' }, { stepNs: 90_000_000_000n }],
  [{ step: '100ns' }, { stepNs: 100n }],
  [
    { exemplars: '0', maxSeries: '50' },
    { exemplars: 0, maxSeries: 50 },
  ],
])('%j', (query, expected) => {
  expect(read({ q: 'x', ...query })).toMatchObject(expected);
});

test.each<[Record<string, string>, RegExp]>([
  [{ q: '' }, /^Parameter q is missing/],
  [{ start: 'soon' }, /^Parameter start is "soon"; give Unix seconds/],
  [{ end: '-5' }, /^Parameter end /],
  [{ start: '20', end: '10' }, /^Parameter start is 1970-01-01T00:00:20.000Z, which is not before end/],
  [{ start: '10', end: '10' }, /^Parameter start /],
  [{ start: '1800000000' }, /^Parameter start /],
  [{ since: '0s' }, /^Parameter since is 0/],
  [{ since: 'ever' }, /^Parameter since /],
  [{ step: '0' }, /^Parameter step is "0"/],
  [{ step: '-1s' }, /^Parameter step /],
  [{ step: 'auto' }, /^Parameter step /],
  [{ exemplars: '-1' }, /^Parameter exemplars /],
  [{ maxSeries: '1e9' }, /^Parameter maxSeries /],
])('%j is refused', (query, message) => {
  expect(() => read({ q: 'x', ...query })).toThrow(ApiError);
  expect(() => read({ q: 'x', ...query })).toThrow(message);
});
