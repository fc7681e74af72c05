import { adjustedCount } from './adjusted-count.ts';

const countOf = (state: string) => {
  const bytes = Buffer.from(`ot=th:8,${state},ot=th:8`);
  return adjustedCount(bytes, 8, 8 + state.length);
};

describe('adjustedCount', () => {
  it.each([
    ['ot=th:0', 1],
    ['ot=th:8', 2],
    ['ot=th:c', 4],
    ['ot=th:c0000000000000', 4],
    ['ot=th:ffffffffffffff', 2 ** 56],
    ['ot=rv:abcdef;th:e', 8],
    ['congo=t61, ot=th:8 ,rojo=00f', 2],
  ])('of %s is %d', (state, count) => {
    expect(countOf(state)).toBe(count);
  });

  it('is about 100 at one percent', () => {
    expect(countOf('ot=th:fd70a4')).toBeCloseTo(100, 3);
  });

  it.each(['', 'congo=th:8', 'ot=rv:8', 'ot=th:', 'ot=th:C', 'ot=th:g', 'ot=th:000000000000000', 'not=th:8', 'ot'])(
    'is 1 without a threshold: %s',
    (state) => {
      expect(countOf(state)).toBe(1);
    }
  );
});
