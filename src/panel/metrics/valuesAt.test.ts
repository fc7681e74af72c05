import { createDataFrame, FieldType } from '@grafana/data';
import { isAllZero, valuesAt } from './valuesAt';

const frameOf = (values: Array<number | null>, name?: string) =>
  createDataFrame({
    fields: [
      { name: 'Time', type: FieldType.time, values: values.map((_, index) => index * 10) },
      { name: 'Value', type: FieldType.number, values, config: name === undefined ? {} : { displayName: name } },
    ],
  });

test('the point that sums up the time, with its unit', () => {
  expect(valuesAt([frameOf([0.1, 0.2, 0.3])], 11, 's')).toEqual([{ name: '', text: '300 ms' }]);
  expect(valuesAt([frameOf([0.1, 0.2, 0.3])], 10, 's')).toEqual([{ name: '', text: '200 ms' }]);
});

test('after the end the last point; gaps are left out; several have names', () => {
  const frames = [frameOf([1, 2], 'p50'), frameOf([1, null], 'p95'), frameOf([], 'none')];
  expect(valuesAt(frames, 99, 'short')).toEqual([{ name: 'p50', text: '2' }]);
});

test('nothing but zeros', () => {
  expect(isAllZero([frameOf([0, 0]), frameOf([0])])).toBe(true);
  expect(isAllZero([frameOf([0, 0]), frameOf([0, 0.01])])).toBe(false);
});
