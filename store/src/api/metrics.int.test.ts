import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';
import { EPOCH_SECONDS, otlpRequest, SHOP_SPANS, traceIdOf } from './testing/shop-traces.ts';

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
  await store.ingest(otlpRequest(SHOP_SPANS));
}, 30_000);

afterAll(() => store.stop());

type Json = Readonly<Record<string, unknown>>;
interface Labelled {
  readonly labels: ReadonlyArray<{ readonly key: string; readonly value: Json }>;
}
interface RangeSeries extends Labelled {
  readonly samples: ReadonlyArray<{ readonly timestampMs: string; readonly value: number | string }>;
  readonly exemplars?: ReadonlyArray<Labelled & { readonly value: number; readonly timestampMs: string }>;
}
interface InstantSeries extends Labelled {
  readonly value: number;
}

async function get(path: string, parameters: Record<string, string | number>): Promise<{ status: number; body: Json }> {
  const query = new URLSearchParams(
    Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)])
  );
  const response = await fetch(`${store.url}${path}?${query}`);
  return { status: response.status, body: (await response.json()) as Json };
}

const HOURS = { start: EPOCH_SECONDS, end: EPOCH_SECONDS + 10_800, step: '1h' };

async function range(q: string, parameters: Record<string, string | number> = {}): Promise<readonly RangeSeries[]> {
  const { status, body } = await get('/api/metrics/query_range', { q, ...HOURS, ...parameters });
  expect({ status, body }).toMatchObject({ status: 200 });
  return body.series as RangeSeries[];
}

async function instant(q: string): Promise<readonly InstantSeries[]> {
  const { status, body } = await get('/api/metrics/query', { q, start: HOURS.start, end: HOURS.end });
  expect({ status, body }).toMatchObject({ status: 200, body: { status: 'COMPLETE' } });
  return body.series as InstantSeries[];
}

/** `a="x" b=5`, as text for strings and JSON for all others. */
const labelsOf = ({ labels }: Labelled): string =>
  labels
    .map(
      ({ key, value }) =>
        `${key}=${Object.entries(value).map(([type, each]) => `${type.replace('Value', '')}:${JSON.stringify(each)}`)}`
    )
    .join(' ');

/** What an instant query says, series by series. */
async function values(q: string): Promise<Record<string, number>> {
  return Object.fromEntries((await instant(q)).map((series) => [labelsOf(series), series.value]));
}

describe('a range', () => {
  test('points are the ends of windows, and one window comes before', async () => {
    const [series] = await range('{ } | count_over_time()', {
      start: EPOCH_SECONDS + 3000,
      end: EPOCH_SECONDS + 6000,
      step: 600,
    });
    expect(labelsOf(series)).toBe('__name__=string:"count_over_time"');
    const times = series.samples.map(({ timestampMs }) => Number(timestampMs) / 1000);
    expect(times.every((time) => time % 600 === 0)).toBe(true);
    expect(times[0]).toBe(EPOCH_SECONDS + 3000 - ((EPOCH_SECONDS + 3000) % 600));
    expect(times.at(-1)).toBe(EPOCH_SECONDS + 6000 + 600 - ((EPOCH_SECONDS + 6000) % 600));
    expect(series.samples.reduce((sum, { value }) => sum + Number(value), 0)).toBe(3);
  });

  test('a rate is per second', async () => {
    const [series] = await range('{ name = "orphan" } | rate()');
    expect(Math.max(...series.samples.map(({ value }) => Number(value)))).toBeCloseTo(1 / 3600, 12);
  });

  test('where nothing is measured there is no value', async () => {
    const [series] = await range('{ } | max_over_time(duration)');
    expect(series.samples.map(({ value }) => value)).toEqual([0, 0.9, 0.01]);
  });

  test('a step of its own for a range without one', async () => {
    const series = await range('{ } | rate()', { step: '' });
    expect(series[0].samples.length).toBeGreaterThan(200);
  });

  test('exemplars are spans of the point that they stand in', async () => {
    const found = (await range('{ } | max_over_time(duration) by (name)', { step: '10m' })).flatMap(
      ({ exemplars = [], labels }) => exemplars.map((exemplar) => ({ ...exemplar, name: labels[0].value.stringValue }))
    );
    const order = found.find(({ labels }) => labels.some(({ value }) => value.stringValue === traceIdOf(0x20)));
    expect(order?.labels.map(({ key }) => key)).toEqual(['trace:id', 'span:id']);
    expect(Number(order?.timestampMs)).toBeGreaterThanOrEqual((EPOCH_SECONDS + 3600) * 1000);
    expect([0.9, 0.7, 0.02]).toContain(order?.value);
    expect(new Set(found.map(({ labels }) => labels[0].value.stringValue)).size).toBe(found.length);
  });

  test('exemplars of what counts spans stand on the line', async () => {
    const [series] = await range('{ name = "orphan" } | count_over_time()');
    expect(series.exemplars).toHaveLength(1);
    expect(series.exemplars?.[0].value).toBe(1);
  });

  test.each([['{ } | rate() with(exemplars=false)'], ['{ } | rate() with(exemplars=0)']])('%s', async (q) => {
    expect((await range(q))[0].exemplars).toBeUndefined();
  });

  test('no exemplars where none are asked for', async () => {
    expect((await range('{ } | rate()', { exemplars: 0 }))[0].exemplars).toBeUndefined();
  });
});

