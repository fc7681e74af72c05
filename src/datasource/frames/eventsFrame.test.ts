import { type FoundTrace } from '../../shared/storeTypes';
import { eventsFrame } from './eventsFrame';

const target = { uid: 'clew', name: 'Clew' };
const trace: FoundTrace = {
  traceID: 'ab',
  rootServiceName: 'shop',
  rootTraceName: 'GET <b>',
  startTimeUnixNano: '1700000000000000000',
  durationMs: 1500,
  spanSet: {
    matched: 2,
    spans: [{ spanID: 'cd', name: 'pay', startTimeUnixNano: '1700000000100000000', durationNanos: '2000000' }],
  },
  serviceStats: { shop: { spanCount: 5, errorCount: 1 } },
};

const rowOf = (rows: 'traces' | 'spans') =>
  Object.fromEntries(eventsFrame([trace], rows, target, 'Anno').fields.map(({ name, values }) => [name, values[0]]));

test('a trace is a region with a link; its names are no HTML', () => {
  expect(rowOf('traces')).toEqual({
    time: 1700000000000,
    timeEnd: 1700000001500,
    title: 'shop: GET &lt;b&gt;',
    text: expect.stringMatching(
      /^1.5 s, 2 of 5 spans, 1 with errors<br \/><a href="\/explore\?[^"<>]+">Trace 0+ab<\/a>$/
    ),
    tags: ['shop', 'error'],
  });
});

test('so is a span', () => {
  expect(rowOf('spans')).toEqual({
    time: 1700000000100,
    timeEnd: 1700000000102,
    title: 'pay',
    text: expect.stringMatching(/^2 ms<br \/>in shop: GET &lt;b&gt;<br \/><a href="[^"<>]*spanId[^"<>]*cd[^"<>]*">/),
    tags: ['shop'],
  });
});

test('a trace without a time is no event', () => {
  expect(eventsFrame([{ traceID: 'ab' }], 'traces', target, 'A').length).toBe(0);
});
