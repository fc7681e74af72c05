import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';
import { EPOCH_SECONDS, otlpRequest, SHOP_SPANS, traceIdOf } from './testing/shop-traces.ts';

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
  await store.ingest(otlpRequest(SHOP_SPANS));
}, 30_000);

afterAll(() => store.stop());

interface Line {
  readonly traces?: ReadonlyArray<{ readonly traceID: string }>;
  readonly progress?: { readonly settledTraces: number; readonly doneNs: number; readonly totalNs: number | null };
  readonly done?: boolean;
  readonly nextCursor?: string;
}

async function stream(query: string): Promise<Line[]> {
  const response = await fetch(`${store.url}/clew/v1/search/stream?${encodeURI(query)}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
  const text = await response.text();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

const answer = async (query: string): Promise<Line> =>
  (await (await fetch(`${store.url}/api/search?${encodeURI(query)}`)).json()) as Line;

test.each([
  'q={}',
  'q={}&limit=2&spss=1',
  'q={ .x != nil } | select(.x)',
  'tags=http.method=GET',
  'q={ .nowhere = 1 }',
])('%s ends with the answer of /api/search', async (query) => {
  const lines = await stream(query);
  const last = lines.at(-1);
  expect(last).toMatchObject({ done: true });
  expect(last?.traces).toEqual((await answer(query)).traces);
  for (const { progress, done } of lines.slice(0, -1)) {
    expect(done).toBeUndefined();
    expect(progress).toEqual({
      settledTraces: expect.any(Number),
      inspectedTraces: expect.any(Number),
      doneNs: expect.any(Number),
      totalNs: null,
    });
  }
});

test('what is settled stays, and progress goes on', async () => {
  const lines = await stream(`q={}&limit=5&start=${EPOCH_SECONDS - 500_000}&end=${EPOCH_SECONDS + 8000}`);
  const last = lines.at(-1)?.traces?.map(({ traceID }) => traceID) ?? [];
  expect(last).toEqual([0x30, 0x20, 9, 8, 7].map(traceIdOf));
  let done = -1;
  for (const { traces = [], progress } of lines.slice(0, -1)) {
    const settled = traces.slice(0, progress?.settledTraces).map(({ traceID }) => traceID);
    expect(settled).toEqual(last.slice(0, settled.length));
    expect(progress?.totalNs).toBe(508_000e9);
    expect(progress?.doneNs).toBeGreaterThanOrEqual(done);
    done = progress?.doneNs ?? 0;
  }
});

test('pages by the cursor of the last line', async () => {
  const first = (await stream('q={}&limit=4')).at(-1);
  const second = (await stream(`q={}&limit=4&cursor=${first?.nextCursor}`)).at(-1);
  const both = [...(first?.traces ?? []), ...(second?.traces ?? [])].map(({ traceID }) => traceID);
  expect(both).toEqual((await answer('q={}&limit=8')).traces?.map(({ traceID }) => traceID));
});

test.each([
  ['q={', 'query_syntax'],
  ['q={ name =~ "(" }', 'query_type'],
  ['limit=0', 'parameter_invalid'],
  ['q={}&start=20&end=10', 'parameter_invalid'],
])('%s is refused with a status, before the first line', async (query, code) => {
  const response = await fetch(`${store.url}/clew/v1/search/stream?${encodeURI(query)}`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code } });
});

test('is packed for who takes it, line by line', async () => {
  const response = await fetch(`${store.url}/clew/v1/search/stream?q={}`, { headers: { 'accept-encoding': 'gzip' } });
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect((await response.text()).trimEnd().split('\n').at(-1)).toContain('"done":true');
});