describe('one value', () => {
  test.each<[string, Record<string, number>]>([
    ['{ } | count_over_time()', { '__name__=string:"count_over_time"': 13 }],
    ['{ status = error } | count_over_time()', { '__name__=string:"count_over_time"': 2 }],
    ['{ name = "nobody" } | count_over_time()', { '__name__=string:"count_over_time"': 0 }],
    [
      '{ } | count_over_time() by (resource.service.name)',
      {
        'resource.service.name=string:"db"': 1,
        'resource.service.name=string:"gateway"': 1,
        'resource.service.name=string:"placed"': 2,
        'resource.service.name=string:"queue"': 1,
        'resource.service.name=string:"stock"': 1,
        'resource.service.name=string:"types"': 7,
      },
    ],
    // A label keeps the type of its value, and spans without one are a group too.
    [
      '{ resource.service.name = "types" } | count_over_time() by (span.x)',
      {
        'span.x=string:"apple"': 1,
        'span.x=int:"5"': 1,
        'span.x=double:5.5': 1,
        'span.x=bool:true': 1,
        'span.x=array:{"values":[{"stringValue":"apple"},{"stringValue":"pear"}]}': 1,
        'span.x=array:{"values":[{"intValue":"5"},{"intValue":"7"}]}': 1,
        'span.x=string:"nil"': 1,
      },
    ],
    [
      '{ resource.service.name = "placed" } | count_over_time() by (.x)',
      { '.x=string:"plum"': 1, '.x=string:"fig"': 1 },
    ],
    [
      '{ .http.status_code != nil } | count_over_time() by (span.http.status_code)',
      {
        'span.http.status_code=int:"200"': 1,
        'span.http.status_code=int:"404"': 1,
        'span.http.status_code=string:"404"': 1,
      },
    ],
    ['{ kind = client } | count_over_time() by (kind, status)', { 'kind=string:"client" status=string:"ok"': 1 }],
    ['{ name = "reserve" } | count_over_time() by (duration)', { 'duration=string:"700ms"': 1 }],
    [
      '{ rootName = "POST /order" } | count_over_time() by (rootName, rootServiceName)',
      { 'rootName=string:"POST /order" rootServiceName=string:"gateway"': 3 },
    ],
    ['{ name = "orphan" } | count_over_time() by (rootName)', { 'rootName=string:"nil"': 1 }],
    [
      '{ name = "on both" } | count_over_time() by (event.code, name)',
      { 'event.code=array:{"values":[{"intValue":"1"},{"intValue":"2"}]} name=string:"on both"': 1 },
    ],
    [
      '{ resource.region != nil } | count_over_time() by (resource.region, instrumentation:name)',
      {
        'resource.region=string:"eu" instrumentation:name=string:"lib.a"': 1,
        'resource.region=string:"us" instrumentation:name=string:"lib.b"': 1,
      },
    ],
    ['{ } | sum_over_time(span.items)', { '__name__=string:"sum_over_time"': 3 }],
    ['{ } | avg_over_time(.x)', { '__name__=string:"avg_over_time"': 5.25 }],
    ['{ } | min_over_time(resource.replicas) by (name)', { 'name=string:"on resource"': 3 }],
    ['{ trace:id = "20" } | max_over_time(traceDuration) by (rootName)', { 'rootName=string:"POST /order"': 0.9 }],
    ['{ } | sum_over_time(span.nothing)', {}],
    [
      '{ } | histogram_over_time(duration)',
      {
        '__bucket=double:0.016777216': 1,
        '__bucket=double:0.033554432': 1,
        '__bucket=double:1.073741824': 2,
      },
    ],
    ['{ } | histogram_over_time(span.http.response.status_code)', { '__bucket=double:512': 1 }],
    ['{ } | quantile_over_time(duration, 1, 0.25)', { 'p=double:1': 1.073741824, 'p=double:0.25': 0.016777216 }],
    ['{ duration > 1ms } | quantile_over_time(duration, 0.5) with(exact=true)', { 'p=double:0.5': 0.7 }],
    ['{ } | count_over_time() by (resource.service.name) | topk(1)', { 'resource.service.name=string:"types"': 7 }],
    [
      '{ } | count_over_time() by (resource.service.name) > 1',
      { 'resource.service.name=string:"placed"': 2, 'resource.service.name=string:"types"': 7 },
    ],
    [
      '({ status = error } | count_over_time()) / ({ } | count_over_time())',
      { '__name__=string:"(count_over_time / count_over_time)"': 2 / 13 },
    ],
    // What one statement cannot say is evaluated.
    [
      '{ name = "POST /order" } >> { } | count_over_time() by (name)',
      { 'name=string:"SELECT"': 1, 'name=string:"reserve"': 1 },
    ],
    ['{ } | by(resource.service.name) | count() > 0 | count_over_time()', { '__name__=string:"count_over_time"': 13 }],
    ['{ name = "SELECT" } | count_over_time() by (span:childCount)', { 'span:childCount=int:"0"': 1 }],
  ])('%s', async (q, expected) => {
    expect(await values(q)).toEqual(expected);
  });
});

