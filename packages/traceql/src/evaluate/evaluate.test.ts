import { NO_SPAN, type FieldExpression, type Query, type SpansetOperand } from '../ast.ts';
import { RandomQueries } from '../../corpus/random-query.ts';
import { EXECUTED_TRACES, sketchTrace } from '../../corpus/executed-traces.ts';
import { TraceqlError } from '../errors.ts';
import { parse } from '../parser.ts';
import { readAttribute, SearchEvaluator } from './evaluate.ts';
import { ObjectTrace } from './object-trace.ts';
import { RandomSearches } from './testing/random-search.ts';
import { RandomTraces } from './testing/random-traces.ts';

const order = new ObjectTrace([...EXECUTED_TRACES[0].values()]);

const found = (text: string, trace = order) =>
  new SearchEvaluator(parse(text)).evaluate(trace).map(({ spans }) => [...spans]);

function queryOf(stage: SpansetOperand): Query {
  const stages = stage.kind === 'pipeline' ? stage.stages : [stage];
  return { kind: 'query', text: '', body: { kind: 'pipeline', stages, span: NO_SPAN }, hints: [], span: NO_SPAN };
}

const filterOf = (expression: FieldExpression): SpansetOperand => ({
  kind: 'spansetFilter',
  expression,
  span: NO_SPAN,
});

describe('a range of time', () => {
  const evaluator = new SearchEvaluator(parse('{ traceDuration = 900ms && rootName = "POST /order" }'));
  const at = (ms: number) => 1_700_000_000_000_000_000n + BigInt(ms) * 1_000_000n;

  test.each<[string, { startNs?: bigint; endNs?: bigint }, number[]]>([
    ['both ends belong to it', { startNs: at(100), endNs: at(300) }, [1, 2, 3]],
    ['open at the end', { startNs: at(301) }, [4, 5]],
    ['open at the start', { endNs: at(0) }, [0]],
  ])('%s, and the whole trace counts', (_, range, spans) => {
    expect(evaluator.evaluate(order, range).map((set) => [...set.spans])).toEqual([spans]);
  });

  test('relates what is in it by the whole tree', () => {
    const query = new SearchEvaluator(parse('{} >> { name = "SELECT" }'));
    expect(query.evaluate(order, { startNs: at(200) })).toEqual([]);
    expect(query.evaluate(order, { startNs: at(100) }).map(({ spans }) => [...spans])).toEqual([[2, 3]]);
  });

  test('without a span in it nothing matches, nil neither', () => {
    expect(new SearchEvaluator(parse('count() >= 0')).evaluate(order, { endNs: 1n })).toEqual([]);
  });
});

test('a trace without spans has no match', () => {
  expect(new SearchEvaluator(parse('{} !>> {} | count() >= 0')).evaluate(new ObjectTrace([]))).toEqual([]);
});

test('spans are in the order of the source, whatever the order of the tree', () => {
  const trace = sketchTrace('1', {
    c: { parent: 'b', name: 'c', start: 2 },
    a: { parent: '', name: 'a', start: 0 },
    b: { parent: 'a', name: 'b', start: 1 },
  });
  expect(found('{} &>> {}', new ObjectTrace([...trace.values()]))).toEqual([[0, 1, 2]]);
});

test('an evaluator goes on after an error', () => {
  const evaluator = new SearchEvaluator(parse('{ 10 / .items > 1 }'));
  expect(() => evaluator.evaluate(order)).toThrow(TraceqlError);
  expect(evaluator.evaluate(new ObjectTrace([...EXECUTED_TRACES[1].values()]))).toHaveLength(1);
});

test('an error of the data says where in the query it is', () => {
  const text = '{ .a = 1 ||\n  10 / .items > 1 }';
  expect(() => found(text)).toThrow(expect.objectContaining({ kind: 'invalid', line: 2, column: 3 }) as Error);
});

test.each<[string, string]>([
  ['{} | rate()', 'unsupported'],
  ['{ parent.a = 1 }', 'unsupported'],
  ['count() > count()', 'unsupported'],
  ['{ .a =~ "(" }', 'invalid'],
  [`{ .a =~ "(?:${'abcdefghij'.repeat(10)}){200}" }`, 'invalid'],
])('%s is refused', (text, kind) => {
  expect(() => new SearchEvaluator(parse(text))).toThrow(expect.objectContaining({ kind }) as Error);
});

