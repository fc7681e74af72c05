import { requestOf, traceIdOf, type SpanSpec } from './testing/numbered-traces.ts';
import { attributes } from './testing/otlp.ts';
import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';

const MS = 1_000_000n;
const [PRODUCER, CONSUMER] = [4, 5];
const FAILED = { status: { code: 2 } };

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
  await store.ingest(
    requestOf(1, 'shop', [
      span(1, undefined, 'checkout', 0, 100, { attributes: attributes({ 'http.route': '/checkout', odd: 'a,b' }) }),
      span(4, 1, 'beside', 55, 60, { attributes: attributes({ long: 'x'.repeat(300) }) }),
    ])
  );
  await store.ingest(requestOf(1, 'bank', [span(2, 1, 'pay', 10, 40, FAILED)]));
  await store.ingest(requestOf(1, 'stock', [span(3, 1, 'reserve', 50, 90), span(5, 3, 'SELECT', 60, 80)]));
  await store.ingest(requestOf(2, 'shop', [span(1, undefined, 'send', 0, 10, { kind: PRODUCER })]));
  await store.ingest(requestOf(2, 'mail', [span(2, 1, 'process', 40, 50, { kind: CONSUMER })]));
  await store.ingest(requestOf(3, 'shop', [span(2, 9, 'left', 0, 40), span(3, 9, 'right', 50, 100)]));
}, 30_000);

afterAll(() => store.stop());

/** Times in milliseconds. */
function span(
  id: number,
  parent: number | undefined,
  name: string,
  startMs: number,
  endMs: number,
  more?: SpanSpec['more']
): SpanSpec {
  return { id, parent, name, start: BigInt(startMs) * MS, duration: BigInt(endMs - startMs) * MS, more };
}

interface Answer {
  readonly spans: number;
  readonly durationNs: number;
  readonly criticalPath: {
    readonly totalNs: number;
    readonly segments: ReadonlyArray<{
      readonly spanId: string;
      readonly service?: string;
      readonly name?: string;
      readonly startNs: number;
      readonly durationNs: number;
      readonly wait: boolean;
    }>;
    readonly segmentCount: number;
    readonly truncated: boolean;
  };
  readonly statistics: ReadonlyArray<Record<string, number> & { readonly by: Record<string, string | null> }>;
  readonly groupCount: number;
  readonly parallelism: Record<string, unknown>;
  readonly services: unknown;
}

const ask = (trace: number, query = ''): Promise<Response> =>
  fetch(`${store.url}/clew/v1/traces/${traceIdOf(trace)}/analysis${query}`);

