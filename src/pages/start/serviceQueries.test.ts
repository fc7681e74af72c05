import { check, parse } from '@clew/traceql';
import { errorsOf, ofService, slowOf } from './serviceQueries';

test.each(['shop', 'a "quoted" \\ name', '{ } | count()', 'line\nbreak'])(
  '%j is a name and nothing else',
  (service) => {
    for (const query of [ofService(service), errorsOf(service), slowOf(service, 1e6)]) {
      const parsed = parse(query);
      expect(() => check(parsed)).not.toThrow();
      expect(parsed.body.kind === 'pipeline' && parsed.body.stages).toHaveLength(1);
    }
  }
);

test.each([
  [0, '1ns'],
  [999, '999ns'],
  [15_000_340, '15ms'],
  [1_440_000_400, '1.44s'],
  [170_999_999, '170ms'],
  [123_456, '123us'],
])('the slowest of a p95 of %d ns are found from %s on', (ns, literal) => {
  expect(slowOf('a', ns)).toBe(`{ resource.service.name = "a" && duration >= ${literal} }`);
});
