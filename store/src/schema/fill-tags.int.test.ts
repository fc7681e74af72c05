import { startQueryProcess, type QueryProcess } from '../api/testing/query-process.ts';
import { otlpRequest, SHOP_SPANS } from '../api/testing/shop-traces.ts';

let kept: QueryProcess;
let filled: QueryProcess;

beforeAll(async () => {
  kept = await startQueryProcess();
  filled = await startQueryProcess({ TEST_FILL_TAGS: '1' });
  await kept.ingest(otlpRequest(SHOP_SPANS));
  await filled.ingest(otlpRequest(SHOP_SPANS));
}, 60_000);

afterAll(() => Promise.all([kept.stop(), filled.stop()]));

async function both(path: string): Promise<[unknown, unknown]> {
  const [a, b] = await Promise.all(
    [kept, filled].map(async ({ url }) => (await (await fetch(`${url}${path}`)).json()) as object)
  );
  return [a, b];
}

test('the catalogue of what was stored before there was one has the same names', async () => {
  const [ofIngest, ofMigration] = await both('/api/v2/search/tags');
  expect(JSON.stringify(ofIngest).length).toBeGreaterThan(500);
  expect(ofMigration).toEqual(ofIngest);
});

test.each([
  'resource.service.name',
  'span.http.method',
  'span.http.status_code',
  '.x',
  'event.exception.type',
  'link.why',
  'instrumentation.flavor',
  'name',
  'event:name',
  'instrumentation:name',
  'instrumentation:version',
])('and the same values: %s', async (tag) => {
  const [ofIngest, ofMigration] = await both(`/api/v2/search/tag/${encodeURIComponent(tag)}/values`);
  const sorted = (answer: unknown) =>
    (answer as { tagValues: object[] }).tagValues.map((value) => JSON.stringify(value)).sort();
  expect(sorted(ofIngest).length).toBeGreaterThan(0);
  expect(sorted(ofMigration)).toEqual(sorted(ofIngest));
});
