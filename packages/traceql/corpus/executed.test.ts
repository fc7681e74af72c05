import { check } from '../src/check.ts';
import { TraceqlError } from '../src/errors.ts';
import { ObjectTrace, SearchEvaluator, type MatchedSpanset } from '../src/evaluate/index.ts';
import { parse } from '../src/parser.ts';
import { EXECUTED, REFUSED_BY_DATA } from './executed.ts';
import { EXECUTED_TRACES } from './executed-traces.ts';
import { shown } from './shown.ts';

function sketch(labels: readonly string[], { spans, attributes }: MatchedSpanset): string {
  const names = Array.from(spans, (span) => labels[span]).join(' ');
  const said = attributes.map(({ key, value }) => `${key}=${shown(value)}`).join(', ');
  return said === '' ? names : `${names} [${said}]`;
}

function run(text: string): string {
  const query = parse(text);
  check(query);
  const evaluator = new SearchEvaluator(query);
  return EXECUTED_TRACES.map((spans) =>
    evaluator
      .evaluate(new ObjectTrace([...spans.values()]))
      .map((spanset) => sketch([...spans.keys()], spanset))
      .join(' | ')
  )
    .filter((found) => found !== '')
    .join(' ');
}

describe('queries that are run', () => {
  const queries = Object.entries(EXECUTED).flatMap(([topic, list]) =>
    list.map(([text, labels]): [string, string, string] => [topic, text, labels])
  );

  it('are enough to be a corpus', () => {
    expect(queries.length).toBeGreaterThan(200);
    expect(new Set(queries.map(([, text]) => text)).size).toBe(queries.length);
  });

  it.each(queries)('%s: %s', (_topic, text, labels) => {
    expect(run(text)).toBe(labels);
  });
});

it.each(REFUSED_BY_DATA)('%s is refused by the data', (text, message) => {
  expect(() => run(text)).toThrow(TraceqlError);
  expect(() => run(text)).toThrow(message);
});
