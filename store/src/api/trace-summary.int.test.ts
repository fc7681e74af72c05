import { idOf, requestOf, traceIdOf } from './testing/numbered-traces.ts';
import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
}, 30_000);

afterAll(() => store.stop());

const summary = async (trace: string): Promise<[number, unknown]> => {
  const response = await fetch(`${store.url}/clew/v1/traces/${trace}`);
  return [response.status, await response.json()];
};

test('says how large a trace is, and what it begins with', async () => {
  const error = { more: { status: { code: 2 } } };
  await store.ingest(
    requestOf(1, 'front', [
      { id: 2, parent: 1, name: 'first', start: 5n, duration: 10n },
      { id: 1, name: 'root', start: 7n, duration: 100n },
    ])
  );
  await store.ingest(
    requestOf(1, 'back', [{ id: 3, parent: 1, name: 'late', start: 90n, duration: 3_000n, ...error }])
  );
  expect(await summary(traceIdOf(1))).toEqual([
    200,
    {
      traceId: traceIdOf(1),
      spans: 3,
      startUnixNano: '1700000000000000005',
      durationNs: '3085',
      services: 2,
      errors: 1,
      roots: 1,
      rootService: 'front',
      rootName: 'root',
    },
  ]);
});

test('a trace without a root begins with its first span', async () => {
  await store.ingest(
    requestOf(2, 'front', [
      { id: 2, parent: 9, name: 'second', start: 5n, more: { spanId: idOf(2) } },
      { id: 3, parent: 9, name: 'first', start: 1n },
    ])
  );
  expect(await summary(traceIdOf(2))).toMatchObject([200, { roots: 0, rootName: 'first', durationNs: '4' }]);
});

test('a trace that is not there, and an id that is none', async () => {
  expect(await summary(traceIdOf(77))).toMatchObject([404, { error: { code: 'trace_not_found' } }]);
  expect((await summary('xyz'))[0]).toBe(400);
});
