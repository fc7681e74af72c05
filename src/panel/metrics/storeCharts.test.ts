import { parse } from '@clew/traceql';
import { EVIL_NAMES, spanOf, START_MS } from './testing/spans';
import { storeCharts, wholeSteps } from './storeCharts';

const range = { fromMs: START_MS - 900_000, toMs: START_MS + 900_000 };

test('rate, errors and durations of the operation, in steps that the range is made of', () => {
  const charts = storeCharts('checkout', spanOf('checkout'), range);
  const spans = 'resource.service.name = "checkout" && name = "POST /orders" && kind = server';
  expect(charts.map(({ query }) => query.query)).toEqual([
    `{ ${spans} } | rate()`,
    `{ ${spans} && status = error } | rate()`,
    `{ ${spans} } | quantile_over_time(duration, .5, .95) with (exact=true)`,
  ]);
  expect(charts.map(({ query }) => query.step)).toEqual(['30s', '30s', '30s']);
  const { fromMs, toMs } = wholeSteps(range);
  expect([fromMs % 30_000, toMs % 30_000]).toEqual([0, 0]);
  expect(toMs).toBeLessThanOrEqual(range.toMs);
});

test('a kind that nobody said is no condition', () => {
  const [{ query }] = storeCharts('a', spanOf('a', { kind: 0 }), range);
  expect(query.query).not.toContain('kind');
});

test('names are names, whatever they are', () => {
  for (const name of EVIL_NAMES) {
    for (const { query } of storeCharts(name, spanOf(name, { name }), range)) {
      expect(() => parse(String(query.query))).not.toThrow();
      expect(query.query).not.toMatch(/\$|\[\[/);
    }
  }
});
