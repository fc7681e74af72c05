import { runDoctor, type DoctorReport } from '../run.ts';
import type { GrafanaRequest, GrafanaResponse } from '../grafana.ts';
import type { Outcome } from '../types.ts';
import { LOGS_CHECKS } from './logs-checks.ts';
import { STORE_CHECKS } from './store-checks.ts';
import { TRACES_TO_LOGS_CHECKS } from './traces-to-logs-checks.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const LABEL = { name: 'trace_id', matcherType: 'label', matcherRegex: '^trace_id$', url: '${__value.raw}' };
const checks = [
  ...STORE_CHECKS.filter(({ id }) => id === 'store-datasource' || id === 'store-reachable'),
  ...LOGS_CHECKS,
  ...TRACES_TO_LOGS_CHECKS,
];

interface Stack {
  readonly derivedFields?: readonly object[];
  readonly tracesToLogsV2?: object;
  readonly tracesToLogs?: object;
  readonly more?: readonly object[];
  /** What Loki answers; by default that it has one line, twice. */
  readonly loki?: (path: string) => GrafanaResponse | Promise<GrafanaResponse>;
  readonly line?: string;
  readonly labels?: Record<string, string>;
}

const ok = (data: unknown): GrafanaResponse => ({ status: 200, data });

/** As Grafana, Loki and the store answer, with next to nothing in them. */
function run(stack: Stack): Promise<DoctorReport> {
  const { derivedFields = [{ ...LABEL, datasourceUid: 'clew' }], tracesToLogsV2, tracesToLogs, more = [] } = stack;
  const linked = tracesToLogsV2 ?? { datasourceUid: 'loki', tags: [{ key: 'service.name', value: 'service_name' }] };
  const logs = tracesToLogs ? { tracesToLogs } : { tracesToLogsV2: linked };
  const datasources = [
    { uid: 'clew', name: 'Clew', type: 'clew-traces-datasource', url: 'http://clew:3200', jsonData: logs },
    { uid: 'loki', name: 'Loki', type: 'loki', url: 'http://loki:3100', jsonData: { derivedFields } },
    ...more,
  ];
  const answer = (path: string): GrafanaResponse | Promise<GrafanaResponse> => {
    if (path === '/api/datasources') {
      return ok(datasources);
    }
    if (path.includes('/uid/loki/')) {
      return (stack.loki ?? lokiOf(stack))(path);
    }
    if (path.endsWith('/clew/v1/status')) {
      return ok({ ready: true, spansStored: 0 });
    }
    return { status: 404, data: { message: 'not there' } };
  };
  return runDoctor({
    checks,
    transport: async ({ path }: GrafanaRequest) => answer(path),
    clock: { now: () => 1_800_000_000_000, sleep: () => new Promise(() => undefined) },
  });
}

const lokiOf =
  ({ line = 'x', labels = {} }: Stack) =>
  (path: string): GrafanaResponse => {
    if (path.endsWith('/labels')) {
      return ok({ status: 'success', data: ['service_name'] });
    }
    const stream = { service_name: 'cart', ...labels };
    const result = [{ stream, values: [['1799999000000000000', line]] }];
    return path.endsWith('/query_range')
      ? ok({ status: 'success', data: { resultType: 'streams', result } })
      : { status: 404, data: 'not here' };
  };

const outcomesOf = ({ results }: DoctorReport): Record<string, Outcome> =>
  Object.fromEntries(results.filter(({ area }) => area !== 'store').map(({ id, outcome }) => [id, outcome]));

const said = ({ results }: DoctorReport, id: string): string =>
  results
    .find((result) => result.id === id)
    ?.verdicts.map(({ sentence }) => sentence)
    .join(' ') ?? '';

test('without the right to ask Loki nothing is green', async () => {
  const report = await run({ loki: () => ({ status: 403, data: { message: 'Access denied' } }) });
  expect(outcomesOf(report)).toEqual({
    'loki-reachable': 'unknown',
    'log-lines': 'skipped',
    'log-metadata': 'skipped',
    'derived-fields': 'skipped',
    'log-traces-resolve': 'skipped',
    'logs-linked': 'ok',
    'logs-labels': 'skipped',
    'span-lines': 'skipped',
  });
  expect(said(report, 'loki-reachable')).toContain('You may not query Loki (403)');
});

