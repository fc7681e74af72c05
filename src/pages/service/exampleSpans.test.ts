import { exampleSpans } from './exampleSpans';

const span = (spanID: string, start: number, duration: number) => ({
  ...{ spanID, name: spanID, startTimeUnixNano: `${start}000000`, durationNanos: String(duration) },
});
const traces = [
  { traceID: 'ab', rootServiceName: 'shop', spanSets: [{ spans: [span('a', 3, 1e6), span('b', 2, 5e6)] }] },
  { traceID: 'cd', spanSet: { spans: [span('c', 9, 2e6)] } },
  { traceID: 'ef' },
];

test('one span of each trace, the slowest one, in order', () => {
  expect(exampleSpans(traces, 'slowest', 5).map(({ spanId }) => spanId)).toEqual(['b', 'c']);
  expect(exampleSpans(traces, 'newest', 1)).toMatchObject([{ spanId: 'c', durationMs: 2, startMs: 9 }]);
  expect(exampleSpans(traces, 'slowest', 5)[0]).toMatchObject({ traceId: 'ab'.padStart(32, '0'), rootService: 'shop' });
});
