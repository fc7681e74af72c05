import { look, made, type Made } from './testing/hand-made.ts';

const attempt = (
  service: string,
  to: string,
  time: [number, number],
  error: string | undefined,
  ...below: Made[]
): Made => made(service, 'client', 'call', time, { error, attributes: { 'url.full': `http://${to}/x` } }, ...below);

test('retries that helped cost time', () => {
  const at = look(
    made(
      'a',
      'server',
      'GET /',
      [0, 100],
      {},
      attempt('a', 'b', [0, 20], 'reset'),
      attempt('a', 'b', [40, 60], 'reset'),
      attempt('a', 'b', [80, 95], undefined)
    )
  );
  expect(at.found).toHaveLength(1);
  expect(at.found[0]).toMatchObject({
    kind: 'retries',
    severity: 'warning',
    title:
      "a's call to b (call) was tried 3 times, the last with success: 80 ms, 80% of a GET /, went before the last try.",
    harmNs: 80e6,
    numbers: { attempts: 3, failed: 2, costNs: 80e6 },
  });
});

test('what fails in a loop over different things is no retry', () => {
  const call = (path: string, time: [number, number], error?: string) =>
    made('a', 'client', 'GET', time, { error, attributes: { 'url.full': `http://b/${path}` } });
  const loop = look(
    made('a', 'server', 'GET /', [0, 100], {}, call('1', [0, 10], 'x'), call('2', [10, 20]), call('3', [20, 30], 'x'))
  );
  expect(loop.found.map(({ kind }) => kind)).not.toContain('retries');
  const untold = (error?: string) => (at: number) => made('a', 'internal', 'item', [at, at + 10], { error });
  const items = look(
    made('a', 'server', 'GET /', [0, 100], {}, untold('x')(0), untold()(10), untold('x')(20), untold()(30))
  );
  expect(items.found.map(({ kind }) => kind)).not.toContain('retries');
});

test('wrappers that are tried again, and tries that the transport makes below one call, are retries', () => {
  const wrapped = (start: number, error?: string) =>
    made('a', 'internal', 'charge', [start, start + 20], { error }, attempt('a', 'b', [start + 1, start + 19], error));
  expect(
    look(made('a', 'server', 'GET /', [0, 100], {}, wrapped(0, 'x'), wrapped(30, 'x'), wrapped(60))).found[0].kind
  ).toBe('retries');
  const served = (start: number, error?: string) => made('b', 'server', 'POST /x', [start, start + 20], { error });
  const below = made('a', 'client', 'POST', [0, 90], {}, served(0, 'x'), served(40));
  expect(look(made('a', 'server', 'GET /', [0, 100], {}, below)).found[0]).toMatchObject({
    kind: 'retries',
    numbers: { attempts: 2 },
  });
});

/** Layers of services that each try `tries` times and fail; times nest. */
function nested(services: readonly string[], tries: number, start: number, width: number): Made[] {
  const [service, ...rest] = services;
  const step = width / tries;
  return Array.from({ length: tries }, (_, n) => {
    const from = start + n * step;
    const to = from + step * 0.8;
    const below = rest.length === 0 ? [] : nested(rest, tries, from + step * 0.1, step * 0.5);
    const server = made(
      rest[0] ?? 'last',
      'server',
      'serve',
      [from + step * 0.05, to - step * 0.05],
      { error: true },
      ...below
    );
    return attempt(service, rest[0] ?? 'last', [from, to], 'unavailable', server);
  });
}

test.each([
  [2, 2, 4],
  [3, 3, 27],
  [4, 2, 16],
])('%i layers that each try %i times make %i calls', (layers, tries, calls) => {
  const services = Array.from({ length: layers }, (_, layer) => `layer-${layer}`);
  const at = look(made('layer-0', 'server', 'GET /', [0, 1000], { error: true }, ...nested(services, tries, 0, 1000)));
  expect(at.found.map(({ kind }) => kind)).toEqual(['retry-storm', 'deepest-error']);
  expect(at.found[0]).toMatchObject({ severity: 'critical', numbers: { layers, calls, failedCalls: calls } });
  expect(at.spansOf(at.found[0])[0]?.service).toBe(`layer-${layers - 1}`);
});

test('one layer that tries often is no storm', () => {
  const at = look(made('a', 'server', 'GET /', [0, 1000], { error: true }, ...nested(['a'], 6, 0, 1000)));
  expect(at.found.map(({ kind }) => kind)).toEqual(['deepest-error', 'retries']);
  expect(at.found[0].title).toContain('; a tried 6 times in vain');
});
