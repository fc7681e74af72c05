import type { SqlValue } from '../engine.ts';

/** Values that a placement could spoil on their way into a statement: what they are, ClickHouse's type, the value. */
export const AWKWARD_VALUES: ReadonlyArray<readonly [what: string, type: string, value: SqlValue]> = [
  [
    'text with everything that is escaped',
    'String',
    'tab\t line\n\r quote \' " back\\slash \\n \\t \0 é😀 {x:String}; --',
  ],
  ['an empty text', 'String', ''],
  ['texts', 'Array(String)', ["a'b", 'c\\', 'd\te', '', 'é,[]', '\0', "\\'"]],
  ['nothing', 'Array(String)', []],
  ['the largest integer', 'UInt64', 2n ** 64n - 1n],
  ['a negative one', 'Int64', -(2n ** 63n)],
  ['integers', 'Array(UInt64)', [1n, 2n ** 63n]],
  ['a float', 'Float64', 0.1],
  ['a float as text', 'Float64', 'inf'],
  ['a boolean', 'Bool', true],
  ['a text of a megabyte', 'String', "x'\\\n".repeat(250_000)],
  ['ten thousand texts', 'Array(String)', Array.from({ length: 10_000 }, (_, index) => `${index}'`)],
];

/** As JSON has it: 64-bit integers are texts. */
export const asAnswered = (value: SqlValue): unknown =>
  Array.isArray(value) ? value.map(asAnswered) : typeof value === 'bigint' ? String(value) : value;
