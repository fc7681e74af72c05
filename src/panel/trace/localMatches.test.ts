import { localTraceOf, rowsOf } from '../testing/traces';
import { localMatches } from './localMatches';

const trace = localTraceOf([
  { id: 1, name: 'GET /', service: 'web', durationNs: 9000, attributes: { 'http.status': 200n, ok: true } },
  {
    id: 2,
    parent: 1,
    name: 'SELECT',
    service: 'db',
    startNs: 10,
    status: 2,
    message: 'gone',
    attributes: { rows: 1.5 },
  },
  {
    id: 3,
    parent: 1,
    name: 'publish',
    service: 'web',
    startNs: 20,
    events: [{ name: 'sent', atNs: 25, attributes: { size: 12n } }],
    linksTo: [2],
  },
]);

const found = async (query: string) =>
  rowsOf(await localMatches(trace, query, new AbortController().signal), trace.rows);

test.each([
  ['{ }', [0, 1, 2]],
  ['{ span.http.status = 200 }', [0]],
  ['{ .ok = true }', [0]],
  ['{ span.rows > 1 }', [1]],
  ['{ resource.service.name = "web" }', [0, 2]],
  ['{ status = error && statusMessage = "gone" }', [1]],
  ['{ name =~ "S.*" }', [1]],
  ['{ duration > 5us }', [0]],
  ['{ event:name = "sent" && event.size = 12 }', [2]],
  ['{ link:spanID = "0000000000000002" }', [2]],
  ['{ name = "GET /" } > { }', [1, 2]],
  ['{ span.nothing = nil }', [0, 1, 2]],
  ['{ rootServiceName = "web" && status = error }', [1]],
])('%s', async (query, rows) => {
  expect(await found(query)).toEqual(rows);
});

test('what is no query is refused with its reason', async () => {
  await expect(found('{ name = }')).rejects.toThrow();
  await expect(found('{ } | rate()')).rejects.toThrow('metric');
});

test('nobody waits for it any more', async () => {
  const abort = new AbortController();
  abort.abort();
  await expect(localMatches(trace, '{ .a = 1 }', abort.signal)).rejects.toMatchObject({ name: 'AbortError' });
});
