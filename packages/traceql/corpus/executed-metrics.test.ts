import { check } from '../src/check.ts';
import { ObjectTrace } from '../src/evaluate/index.ts';
import { format } from '../src/format.ts';
import { MetricsEvaluator, rangeGrid, type Series } from '../src/metrics/index.ts';
import { parse } from '../src/parser.ts';
import { EXECUTED_METRICS } from './executed-metrics.ts';
import { EXECUTED_TRACES } from './executed-traces.ts';
import { shown } from './shown.ts';

const START_NS = 1_700_000_000_000_000_000n;
const GRID = rangeGrid({ startNs: START_NS, endNs: START_NS + 10_000_000_000n }, 2_000_000_000n);

const number = (value: number): string => (Number.isNaN(value) ? '-' : String(Number(value.toPrecision(6))));

const sketch = ({ labels, values }: Series): [string, string] => [
  labels.map(({ name, value }) => `${name}=${shown(value)}`).join(' '),
  Array.from(values, number).join(' '),
];

function run(text: string): Record<string, string> {
  const query = parse(text);
  check(query);
  const metrics = new MetricsEvaluator(query, GRID);
  EXECUTED_TRACES.forEach((spans) => metrics.add(new ObjectTrace([...spans.values()])));
  return Object.fromEntries(metrics.result().series.map(sketch));
}

describe('metrics that are run', () => {
  const queries = Object.entries(EXECUTED_METRICS).flatMap(([topic, list]) =>
    list.map(([text, series]): [string, string, Readonly<Record<string, string>>] => [topic, text, series])
  );

  it('are enough to be a corpus', () => {
    expect(queries.length).toBeGreaterThan(80);
    expect(new Set(queries.map(([, text]) => text)).size).toBe(queries.length);
  });

  it.each(queries)('%s: %s', (_topic, text, series) => {
    expect(run(text)).toEqual(series);
    // What the printer makes of it means the same.
    expect(run(format(parse(text)))).toEqual(series);
  });
});