test('no field that Grafana does not know', async () => {
  const fields = async (path: string) => {
    const { body } = await get(path, { q: '{ } | rate() by (name)', ...HOURS, maxSeries: 3 });
    const [series] = body.series as readonly Json[];
    return {
      answer: Object.keys(body).sort(),
      series: Object.keys(series).sort(),
      metrics: Object.keys(body.metrics as Json),
    };
  };
  const metrics = ['completedJobs', 'totalJobs'];
  const answer = ['message', 'metrics', 'series', 'status'];
  expect(await fields('/api/metrics/query')).toEqual({ answer, series: ['labels', 'value'], metrics });
  expect(await fields('/api/metrics/query_range')).toEqual({
    answer,
    series: ['exemplars', 'labels', 'samples'],
    metrics,
  });
});

test('protobuf for who asks for it', async () => {
  const query = new URLSearchParams({ q: '{ } | rate()', start: String(HOURS.start), end: String(HOURS.end) });
  const headers = { accept: 'application/protobuf' };
  const response = await fetch(`${store.url}/api/metrics/query_range?${query}`, { headers });
  expect(response.headers.get('content-type')).toContain('application/protobuf');
  expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(100);
});

describe('compare', () => {
  const sums = async (q: string) => {
    const series = await range(q);
    return Object.fromEntries(
      series.map((each) => [labelsOf(each), each.samples.reduce((sum, { value }) => sum + Number(value), 0)])
    );
  };

  test('values in the selection and in the baseline', async () => {
    const found = await sums('{ } | compare({ status = error })');
    expect(found).toMatchObject({
      '__meta_type=string:"selection" resource.service.name=string:"db"': 1,
      '__meta_type=string:"baseline" resource.service.name=string:"types"': 7,
      '__meta_type=string:"selection" span.http.response.status_code=int:"500"': 1,
      '__meta_type=string:"selection" statusMessage=string:"no stock"': 1,
      '__meta_type=string:"selection" rootName=string:"POST /order"': 2,
      '__meta_type=string:"baseline" rootName=string:"POST /order"': 1,
      '__meta_type=string:"baseline" span.x=array:{"values":[{"intValue":"5"},{"intValue":"7"}]}': 1,
      '__meta_type=string:"baseline" span.items=int:"3"': 1,
      '__meta_type=string:"baseline" instrumentation.flavor=string:"sweet"': 1,
      '__meta_type=string:"selection" event:name=string:"exception"': 1,
      '__meta_type=string:"selection" event.exception.type=string:"OutOfStock"': 1,
      '__meta_type=string:"selection_total" name=string:"nil"': 2,
      '__meta_type=string:"baseline_total" name=string:"nil"': 11,
    });
  });

  test('the selection of a time', async () => {
    const ns = (seconds: number) => `${EPOCH_SECONDS + seconds}000000000`;
    const found = await sums(`{ } | compare({ }, 10, ${ns(0)}, ${ns(4)})`);
    expect(found['__meta_type=string:"selection_total" name=string:"nil"']).toBe(4);
    expect(found['__meta_type=string:"baseline_total" name=string:"nil"']).toBe(9);
  });

  test('what a structure yields has all of its attributes too', async () => {
    const found = await sums('{ } >> { } | compare({ status = error })');
    expect(found).toMatchObject({
      '__meta_type=string:"selection" resource.service.name=string:"db"': 1,
      '__meta_type=string:"selection" event.exception.type=string:"OutOfStock"': 1,
    });
    expect(Object.keys(found)).not.toContain('__meta_type=string:"baseline" resource.service.name=string:"types"');
  });

  test('the most frequent values, and that there are more', async () => {
    const series = await range('{ } | compare({ status = error }, 1)');
    const services = series.map(labelsOf).filter((labels) => labels.includes('"baseline" resource.service.name'));
    expect(services).toEqual(['__meta_type=string:"baseline" resource.service.name=string:"types"']);
    const { body } = await get('/api/metrics/query_range', { q: '{ } | compare({ status = error }, 1)', ...HOURS });
    expect(JSON.stringify(body)).toContain('__too_many_values__');
  });
});

