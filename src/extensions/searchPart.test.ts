import { format, parse } from '@clew/traceql';
import { VALID } from '@clew/traceql/corpus';
import { searchPart } from './searchPart';

test.each([
  ['{ status = error } | rate() by (resource.service.name)', '{ status = error }'],
  ['{ a } | select(.b)|quantile_over_time(duration, .95) | topk(3) with (exact=true)', '{ a } | select(.b)'],
  ['({ .a } | rate()) / ({ .b } | rate())', '{ .a }'],
  ['{ .a = "} | rate()" && .b = `| rate()` } || { }', '{ .a = "} | rate()" && .b = `| rate()` } || { }'],
  ['{ .a } // | rate()\n | count() > 2', '{ .a } // | rate()\n | count() > 2'],
  ['{ } | /* per second */ rate()', '{ }'],
  ['{ .a } | compare({ status = error })', '{ .a }'],
  [' { } ', '{ }'],
  ['{ } |', '{ } |'],
])('%s searches for %s', (text, expected) => {
  expect(searchPart(text)).toBe(expected);
});

test('what a parser finds is what is found without one, all through the corpus', () => {
  for (const text of Object.values(VALID).flat()) {
    const query = parse(text);
    const found = searchPart(text);
    if (query.body.kind === 'pipeline') {
      expect(found).toBe(text.trim());
    } else if (query.body.kind === 'metricsPipeline') {
      expect(format(parse(found))).toBe(format({ ...query, hints: [], body: query.body.pipeline }));
    } else {
      expect(parse(found).body.kind).toBe('pipeline');
    }
  }
});
