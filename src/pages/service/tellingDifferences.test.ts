import { type SpanDifferenceJson } from '../../shared/storePageTypes';
import { tellingDifferences } from './tellingDifferences';

const difference = (
  attribute: string,
  value: string,
  selectedShare: number,
  othersShare: number
): SpanDifferenceJson => ({
  ...{ attribute, value, selectedShare, othersShare },
  ...{ type: 'string', sure: 1 },
});

test('what there is less of is left out where there is more of another value', () => {
  const all = [
    difference('name', 'GET', 0, 0.9),
    difference('name', 'POST', 1, 0.1),
    difference('span.cache', 'hit', 0.1, 0.7),
  ];
  expect(tellingDifferences(all)).toEqual([all[1], all[2]]);
  expect(tellingDifferences([])).toEqual([]);
});
