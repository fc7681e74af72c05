import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillPromql } from './fillPromql';
import { EVIL_NAMES, spanOf } from './testing/spans';

const SERVICE = [{ key: 'service.name', label: 'service' }];
/** YAML reads what JSON writes; the series' own text is PromQL, in which JSON's escapes mean the same. */
const seriesOf = (service: string) => `up{service=${JSON.stringify(service)}}`;

/** Prometheus' own engine, as `promtool test rules` runs it: throws with its report if an answer is another one. */
function expectAnswers(answers: ReadonlyArray<readonly [expr: string, value: number]>): void {
  const folder = mkdtempSync(join(tmpdir(), 'clew-promql-'));
  try {
    const file = join(folder, 'test.json');
    const test = {
      interval: '1m',
      input_series: EVIL_NAMES.map((name, index) => ({ series: seriesOf(name), values: `${index + 1}x5` })),
      promql_expr_test: answers.map(([expr, value]) => ({
        expr,
        eval_time: '1m',
        exp_samples: [{ labels: '{}', value }],
      })),
    };
    writeFileSync(file, JSON.stringify({ tests: [test] }));
    execFileSync('promtool', ['test', 'rules', file], { encoding: 'utf8', timeout: 20_000, stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('each name finds its own series and no other', () => {
  expectAnswers(EVIL_NAMES.map((name, index) => [fillPromql('sum(up{$__tags})', SERVICE, spanOf(name)), index + 1]));
});

test('so do names in quotes of a query, as texts and as patterns', () => {
  const span = (name: string) => spanOf('shop', { name });
  expectAnswers(
    EVIL_NAMES.flatMap((name, index) => [
      [fillPromql('sum(up{service="${__span.name}"})', SERVICE, span(name)), index + 1] as const,
      [fillPromql("sum(up{service='${__span.name}'})", SERVICE, span(name)), index + 1] as const,
      [fillPromql('sum(up{service=~"${__span.name}"})', SERVICE, span(name)), index + 1] as const,
    ])
  );
});

test('an answer that is another one is noticed', () => {
  expect(() => expectAnswers([['sum(up)', 1]])).toThrow();
});
