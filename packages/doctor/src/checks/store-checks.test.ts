import { datasource, json, run, store, type Answers } from '../testing/recorded-answers.ts';
import { STORE_CHECKS } from './store-checks.ts';

const NOW = Date.now();
const nano = (ms: number) => `${Math.round(ms)}000000`;

const STATUS = {
  version: '0.1.0',
  ready: true,
  uptimeSeconds: 600,
  nowMs: NOW,
  spansStored: 10,
  oldestUnixNano: nano(NOW - 600_000),
  newestUnixNano: nano(NOW - 1000),
  received: { spans: 100 },
  refused: {},
  lastRefusedMs: {},
  otlp: { grpc: '127.0.0.1:4317', http: '127.0.0.1:4318' },
};

const services = (...rows: Array<[string, number]>) =>
  json({ services: rows.map(([service, ageMs]) => ({ service, spans: 5, lastSeenUnixNano: nano(NOW - ageMs) })) });

const answers = (status: object, more: Answers = {}): Answers => ({
  '/api/plugins/': json({ enabled: true, info: { version: '0.1.0' } }),
  'clew/clew/v1/status': json({ ...STATUS, ...status }),
  'clew/clew/v1/services': services(['cart', 1000]),
  'clew/api/search': json({ traces: [] }),
  ...more,
});

const check = (given: Answers, datasources = [store]) => run(STORE_CHECKS, datasources, given);

test('a store that works is ok throughout', async () => {
  const results = await check(answers({}));
  expect(Object.values(results).map(({ outcome }) => outcome)).toEqual(STORE_CHECKS.map(() => 'ok'));
});

test.each([
  ['nothing listens', { status: 502, data: 'Bad Gateway' }, 'failed', /Nothing answers at http:\/\/clew:3200/],
  ['no answer in time', { status: 504, data: {} }, 'failed', /\(504\)/],
  ['a wrong token', { status: 400, data: { message: 'Authentication to data source failed' } }, 'failed', /token/],
  ['no rights', { status: 403, data: { message: 'Access denied' } }, 'unknown', /may not/],
  [
    'the admin port',
    { status: 404, data: "This is Clew's admin listener: GET /ready\n" },
    'failed',
    /not the query port/,
  ],
  ['a page of another product', json('<!DOCTYPE html><title>Grafana</title>otlp'), 'failed', /not the query port/],
  ['JSON of another product', json({ status: 'success' }), 'failed', /not the query port/],
  [
    'a store that fails',
    { status: 500, data: { error: { code: 'internal', message: 'x' } } },
    'failed',
    /fails \(500\)/,
  ],
])('%s is told apart', async (_name, status, outcome, sentence) => {
  const results = await check(answers({}, { 'clew/clew/v1/status': status }));
  expect(results['store-reachable'].verdicts).toMatchObject([{ outcome, sentence: expect.stringMatching(sentence) }]);
  expect(results['spans-arriving'].outcome).toBe('skipped');
});

test('the remedy of a wrong port keeps the settings, and doubles dollar signs', async () => {
  const wrong = { ...store, url: 'http://clew:3201', jsonData: { a: '${__tags}' } };
  const results = await check(answers({}, { 'clew/clew/v1/status': { status: 404, data: 'admin listener' } }), [wrong]);
  const text = results['store-reachable'].verdicts[0].remedy?.file?.text;
  expect(text).toContain('    url: http://clew:3200\n');
  expect(text).toContain('    jsonData: {"a":"$${__tags}"}\n');
});

test('no datasource of the type fails, and all that rests on it is skipped', async () => {
  const results = await check(answers({}), [datasource('p', 'prometheus')]);
  expect(results['store-datasource'].verdicts[0].remedy?.file?.text).toContain('type: clew-traces-datasource');
  expect(results['clocks'].outcome).toBe('skipped');
});

test('what was refused lately counts by its share, what was refused before does not', async () => {
  const of = async (refused: object, lastRefusedMs: object) =>
    (await check(answers({ refused, lastRefusedMs })))['spans-refused'].verdicts[0];
  expect((await of({ rate: 1 }, { rate: NOW - 60_000 })).outcome).toBe('warning');
  expect((await of({ rate: 50 }, { rate: NOW - 60_000 })).outcome).toBe('failed');
  expect((await of({ rate: 50 }, { rate: NOW - 3_600_000 })).outcome).toBe('ok');
  // A store that does not tell when, and a reason that nobody knows.
  expect(await of({ whatever: 1 }, {})).toMatchObject({
    outcome: 'warning',
    remedy: { steps: ['See whatever in docs/store.md.'] },
  });
});

test('a service that is silent while others send is named; an idle store too, and an empty one', async () => {
  const silent = { 'clew/clew/v1/services': services(['cart', 1000], ['bank', 20 * 60_000]) };
  expect((await check(answers({}, silent)))['spans-arriving'].verdicts[0]).toMatchObject({
    outcome: 'warning',
    sentence: expect.stringContaining('bank (20 minutes)'),
  });
  const idle = { 'clew/clew/v1/services': services(['cart', 10 * 60_000]) };
  const old = answers({ newestUnixNano: nano(NOW - 600_000) }, idle);
  expect((await check(old))['spans-arriving'].outcome).toBe('warning');
  const empty = answers({ newestUnixNano: null, oldestUnixNano: null }, { 'clew/clew/v1/services': services() });
  expect((await check(empty))['spans-arriving'].outcome).toBe('failed');
});

test('clocks that are off are told apart: the store’s, a service’s', async () => {
  const store20 = await check(answers({ nowMs: NOW + 20_000 }));
  expect(store20['clocks'].verdicts[0].sentence).toMatch(/20 seconds ahead/);
  const ahead = { 'clew/clew/v1/services': services(['cart', -60_000]) };
  expect((await check(answers({}, ahead)))['clocks']).toMatchObject({
    outcome: 'warning',
    verdicts: [{ outcome: 'ok' }, { sentence: expect.stringContaining('cart (60 seconds)') }],
  });
  expect((await check(answers({ nowMs: undefined })))['clocks'].outcome).toBe('unknown');
});
