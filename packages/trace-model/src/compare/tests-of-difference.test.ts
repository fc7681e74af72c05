import { falseDiscoveryRates, fisherExact, mannWhitney, proportionTest } from './tests-of-difference.ts';

const sorted = (...values: number[]) => Float64Array.from(values).sort();

describe('Mann-Whitney U', () => {
  test('the ages in the documentation of SciPy: asymptotic, with continuity', () => {
    const [males, females] = [sorted(19, 22, 16, 29, 24), sorted(20, 11, 17, 12)];
    expect(mannWhitney(males, females)).toBeCloseTo(0.11134688653314041, 7);
    expect(mannWhitney(females, males)).toBe(mannWhitney(males, females));
  });

  test('ties, worked by hand: ranks 1.5, 1.5, 4, 4, 6 against 4, 7, 8, 9, 10', () => {
    // U = 17 - 15 = 2, variance 25 / 12 * (11 - (6 + 24) / 90), z = (12.5 - 2 - 0.5) / sqrt(22.2222) = 2.12132.
    expect(mannWhitney(sorted(1, 1, 2, 2, 3), sorted(2, 4, 5, 6, 7))).toBeCloseTo(0.0338949, 6);
  });

  test('nothing, and nothing but ties', () => {
    expect(mannWhitney(sorted(), sorted(1, 2))).toBe(1);
    expect(mannWhitney(sorted(3, 3, 3, 3, 3), sorted(3, 3, 3, 3, 3))).toBe(1);
  });

  test('as counted pair by pair', () => {
    const a = sorted(5, 1, 4, 4, 9, 2, 7);
    const b = sorted(3, 8, 4, 6, 6, 9, 9, 2);
    const u = [...a].reduce((sum, x) => sum + [...b].reduce((part, y) => part + (x > y ? 1 : x === y ? 0.5 : 0), 0), 0);
    const all = [...a, ...b];
    const ties = [...new Set(all)].map((value) => all.filter((other) => other === value).length);
    const variance = (56 / 12) * (16 - ties.reduce((sum, t) => sum + t ** 3 - t, 0) / (15 * 14));
    const z = (Math.abs(u - 28) - 0.5) / Math.sqrt(variance);
    // The normal distribution's tail, added up in small steps.
    let tail = 0;
    for (let x = z; x < z + 10; x += 1e-5) {
      tail += (Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI)) * 1e-5;
    }
    expect(mannWhitney(a, b)).toBeCloseTo(tail * 2, 4);
  });
});

describe("Fisher's exact test", () => {
  test.each([
    // Fisher's tea tasting, and the whales in the documentation of SciPy.
    [3, 4, 1, 4, 0.4857142857],
    [8, 10, 1, 6, 0.034965035],
    [0, 5, 5, 5, 2 / 252],
    [5, 5, 5, 5, 1],
    [0, 5, 0, 5, 1],
  ])('%i of %i against %i of %i: %f', (hitsA, sizeA, hitsB, sizeB, p) => {
    expect(fisherExact(hitsA, sizeA, hitsB, sizeB)).toBeCloseTo(p, 8);
    expect(fisherExact(hitsB, sizeB, hitsA, sizeA)).toBeCloseTo(p, 8);
  });

  test('large sets: the tables add up', () => {
    expect(fisherExact(500, 1000, 500, 1000)).toBeCloseTo(1, 9);
    expect(fisherExact(0, 1000, 1000, 1000)).toBeLessThan(1e-300);
  });
});

test('proportions of large sets: close to the exact test, and quick', () => {
  expect(proportionTest(3, 4, 1, 4)).toBe(fisherExact(3, 4, 1, 4));
  expect(proportionTest(520, 2000, 470, 2000)).toBeCloseTo(fisherExact(520, 2000, 470, 2000), 1);
  // z = 0.025 / sqrt(0.2475 * 0.7525 / 1000) = 1.83186
  expect(proportionTest(520, 2000, 470, 2000)).toBeCloseTo(0.06696796, 7);
  expect(proportionTest(500_000, 1_000_000, 503_000, 1_000_000)).toBeLessThan(1e-4);
  expect(proportionTest(0, 1_000_000, 3, 1_000_000)).toBeCloseTo(0.25, 2);
});

test('the example of Benjamini and Hochberg: four of fifteen are found', () => {
  const pValues = Float64Array.of(
    ...[0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344],
    ...[0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1]
  );
  const rates = falseDiscoveryRates(pValues);
  expect([...rates].map((rate) => rate < 0.05).indexOf(false)).toBe(4);
  expect(rates[0]).toBeCloseTo(0.0015, 10);
  expect(rates[3]).toBeCloseTo((0.0095 * 15) / 4, 10);
  // Those not computed count.
  expect(falseDiscoveryRates(Float64Array.of(0.01), 10)[0]).toBeCloseTo(0.1, 10);
  expect(falseDiscoveryRates(new Float64Array(0))).toHaveLength(0);
});
