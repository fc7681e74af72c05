import { check, parse, TraceqlError } from '@clew/traceql';

import { conditionsOf, planMetrics } from './metrics-plan.ts';

function plan(text: string) {
  const query = parse(text);
  check(query);
  return planMetrics(query);
}

const kinds = (text: string): string[] => [...plan(text).firstStages.values()].map(({ kind }) => kind);

test.each<[string, string[]]>([
  ['{ } | rate()', ['series']],
  ['{ status = error } && { kind = client } | rate() by (name)', ['series']],
  ['{ } | select(name) | rate()', ['series']],
  ['{ } | rate() by (rootName) | topk(3)', ['series']],
  ['({ status = error } | rate()) / ({ } | rate())', ['series', 'series']],
  ['{ } | compare({ status = error })', ['comparison']],
  ['{ } >> { } | rate()', ['evaluation']],
  ['{ } | by(name) | rate()', ['evaluation']],
  ['{ } | count() > 2 | rate()', ['evaluation']],
  // What is grouped by may take a tree too.
  ['{ } | rate() by (span:childCount)', ['evaluation']],
  ['{ } | rate() by (nestedSetParent)', ['evaluation']],
  ['({ } >> { } | rate()) + ({ } | rate())', ['evaluation', 'series']],
])('%s', (text, expected) => {
  expect(kinds(text)).toEqual(expected);
});

test('buckets, or exact quantiles where they are asked for', () => {
  const measurement = (text: string) => {
    const [first] = plan(text).firstStages.values();
    return first.kind === 'series' ? first.measurement : undefined;
  };
  const operand = { kind: 'intrinsic', name: 'span:duration' };
  expect(measurement('{ } | quantile_over_time(duration, 0.9)')).toEqual({ kind: 'buckets', operand });
  expect(measurement('{ } | quantile_over_time(duration, 0.9) with(exact=true)')).toEqual({
    ...{ kind: 'quantiles', operand, quantiles: [0.9] },
  });
});

test('what is evaluated has what it groups by and measures loaded', () => {
  const [first] = plan('{ } >> { } | max_over_time(span.x) by (resource.y)').firstStages.values();
  const names =
    first.kind === 'evaluation' && first.search.mentioned.map((each) => each.kind === 'attribute' && each.name);
  expect(names).toEqual(['x', 'y']);
});

test('what compare() selects by is loaded with what is evaluated', () => {
  const [first] = plan('{ } >> { } | compare({ span.x = 1 })').firstStages.values();
  const names =
    first.kind === 'evaluation' && first.search.mentioned.map((each) => each.kind === 'attribute' && each.name);
  expect(names).toEqual(['x']);
});

test('nil_as_value counts for the pipeline and for the selection', () => {
  const text = '{ .a != "x" } | compare({ .b != "y" })';
  const [spans, selection] = conditionsOf(plan(text));
  const [widerSpans, widerSelection] = conditionsOf(plan(`${text} with(nil_as_value=true)`));
  expect([spans.kind, selection.kind]).toEqual(['compare', 'compare']);
  expect([widerSpans.kind, widerSelection.kind]).not.toContain('compare');
});

test('a search is refused', () => {
  expect(() => plan('{ }')).toThrow(TraceqlError);
  expect(() => plan('{ }')).toThrow(/search/i);
});
