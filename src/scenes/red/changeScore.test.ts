import { changeScore, changesOf } from './changeScore';
import { changeText } from './changeText';
import { type RedNumbers, type RedRow } from './red';

const numbers = (requests: number, errors = 0, p95: number | undefined = 0.1): RedNumbers => ({
  ...{ requests, errors, p95 },
  ...{ p50: p95 === undefined ? undefined : p95 / 2, p99: p95 },
});

const row = (now: RedNumbers, before: RedNumbers): RedRow => ({ key: 'a', basis: 'requests', now, before });

test('a doubling of p95 counts as 1, whichever way', () => {
  expect(changeScore(row(numbers(1e6, 0, 0.2), numbers(1e6)))).toBeCloseTo(1, 3);
  expect(changeScore(row(numbers(1e6, 0, 0.05), numbers(1e6)))).toBeCloseTo(1, 3);
});

test('five points of errors count as much, twice the traffic half of it', () => {
  expect(changeScore(row(numbers(1e6, 5e4), numbers(1e6)))).toBeCloseTo(1, 3);
  expect(changeScore(row(numbers(2e6), numbers(1e6)))).toBeCloseTo(0.5, 3);
});

test('the largest change decides and is named', () => {
  const [first, ...others] = changesOf(row(numbers(2e6, 8e5, 0.11), numbers(1e6))) ?? [];
  expect(first).toMatchObject({ kind: 'errors', by: 0.4 });
  expect(others.map(({ kind }) => kind)).toEqual(['rate', 'p95']);
  expect(changeText(first)).toEqual({ text: 'errors +40 points', health: 'bad' });
});

test('three requests that are ten times as slow come after a thousand that are half as slow again', () => {
  const few = row(numbers(3, 0, 1), numbers(3));
  const many = row(numbers(1000, 0, 0.15), numbers(1000));
  expect(changeScore(few)).toBeLessThan(changeScore(many));
});

test('what is new or gone has a bound', () => {
  const [fresh] = changesOf(row(numbers(1e6), numbers(0, 0, undefined))) ?? [];
  expect(fresh).toMatchObject({ kind: 'rate', by: Infinity });
  expect(fresh.score).toBeCloseTo(2, 3);
  expect(changeText(fresh)?.text).toBe('new');
  const [gone] = changesOf(row(numbers(0, 0, undefined), numbers(1e6))) ?? [];
  expect(gone.score).toBeCloseTo(2, 3);
  expect(changeText(gone)?.text).toBe('gone');
});

test('nothing is said while nothing is known, or nothing changed', () => {
  const unknown: RedNumbers = {
    requests: undefined,
    errors: undefined,
    p50: undefined,
    p95: undefined,
    p99: undefined,
  };
  expect(changesOf(row(numbers(5), unknown))).toBeUndefined();
  expect(changeScore(row(numbers(5), unknown))).toBe(0);
  expect(changeText(changesOf(row(numbers(1e6), numbers(1e6)))?.[0])).toBeUndefined();
  expect(changesOf(row(numbers(0), numbers(0)))?.every(({ score }) => Number.isFinite(score))).toBe(true);
});