describe('what Traces Drilldown sends', () => {
  const [start, end] = [`${EPOCH_SECONDS}000000000`, `${EPOCH_SECONDS + 4000}000000000`];
  test.each([
    ['{nestedSetParent<0 && true} | rate() with(sample=true)'],
    ['{nestedSetParent<0 && status=error} | rate() by(resource.service.name) with(sample=true)'],
    ['{kind=server && true} | rate() by(status)'],
    ['{span.db.system.name!="" && true} | rate()'],
    ['{nestedSetParent<0 && true} | quantile_over_time(duration, 0.9)'],
    ['{nestedSetParent<0} | quantile_over_time(duration, 0.9) by(resource.service.name)'],
    ['{nestedSetParent<0 && true} | histogram_over_time(duration) with(sample=true)'],
    [`{nestedSetParent<0 && true} | compare({status=error}, 10, ${start}, ${end})`],
    [`{nestedSetParent<0 && true} | compare({duration >= 1ms && duration <= 1s}, 10, ${start}, ${end})`],
    ['{nestedSetParent<0 && resource.service.name != nil} | rate() by(resource.service.name)'],
  ])('%s', async (q) => {
    const { status, body } = await get('/api/metrics/query_range', { q, ...HOURS, step: '37s' });
    expect({ status, body }).toMatchObject({ status: 200, body: { status: 'COMPLETE' } });
  });
});

describe('what is refused', () => {
  test.each<[string, string, Record<string, string>, string, RegExp]>([
    ['no query', '/api/metrics/query_range', {}, 'parameter_invalid', /Parameter q is missing/],
    ['a search', '/api/metrics/query_range', { q: '{ }' }, 'query_unsupported', /search/i],
    ['a search, for one value', '/api/metrics/query', { q: '{ }' }, 'query_unsupported', /search/i],
    [
      'too many points',
      '/api/metrics/query_range',
      { q: '{ } | rate()', start: '1700000000', end: '1700086400', step: '1s' },
      'parameter_invalid',
      /Parameter step .*11000/,
    ],
    [
      'a step of nothing',
      '/api/metrics/query_range',
      { q: '{ } | rate()', step: '0s' },
      'parameter_invalid',
      /Parameter step/,
    ],
    ['a pattern that is none', '/api/metrics/query_range', { q: '{ name =~ "(" } | rate()' }, 'query_type', /./],
    ['what is no TraceQL', '/api/metrics/query_range', { q: '{ } | rate(' }, 'query_syntax', /./],
    ['a metric as a search', '/api/search', { q: '{ } | rate()' }, 'query_unsupported', /./],
  ])('%s', async (_, path, parameters, code, message) => {
    const { status, body } = await get(path, parameters);
    expect({ status, error: body.error }).toMatchObject({
      status: 400,
      error: { code, message: expect.stringMatching(message) },
    });
  });

  test('more series than are asked for', async () => {
    const { body } = await get('/api/metrics/query_range', { q: '{ } | rate() by (name)', ...HOURS, maxSeries: 2 });
    expect(body).toMatchObject({ status: 'PARTIAL', message: expect.stringContaining('more than 2 series') });
    expect(body.series).toHaveLength(2);
  });
});
