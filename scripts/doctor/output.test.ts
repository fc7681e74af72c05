import type { CheckResult, DoctorReport, Outcome } from '@clew/doctor';

import { AreaPrinter, closingLine, countsOf, exitCodeOf, jsonOf } from './output.ts';

const CHECKS = [
  { id: 'a', area: 'store' as const },
  { id: 'b', area: 'store' as const },
  { id: 'c', area: 'metrics' as const },
];
const PROMETHEUS = {
  ...{ uid: 'p', name: 'Prometheus', type: 'prometheus', isDefault: false, readOnly: false, url: 'http://p:9090' },
  jsonData: { httpMethod: 'POST' },
};
const INVENTORY = { source: 'api' as const, datasources: [PROMETHEUS] };
const REMEDY = { summary: 'Mends it.', change: { datasource: PROMETHEUS, jsonData: { url: '${__value.raw}' } } };

const result = (id: string, outcome: Outcome, verdict: object = {}): CheckResult => ({
  ...{ id, outcome, title: `Title of ${id}`, durationMs: 1, area: id === 'c' ? 'metrics' : 'store' },
  verdicts: [{ outcome, sentence: `Sentence of ${id}.`, ...verdict }],
});

const report = (...results: CheckResult[]): DoctorReport => ({
  ...{ outcome: 'ok', results, inventory: INVENTORY, store: undefined, durationMs: 1234 },
});

function printed(inColour: boolean, ...results: CheckResult[]): string[] {
  const texts: string[] = [];
  const printer = new AreaPrinter(
    CHECKS,
    (text) => texts.push(text),
    inColour,
    () => ({ inventory: INVENTORY })
  );
  return results.map((one) => {
    printer.add(one);
    return texts.splice(0).join('');
  });
}

test('an area is printed once all of it is known, and those before it', () => {
  const [first, second, third] = printed(false, result('c', 'ok'), result('b', 'ok'), result('a', 'skipped'));
  expect([first, second]).toEqual(['', '']);
  expect(third).toBe(
    [
      ...[
        'Store',
        '  skipped  Title of a',
        '           Sentence of a.',
        '  ok       Title of b',
        '           Sentence of b.',
      ],
      ...['', 'Metrics to traces', '  ok       Title of c', '           Sentence of c.', '', ''],
    ].join('\n')
  );
});

test('what is broken has its evidence and the file that mends it, the same file once', () => {
  const verdict = { evidence: ['seen'], remedy: REMEDY };
  const text = printed(false, result('a', 'failed', verdict), result('b', 'failed', verdict)).join('');
  expect(text).toContain('| seen');
  expect(text.match(/httpMethod: POST/g)).toHaveLength(1);
  expect(text).toContain('url: $${__value.raw}');
  expect(text).toContain('The file is the same as above.');
});

test('what is ok has no evidence, and what is skipped no remedy', () => {
  const text = printed(
    false,
    result('a', 'ok', { evidence: ['seen'] }),
    result('b', 'skipped', { remedy: REMEDY })
  ).join('');
  expect(text).not.toMatch(/seen|Remedy/);
});

test('colour only where it is wanted', () => {
  const results = [result('a', 'ok'), result('b', 'failed')];
  expect(printed(true, ...results).join('')).toContain('\u001b[31m');
  expect(printed(false, ...results).join('')).not.toContain('\u001b');
});

test.each<[Outcome[], number]>([
  [['ok', 'warning', 'skipped'], 0],
  [['ok', 'failed', 'unknown'], 1],
  [['ok', 'unknown'], 2],
])('%s is exit code %s', (outcomes, code) => {
  expect(exitCodeOf(countsOf(report(...outcomes.map((outcome) => result('a', outcome)))))).toBe(code);
});

test('the closing line counts', () => {
  expect(closingLine(report(result('a', 'ok'), result('b', 'failed')))).toBe('2 checks in 1.2 s: 1 ok, 1 failed.\n');
});

test('the document has the change, and the same as YAML', () => {
  const given = report(result('a', 'failed', { remedy: REMEDY }));
  const document = JSON.parse(
    JSON.stringify(jsonOf(given, { grafana: 'http://g', lookBackMs: 1, applied: undefined }))
  );
  expect(document).toMatchObject({ exitCode: 1, store: null, counts: { failed: 1 } });
  expect(document.checks[0].verdicts[0].remedy).toEqual({
    summary: 'Mends it.',
    change: { datasource: { uid: 'p', name: 'Prometheus', type: 'prometheus' }, jsonData: { url: '${__value.raw}' } },
    yaml: expect.stringContaining('url: $${__value.raw}'),
  });
  expect(document).not.toHaveProperty('applied');
});
