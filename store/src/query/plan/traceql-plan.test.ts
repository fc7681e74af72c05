import { parse, TraceqlError } from '@clew/traceql';

import { MAX_COMPARISONS } from './filter-plan.ts';
import { planQuery, planTraceql } from './traceql-plan.ts';

const plan = (text: string) => planTraceql(text);

const span = (name: string) => ({ kind: 'attribute', scope: 'span', name });
const int = (value: bigint) => ({ type: 'int', value });

describe('conditions', () => {
  test.each<[string, object]>([
    ['{}', { kind: 'constant', value: true }],
    ['{ false }', { kind: 'constant', value: false }],
    ['{ 2 > 1s }', { kind: 'constant', value: false }],
    ['{ 1s = 1000000000 }', { kind: 'constant', value: true }],
    ['{ "b" >= "a" }', { kind: 'constant', value: true }],
    [
      '{ name = "x" }',
      {
        kind: 'compare',
        operand: { kind: 'intrinsic', name: 'span:name' },
        comparison: '=',
        literal: { type: 'string', value: 'x' },
      },
    ],
    ['{ span.a }', { kind: 'compare', operand: span('a'), comparison: '=', literal: { type: 'bool', value: true } }],
    ['{ !span.a }', { kind: 'compare', operand: span('a'), comparison: '=', literal: { type: 'bool', value: false } }],
    [
      '{ !(span.a = 1) }',
      { kind: 'not', operand: { kind: 'compare', operand: span('a'), comparison: '=', literal: int(1n) } },
    ],
    ['{ 1 <= span.a }', { kind: 'compare', operand: span('a'), comparison: '>=', literal: int(1n) }],
    ['{ span.a = -(2 + 3) }', { kind: 'compare', operand: span('a'), comparison: '=', literal: int(-5n) }],
    ['{ span.a != nil }', { kind: 'exists', operand: span('a') }],
    ['{ nil = span.a }', { kind: 'missing', operand: span('a') }],
  ])('%s', (query, expected) => {
    expect(plan(query).condition).toEqual(expected);
  });

  test('chains of one operator are flat, others nest from the left', () => {
    const shape = (condition: unknown): unknown => {
      const { kind, operands } = condition as { kind: string; operands?: unknown[] };
      return operands ? { [kind]: operands.map(shape) } : kind;
    };
    expect(shape(plan('{ .a && .b && .c || .d || .e && .f }').condition)).toEqual({
      and: [{ or: [{ and: ['compare', 'compare', 'compare'] }, 'compare', 'compare'] }, 'compare'],
    });
    expect(shape(plan('{ .a && (.b && .c) }').condition)).toEqual({
      and: ['compare', { and: ['compare', 'compare'] }],
    });
  });

  test('spansets joined by && are in one trace, by || any', () => {
    const { condition } = plan('{ .a } && { .b }');
    expect(condition).toMatchObject({
      kind: 'and',
      operands: [{ kind: 'inTrace' }, { kind: 'inTrace' }, { kind: 'or', operands: [{}, {}] }],
    });
    expect(plan('{ .a } || { .b }').condition).toMatchObject({ kind: 'or' });
  });
});

test('mentions each attribute once, in order, and what select() adds', () => {
  expect(plan('{ .a = 1 && span.a = 2 || .a = 3 && name = "x" } | select(status, .a)').mentioned).toEqual([
    { kind: 'attribute', scope: 'any', name: 'a' },
    { kind: 'attribute', scope: 'span', name: 'a' },
    { kind: 'intrinsic', name: 'span:name' },
    { kind: 'intrinsic', name: 'span:status' },
  ]);
});

describe('what is not supported is refused with its place', () => {
  const refusal = (text: string) => {
    try {
      planQuery(parse(text));
    } catch (error) {
      return error;
    }
    throw new Error(`${text} is supported`);
  };

  test.each([
    ['{ .a } >> { .b }', 1, '>>'],
    ['{ .a = 1 }\n| by(.b)', 2, 'by()'],
    ['{} | coalesce()', 1, 'coalesce()'],
    ['{} | avg(duration) > 1s', 1, 'Aggregates'],
    ['{} | rate()', 1, 'Metrics'],
    ['({} | count() > 1) || {}', 1, 'pipeline'],
    ['{\n .a = .b }', 2, 'two attributes'],
    ['{ .a + 1 = 2 }', 1, 'Arithmetic'],
    ['{ span:childCount > 1 }', 1, 'span:childCount'],
    ['{ nestedSetLeft > 1 }', 1, 'nestedSetLeft'],
    ['{ nestedSetParent > 0 }', 1, 'root'],
    ['{ (.a = 1) = nil }', 1, 'nil'],
  ])('%s', (text, line, message) => {
    const error = refusal(text);
    expect(error).toBeInstanceOf(TraceqlError);
    expect(error).toMatchObject({ kind: 'unsupported', line, column: expect.any(Number) });
    expect((error as Error).message).toContain(message);
  });

  test('too much', () => {
    const chain = (count: number) => `{ ${Array.from({ length: count }, () => '.a = 1').join(' || ')} }`;
    expect(() => plan(chain(MAX_COMPARISONS))).not.toThrow();
    expect(refusal(chain(MAX_COMPARISONS + 1))).toMatchObject({ kind: 'unsupported' });
    expect(refusal(chain(10_000))).toMatchObject({ kind: 'unsupported' });
    expect(refusal(`{ ${'.a && .b || '.repeat(61)}.c }`)).toMatchObject({
      message: expect.stringContaining('alternate'),
    });
    const doubling = Array.from({ length: 12 }, () => '{ .a } && { .b } || { .c }').join(' && ');
    expect(refusal(doubling)).toMatchObject({ kind: 'unsupported' });
  });
});
