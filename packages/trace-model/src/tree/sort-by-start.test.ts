import { sortByStart } from './sort-by-start.ts';
import { runNow } from './steps.ts';
import { randomNumbers } from './testing/spans.ts';

test.each([0, 1, 2, 15, 16, 17, 33, 1000, 40_000])('%i nodes, stable, and no others', (size) => {
  const random = randomNumbers(size + 1);
  const [from, to] = [5, 5 + size];
  for (const range of [1, 10, size * 10 + 1]) {
    const starts = Float64Array.from({ length: size + 10 }, () => random(range));
    const nodes = Uint32Array.from(starts, (_, node) => node);
    runNow(sortByStart(nodes, new Uint32Array(nodes.length), from, to, starts));
    const expected = Array.from(starts, (_, node) => node);
    const sorted = expected.slice(from, to).sort((a, b) => starts[a] - starts[b] || a - b);
    expect([...nodes]).toEqual([...expected.slice(0, from), ...sorted, ...expected.slice(to)]);
  }
});