async function analysisOf(trace: number, query = ''): Promise<Answer> {
  const response = await ask(trace, query);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

async function problemOf(query: string): Promise<string> {
  const response = await ask(1, query);
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect([response.status, error.code]).toEqual([400, 'parameter_invalid']);
  return error.message;
}

/** Segments as `name start-end`, in milliseconds; a wait has a ~. */
const pathOf = ({ criticalPath: { segments } }: Answer): string[] =>
  segments.map(
    ({ name = '?', startNs, durationNs, wait }) =>
      `${wait ? '~' : ''}${name} ${startNs / 1e6}-${(startNs + durationNs) / 1e6}`
  );

test('a trace whose answer can be worked out by hand', async () => {
  const answer = await analysisOf(1);
  expect(answer).toMatchObject({ traceId: traceIdOf(1), spans: 5, durationNs: 100e6, groupCount: 5 });
  expect(answer.criticalPath).toMatchObject({ totalNs: 100e6, segmentCount: 7, truncated: false });
  expect(answer.criticalPath.segments[1]).toEqual({
    spanId: '0000000000000002',
    service: 'bank',
    name: 'pay',
    startNs: 10e6,
    durationNs: 30e6,
    wait: false,
  });
  expect(pathOf(answer)).toEqual([
    'checkout 0-10',
    'pay 10-40',
    'checkout 40-50',
    'reserve 50-60',
    'SELECT 60-80',
    'reserve 80-90',
    'checkout 90-100',
  ]);
  expect(answer.statistics.map(({ by }) => [by.service, by.name])).toEqual([
    ['shop', 'checkout'],
    ['bank', 'pay'],
    ['stock', 'reserve'],
    ['stock', 'SELECT'],
    ['shop', 'beside'],
  ]);
  expect(answer.statistics[2]).toEqual({
    by: { service: 'stock', name: 'reserve' },
    ...{ count: 1, errors: 0, totalNs: 40e6, avgNs: 40e6, minNs: 40e6, maxNs: 40e6, p50Ns: 40e6, p95Ns: 40e6 },
    ...{ selfNs: 20e6, onPathNs: 20e6, pathShare: 0.2 },
  });
  expect(answer.statistics[1]).toMatchObject({ errors: 1, onPathNs: 30e6, pathShare: 0.3 });
  expect(answer.statistics[4]).toMatchObject({ selfNs: 5e6, onPathNs: 0, pathShare: 0 });
  expect(answer.parallelism).toEqual({
    ...{ busyNs: 100e6, workNs: 105e6, average: 1.05, max: 2, maxAtNs: 55e6, maxFanOut: 3 },
    maxFanOutSpan: { spanId: '0000000000000001', service: 'shop', name: 'checkout' },
  });
  expect(answer.services).toEqual({
    nodes: [
      { service: 'stock', spans: 2, errors: 0, selfNs: 40e6 },
      { service: 'shop', spans: 2, errors: 0, selfNs: 35e6 },
      { service: 'bank', spans: 1, errors: 1, selfNs: 30e6 },
    ].sort((a, b) => b.selfNs - a.selfNs),
    edges: [
      { from: 'shop', to: 'stock', async: false, calls: 1, errors: 0, totalNs: 40e6, waitNs: 0 },
      { from: 'shop', to: 'bank', async: false, calls: 1, errors: 1, totalNs: 30e6, waitNs: 0 },
    ],
  });
});

test('groups by what is asked for', async () => {
  const rowsOf = async (by: string) =>
    (await analysisOf(1, `?by=${encodeURIComponent(by)}`)).statistics.map((row) => [
      ...Object.values(row.by),
      row.count,
    ]);
  expect(await rowsOf('service')).toEqual([
    ['stock', 2],
    ['shop', 2],
    ['bank', 1],
  ]);
  expect(await rowsOf('status, kind')).toEqual([
    ['unset', 'unspecified', 4],
    ['error', 'unspecified', 1],
  ]);
  expect(await rowsOf('resource.service.name')).toEqual(await rowsOf('service'));
  expect(await rowsOf('span.http.route')).toEqual([
    [null, 4],
    ['/checkout', 1],
  ]);
  expect(await rowsOf('.odd,service')).toEqual([
    [null, 'stock', 2],
    ['a,b', 'shop', 1],
    [null, 'bank', 1],
    [null, 'shop', 1],
  ]);
  expect(await rowsOf('span."no such, key"')).toEqual([[null, 5]]);
  const { statistics } = await analysisOf(1, '?by=span.long');
  expect(statistics[1]).toMatchObject({ by: { 'span.long': null }, untold: ['span.long'], count: 1 });
});

test('the path of one span', async () => {
  const answer = await analysisOf(1, '?span=0000000000000003');
  expect(pathOf(answer)).toEqual(['reserve 50-60', 'SELECT 60-80', 'reserve 80-90']);
  expect(answer.criticalPath.totalNs).toBe(40e6);
  expect(answer.statistics[0]).toMatchObject({ by: { name: 'reserve' }, onPathNs: 20e6, pathShare: 0.5 });
  expect((await ask(1, '?span=00000000000000ff')).status).toBe(404);
});

test('what a queue delivers', async () => {
  expect(pathOf(await analysisOf(2))).toEqual(['send 0-10']);
  expect(pathOf(await analysisOf(2, '?wholeTrace=true'))).toEqual(['send 0-10', '~process 10-40', 'process 40-50']);
  expect((await analysisOf(2)).services).toMatchObject({
    edges: [{ from: 'shop', to: 'mail', async: true, calls: 1, waitNs: 30e6 }],
  });
});

test('a parent that nobody sent has its id alone', async () => {
  const answer = await analysisOf(3);
  expect(pathOf(answer)).toEqual(['left 0-40', '? 40-50', 'right 50-100']);
  expect(answer.criticalPath.segments[1]).toEqual({
    ...{ spanId: '0000000000000009', startNs: 40e6, durationNs: 10e6, wait: false },
  });
  expect(pathOf(await analysisOf(3, '?span=0000000000000009'))).toEqual(pathOf(answer));
});

test('a limit keeps what is longest, in the order of time', async () => {
  const answer = await analysisOf(1, '?limit=2');
  expect(pathOf(answer)).toEqual(['pay 10-40', 'SELECT 60-80']);
  expect(answer.criticalPath).toMatchObject({ totalNs: 100e6, segmentCount: 7, truncated: true });
  expect([answer.statistics.length, answer.groupCount]).toEqual([2, 5]);
});

test('parameters that cannot be used are named', async () => {
  expect(await problemOf('?by=service,name,kind')).toMatch(/^Parameter by is .*; give one or two of service, name/);
  expect(await problemOf('?by=,name')).toMatch(/^Parameter by /);
  expect(await problemOf('?by=name,name')).toMatch(/^Parameter by names name twice/);
  expect(await problemOf('?by=duration')).toMatch(/^Parameter by has "duration".*like span\.http\.route/);
  expect(await problemOf('?by=http.route')).toMatch(/^Parameter by has "http.route"/);
  expect(await problemOf('?by=span.a&by=name')).toMatch(/^Parameter by is given more than once/);
  expect(await problemOf('?span=12')).toMatch(/^Parameter span is "12"; give the 16/);
  expect(await problemOf('?limit=0')).toMatch(/^Parameter limit is "0"; give a whole number/);
  expect(await problemOf('?wholeTrace=yes')).toMatch(/^Parameter wholeTrace is "yes"; give true or false/);
});

test('one that is not there', async () => {
  expect((await ask(999)).status).toBe(404);
  expect((await fetch(`${store.url}/clew/v1/traces/xyz/analysis`)).status).toBe(400);
});
