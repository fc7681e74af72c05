/**
 * How likely a difference at least this large is where there is none. Written here rather than taken from a library: packages/ runs
 * in the browser without dependencies, and each is a page of arithmetic that is checked against published values.
 */

/**
 * Two-sided Mann-Whitney U test of two samples, each in ascending order: whether values of one tend to be larger. By the normal
 * approximation with correction for ties and for continuity, which holds from five values a side (Mann and Whitney 1947; Hollander,
 * Wolfe and Chicken, Nonparametric Statistical Methods, 4.1). Returns the p-value; 1 without values, or where all are equal.
 */
export function mannWhitney(a: Float64Array, b: Float64Array): number {
  const [m, n] = [a.length, b.length];
  if (m === 0 || n === 0) {
    return 1;
  }
  let rankSum = 0;
  let ties = 0;
  for (let i = 0, j = 0; i < m || j < n;) {
    const value = i < m && (j === n || a[i] <= b[j]) ? a[i] : b[j];
    const [fromA, fromB] = [i, j];
    while (i < m && a[i] === value) {
      i++;
    }
    while (j < n && b[j] === value) {
      j++;
    }
    const equal = i - fromA + j - fromB;
    rankSum += (i - fromA) * (fromA + fromB + (equal + 1) / 2);
    ties += equal ** 3 - equal;
  }
  const all = m + n;
  const variance = ((m * n) / 12) * (all + 1 - ties / (all * (all - 1)));
  if (!(variance > 0)) {
    return 1;
  }
  const away = Math.abs(rankSum - (m * (m + 1)) / 2 - (m * n) / 2);
  return Math.min(1, erfc(Math.max(0, away - 0.5) / Math.sqrt(2 * variance)));
}

/** Logarithms of factorials, made as far as they are needed. */
const LOG_FACTORIALS = [0];

function logFactorial(n: number): number {
  for (let at = LOG_FACTORIALS.length; at <= n; at++) {
    LOG_FACTORIALS.push(LOG_FACTORIALS[at - 1] + Math.log(at));
  }
  return LOG_FACTORIALS[n];
}

const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/** Tables as likely as the one that was seen count as such despite rounding: R's fisher.test has the same slack. */
const SLACK = 1e-7;

/**
 * Fisher's exact test, two-sided: `hitsA` of `sizeA` against `hitsB` of `sizeB`. The p-value is that of all tables with the same
 * margins that are no likelier than this one. Linear in the size of the smaller margin.
 */
export function fisherExact(hitsA: number, sizeA: number, hitsB: number, sizeB: number): number {
  const hits = hitsA + hitsB;
  const all = logChoose(sizeA + sizeB, hits);
  const likelihood = (inA: number) => Math.exp(logChoose(sizeA, inA) + logChoose(sizeB, hits - inA) - all);
  const most = likelihood(hitsA) * (1 + SLACK);
  let sum = 0;
  for (let inA = Math.max(0, hits - sizeB); inA <= Math.min(sizeA, hits); inA++) {
    const one = likelihood(inA);
    sum += one <= most ? one : 0;
  }
  return Math.min(1, sum);
}

/** Beyond so many, the normal approximation is as good and far faster. */
const MOST_EXACT = 2000;
/** What a table has to expect in each cell for that. */
const LEAST_EXPECTED = 10;

/** The same question of sets of any size: Fisher's exact test, of large ones the two-sided z-test of two proportions. */
export function proportionTest(hitsA: number, sizeA: number, hitsB: number, sizeB: number): number {
  const [size, hits] = [sizeA + sizeB, hitsA + hitsB];
  const expected = (Math.min(hits, size - hits) * Math.min(sizeA, sizeB)) / size;
  if (size <= MOST_EXACT || expected < LEAST_EXPECTED) {
    return fisherExact(hitsA, sizeA, hitsB, sizeB);
  }
  const variance = (hits / size) * (1 - hits / size) * (1 / sizeA + 1 / sizeB);
  return Math.min(1, erfc(Math.abs(hitsA / sizeA - hitsB / sizeB) / Math.sqrt(2 * variance)));
}

/**
 * Benjamini and Hochberg's q-values (1995): of what has a q below 5 %, no more than 5 % are expected to be false, however many were
 * tested. `tests` counts also those that were not worth computing, as if their p-value were 1.
 */
export function falseDiscoveryRates(pValues: Float64Array, tests = pValues.length): Float64Array {
  const order = Uint32Array.from(pValues.keys()).sort((one, other) => pValues[one] - pValues[other]);
  const rates = new Float64Array(pValues.length);
  let least = 1;
  for (let rank = order.length; rank > 0; rank--) {
    least = Math.min(least, (pValues[order[rank - 1]] * tests) / rank);
    rates[order[rank - 1]] = least;
  }
  return rates;
}

/** Coefficients of Chebyshev's polynomials in Numerical Recipes, 2nd edition, 6.2: a relative error below 1.2e-7 everywhere. */
const ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
];

/** The complementary error function of what is not negative. */
function erfc(x: number): number {
  const t = 1 / (1 + x / 2);
  return t * Math.exp(-x * x + ERFC.reduceRight((sum, coefficient) => sum * t + coefficient, 0));
}