test('reads the value of an attribute', () => {
  const query = parse('select(.items, duration, event:name, nestedSetLeft)');
  const stage = query.body.kind === 'pipeline' ? query.body.stages[0] : undefined;
  const attributes = stage?.kind === 'select' ? stage.attributes : [];
  expect(attributes.map((attribute) => readAttribute(order, attribute)(2))).toEqual([
    10n,
    { type: 'duration', value: 20_000_000n },
    ['exception', 'retry'],
    3n,
  ]);
});

describe('long and deep queries', () => {
  test('a chain of thousands of comparisons', () => {
    const chain = Array.from({ length: 4000 }, (_, index) => `.items = ${index}`).join(' || ');
    expect(found(`{ ${chain} }`)).toEqual([[0, 1, 2, 3]]);
    expect(found(`{ .items + ${'1 + '.repeat(4000)} 0 = 4003 }`)).toEqual([[0, 1]]);
  });

  test('a chain of thousands of spansets', () => {
    expect(found(`{}${' || { .items = 3 }'.repeat(4000)}`)).toEqual([[0, 1, 2, 3, 4, 5]]);
    expect(found(`{}${' ~ {}'.repeat(4000)}`)).toEqual([[1, 2, 3, 4]]);
  });

  test('trees deeper than any text', () => {
    let field: FieldExpression = { kind: 'literal', type: 'boolean', value: true, span: NO_SPAN };
    let spanset: SpansetOperand = filterOf(field);
    for (let depth = 0; depth < 100_000; depth++) {
      field = { kind: 'unary', operator: '!', operand: field, span: NO_SPAN };
      spanset = { kind: 'spansetOperation', operator: '||', left: filterOf(field), right: spanset, span: NO_SPAN };
    }
    expect(() => new SearchEvaluator(queryOf(filterOf(field)))).toThrow(TraceqlError);
    expect(() => new SearchEvaluator(queryOf(spanset))).toThrow(TraceqlError);
  });
});

test('random queries over random traces throw nothing but their own error', () => {
  const [queries, searches, random] = [new RandomQueries(3), new RandomSearches(4), new RandomTraces(5)];
  const traces = Array.from({ length: 10 }, () => new ObjectTrace(random.trace()));
  let [answers, errors] = [0, 0];
  for (let count = 0; count < 1000; count++) {
    const query = count % 2 === 0 ? queries.query() : parse(searches.search());
    try {
      const evaluator = new SearchEvaluator(query);
      for (const trace of traces) {
        for (const { spans } of evaluator.evaluate(trace)) {
          answers += 1;
          expect(spans.length).toBeGreaterThan(0);
          expect([...new Set(spans)].sort((a, b) => a - b)).toEqual([...spans]);
          expect(spans[spans.length - 1]).toBeLessThan(trace.size);
        }
      }
    } catch (error) {
      if (!(error instanceof TraceqlError)) {
        throw error;
      }
      errors += 1;
    }
  }
  expect(answers).toBeGreaterThan(1000);
  expect(errors).toBeGreaterThan(100);
});

test.each([
  '{ duration > 1ms } >> { kind = server }',
  '{} !>> {}',
  '{ .n > 10 } &~ {}',
  '{} | by(.n) | count() >= 1',
  '{} | by(.n) | { true } >> { true }',
  '{ nestedSetLeft > 5 && span:childCount >= 0 }',
])('%s takes linear time', (text) => {
  const chain = (size: number) =>
    new ObjectTrace([
      ...sketchTrace(
        '1',
        Object.fromEntries(
          Array.from({ length: size }, (_, index) => [
            index.toString(16),
            {
              parent: index === 0 ? '' : (index - 1).toString(16),
              name: 'n',
              start: 0,
              attributes: { n: BigInt(index) },
            },
          ])
        )
      ).values(),
    ]);
  const trace = chain(50_000);
  const evaluator = new SearchEvaluator(parse(text));
  const started = performance.now();
  evaluator.evaluate(trace);
  // Squared it would be 2500 million steps.
  expect(performance.now() - started).toBeLessThan(3000);
});