test('a Loki that answers too late is unknown', async () => {
  const late = Object.assign(new Error('late'), { name: 'TimeoutError' });
  const report = await run({
    loki: (path) => (path.endsWith('/query_range') ? Promise.reject(late) : lokiOf({})(path)),
  });
  const { 'loki-reachable': reachable, 'logs-linked': linked, ...others } = outcomesOf(report);
  expect([reachable, linked]).toEqual(['ok', 'ok']);
  expect(new Set(Object.values(others))).toEqual(new Set(['unknown']));
  expect(said(report, 'derived-fields')).toContain('within 5 seconds');
});

test('what is at the URL is no Loki', async () => {
  const report = await run({ loki: () => ok('<html></html>') });
  expect(outcomesOf(report)['loki-reachable']).toBe('failed');
  expect(said(report, 'loki-reachable')).toContain('http://loki:3100 does not speak Loki’s API');
});

test('an empty Loki: nothing was tried, and that is said', async () => {
  const report = await run({
    loki: (path) =>
      ok({ status: 'success', ...(path.endsWith('/labels') ? {} : { data: { resultType: 'streams', result: [] } }) }),
  });
  expect(outcomesOf(report)).toMatchObject({
    'loki-reachable': 'ok',
    'log-lines': 'warning',
    'derived-fields': 'unknown',
    'log-traces-resolve': 'unknown',
    'logs-labels': 'unknown',
    'span-lines': 'unknown',
  });
  expect(said(report, 'derived-fields')).toContain('No lines in the last hour');
});

test('lines that name no trace leave the derived field untried', async () => {
  const report = await run({ line: `checksum ${TRACE}` });
  expect(outcomesOf(report)['derived-fields']).toBe('unknown');
  expect(said(report, 'derived-fields')).toContain('None of 2 lines names a trace');
});

test.each([
  ['no group', { ...LABEL, matcherType: 'regex', matcherRegex: 'trace_id=\\w+', datasourceUid: 'clew' }, /no group/],
  [
    'no pattern',
    { ...LABEL, matcherType: 'regex', matcherRegex: 'trace_id=(', datasourceUid: 'clew' },
    /no regular exp/,
  ],
  ['an empty value', { ...LABEL, url: '', datasourceUid: 'clew' }, /is empty/],
  ['two dollars', { ...LABEL, url: '$${__value.raw}', datasourceUid: 'clew' }, /a dollar sign too many/],
  ['no value', { ...LABEL, url: 'abc', datasourceUid: 'clew' }, /each line leads to the same/],
])('a derived field with %s cannot work', async (_, field, why) => {
  const report = await run({ derivedFields: [field], line: `trace_id=${TRACE} msg=x` });
  expect(outcomesOf(report)['derived-fields']).toBe('failed');
  expect(said(report, 'derived-fields')).toMatch(why);
});

test('other links of the user stay in what is proposed', async () => {
  const own = { name: 'order', matcherRegex: 'order=(\\w+)', url: 'https://shop.example/${__value.raw}' };
  const search = { ...LABEL, name: 'order', url: '{ span.order = "${__value.raw}" }', datasourceUid: 'clew' };
  const gone = { ...LABEL, datasourceUid: 'tempo-of-old' };
  const { results } = await run({ derivedFields: [own, search, gone], labels: { trace_id: TRACE } });
  const [verdict] = results.find(({ id }) => id === 'derived-fields')?.verdicts ?? [];
  expect(verdict.sentence).toContain('“trace_id” to the uid tempo-of-old');
  expect(verdict.remedy?.change?.jsonData).toEqual({
    derivedFields: [own, search, { ...gone, datasourceUid: 'clew' }],
  });
});

test('ids that the store cannot have are malformed', async () => {
  const report = await run({ line: '{"dd.trace_id":"8374698374698374698"}' });
  expect(outcomesOf(report)['log-traces-resolve']).toBe('failed');
  expect(said(report, 'log-traces-resolve')).toContain('decimal');
});

test('settings of old are read, and not called right', async () => {
  const tracesToLogs = { datasourceUid: 'loki', tags: ['service_name'] };
  const report = await run({ tracesToLogs });
  expect(outcomesOf(report)['logs-linked']).toBe('warning');
  expect(said(report, 'logs-linked')).toContain('tracesToLogsV2');
});

test('logs in Elasticsearch are not called working', async () => {
  const elastic = { uid: 'elastic', name: 'Elastic', type: 'elasticsearch', jsonData: {} };
  const report = await run({ more: [elastic], tracesToLogsV2: { datasourceUid: 'elastic' } });
  expect(outcomesOf(report)).toMatchObject({
    'logs-linked': 'unknown',
    'logs-labels': 'unknown',
    'span-lines': 'unknown',
  });
  expect(said(report, 'span-lines')).toContain('Elastic is Elasticsearch');
});
