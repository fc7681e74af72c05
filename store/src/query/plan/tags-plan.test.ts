import { planTags } from './tags-plan.ts';

const plan = (tags: Record<string, string>, minDurationNs?: bigint, maxDurationNs?: bigint) =>
  planTags({ tags: new Map(Object.entries(tags)), minDurationNs, maxDurationNs });

test('a tag is an attribute of any scope, in each type that its text can be', () => {
  expect(plan({ a: '5' })).toMatchObject({
    bits: [
      {
        kind: 'or',
        operands: [
          { operand: { scope: 'any', name: 'a' }, literal: { type: 'string', value: '5' } },
          { literal: { type: 'int', value: 5n } },
        ],
      },
    ],
  });
  expect(plan({ a: 'true' })).toMatchObject({
    bits: [{ operands: [{}, { literal: { type: 'bool', value: true } }] }],
  });
  expect(plan({ a: '-1.5' })).toMatchObject({
    bits: [{ operands: [{}, { literal: { type: 'float', value: -1.5 } }] }],
  });
});

test('several tags need not be on one span', () => {
  expect(plan({ a: 'x', b: 'y' })).toMatchObject({
    candidates: { operands: [{ kind: 'or' }, { kind: 'inTrace' }, { kind: 'inTrace' }] },
  });
});

test('durations are of the trace', () => {
  expect(plan({}, 1n, 2n).candidates).toEqual({
    kind: 'and',
    operands: [
      {
        kind: 'compare',
        operand: { kind: 'intrinsic', name: 'trace:duration' },
        comparison: '>=',
        literal: { type: 'duration', value: 1n },
      },
      {
        kind: 'compare',
        operand: { kind: 'intrinsic', name: 'trace:duration' },
        comparison: '<=',
        literal: { type: 'duration', value: 2n },
      },
    ],
  });
});

test.each([
  ['error', 'true', { operand: { name: 'span:status' }, literal: { value: 'error' } }],
  ['error', 'false', { kind: 'not' }],
  ['status.code', 'unset', { literal: { type: 'status', value: 'unset' } }],
  ['span.kind', 'client', { literal: { type: 'kind', value: 'client' } }],
  ['root.service.name', 'a', { operand: { name: 'trace:rootService' } }],
  ['constructor', 'a', { operand: { kind: 'attribute', name: 'constructor' } }],
])('%s=%s', (tag, value, expected) => {
  expect(plan({ [tag]: value })).toMatchObject({ bits: [expected], candidates: expected });
});
