import { traceShareSql } from './sampled-spans.ts';
import { planSample } from './span-differences.ts';

test('a share of the traces is those whose ids begin low', () => {
  expect(traceShareSql(1)).toBe('true');
  expect(traceShareSql(0.5)).toBe("trace_id < toFixedString(unhex('80000000'), 16)");
  expect(traceShareSql(1e-12)).toBe("trace_id < toFixedString(unhex('00000001'), 16)");
});

test('few spans are all read', () => {
  expect(planSample({ selected: 10, others: 900 }, 5000).shares).toEqual({ selected: 1, others: 1 });
});

test('of many a share that is quick to read, but enough of the selection', () => {
  const { shares, expected } = planSample({ selected: 1000, others: 1_000_000 }, 10_000_000);
  expect(shares.selected).toBe(0.25);
  expect(expected.selected).toBe(250);
  expect(expected.others).toBe(1500);
});
