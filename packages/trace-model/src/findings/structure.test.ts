import { history, look, made, query, type Made } from './testing/hand-made.ts';

const kinds = (at: ReturnType<typeof look>) => at.found.map(({ kind }) => kind);

describe('n plus one', () => {
  const rows = (count: number, make: (n: number, start: number) => Made, width = 5) =>
    Array.from({ length: count }, (_, n) => make(n, n * width));
  const page = (children: Made[]) =>
    made('site', 'server', 'GET /list', [0, Math.max(...children.map(({ end }) => end)) + 3], {}, ...children);

  test('queries that differ in values', () => {
    const at = look(
      page(
        rows(20, (n, start) =>
          query('site', `SELECT * FROM tags WHERE item = ${n * 31} AND lang = 'l${n}'`, [start, start + 4])
        )
      )
    );
    expect(at.found).toHaveLength(1);
    expect(at.found[0]).toMatchObject({
      kind: 'n-plus-one',
      severity: 'critical',
      title: 'site GET /list makes 20 SELECT * queries one after the other: 99 ms, 97% of site GET /list.',
      numbers: { calls: 20, windowNs: 99e6 },
    });
  });

  test('calls to a service, by paths with ids, and calls within wrappers', () => {
    const http = (n: number, start: number) =>
      made(
        'site',
        'client',
        'GET',
        [start, start + 4],
        { attributes: { 'url.full': `http://users:80/users/${n}a7-${n}`, 'server.address': 'users' } },
        made('users', 'server', 'GET /users/{id}', [start + 1, start + 3])
      );
    expect(look(page(rows(12, http))).found[0]).toMatchObject({ kind: 'n-plus-one', numbers: { calls: 12 } });
    const wrapped = (n: number, start: number) =>
      made('site', 'internal', `Row#${n % 2}`, [start, start + 4.5], {}, http(n, start));
    expect(look(page(rows(12, wrapped))).found[0]).toMatchObject({ kind: 'n-plus-one', numbers: { calls: 12 } });
  });

  test('few calls, calls side by side, polling and different statements are none', () => {
    const select = (n: number, start: number) => query('site', 'SELECT a FROM b WHERE c = $1', [start, start + 4]);
    expect(kinds(look(page(rows(9, select))))).toEqual(['healthy']);
    expect(kinds(look(page(rows(20, (n) => query('site', 'SELECT a', [n, n + 60])))))).toEqual(['healthy']);
    expect(kinds(look(page(rows(12, (n, start) => query('site', 'SELECT a', [start, start + 2]), 40))))).not.toContain(
      'n-plus-one'
    );
    expect(
      kinds(
        look(
          page(
            rows(20, (n, start) =>
              query('site', `SELECT ${'xyzuvwabcdefghijklmn'[n]} FROM ${'xyzuvwabcdefghijklmn'[n]}`, [start, start + 4])
            )
          )
        )
      )
    ).toEqual(['healthy']);
  });
});

describe('lost context', () => {
  const call = (peer: string, more: Parameters<typeof made>[4] = {}, ...below: Made[]) =>
    made('gate', 'client', 'POST', [10, 90], { attributes: { 'server.address': peer }, ...more }, ...below);
  const root = (...children: Made[]) => made('gate', 'server', 'POST /', [0, 100], {}, ...children);
  const instrumentedPeers = (peer: string) => peer === 'inner';

  test('a call whose peer sends spans and has none here', () => {
    const at = look(root(call('inner', {}, made('gate', 'internal', 'tcp.connect', [11, 12]))), {
      instrumentedPeers,
      likelyOtherHalf: () => ({ traceId: 'ab'.repeat(16), reason: 'it began 2 ms into the call' }),
    });
    expect(at.found).toHaveLength(1);
    expect(at.found[0]).toMatchObject({
      kind: 'lost-context',
      title:
        "gate's call to inner (POST) has no server side in this trace, although inner sends spans: the context was lost on the way.",
      otherHalf: { traceId: 'ab'.repeat(16) },
    });
    expect(at.found[0].detail).toContain(`trace ${'ab'.repeat(16)}: it began 2 ms into the call.`);
  });

  test('not of peers that send none, of calls that failed or were answered, of young traces, or where nothing is known', () => {
    expect(kinds(look(root(call('mail-relay')), { instrumentedPeers }))).toEqual(['healthy']);
    expect(kinds(look(root(call('inner', { error: 'refused' })), { instrumentedPeers }))).toEqual(['deepest-error']);
    const refused = {
      error: 'no',
      attributes: { 'server.address': 'inner', 'http.response.status_code': '402' },
    } as const;
    expect(kinds(look(root(call('inner', refused)), { instrumentedPeers }))).toEqual(['lost-context']);
    expect(
      kinds(look(root(call('inner', {}, made('inner', 'server', 'POST /x', [20, 80]))), { instrumentedPeers }))
    ).toEqual(['healthy']);
    expect(kinds(look(root(call('inner')), { instrumentedPeers, ageNs: 5e9 }))).toEqual(['healthy']);
    expect(kinds(look(root(call('inner'))))).toEqual(['healthy']);
  });

  test('a trace that is the other half of a call, seen from there', () => {
    const half = made('inner', 'server', 'POST /x', [20, 80]);
    const likelyCaller = { service: 'gate', traceId: 'ab'.repeat(16), reason: 'the call POST of gate fits' };
    const at = look(half, { likelyCaller });
    expect(at.found).toHaveLength(1);
    expect(at.found[0]).toMatchObject({
      kind: 'lost-context',
      title: 'inner POST /x begins this trace, although gate called it: the context was lost on the way.',
      otherHalf: { traceId: 'ab'.repeat(16) },
    });
    const job = made('inner', 'internal', 'nightly', [20, 80]);
    expect(kinds(look(job, { likelyCaller }))).toEqual(['healthy']);
  });

  test('a peer that answers another call of the trace does send spans', () => {
    const at = look(root(call('inner', {}, made('inner', 'server', 'POST /x', [20, 80])), call('inner')));
    expect(kinds(at)).toEqual(['lost-context']);
  });
});

test('clocks that differ, corrected or not', () => {
  const trace = made(
    'a',
    'server',
    'GET /',
    [1000, 1100],
    {},
    made(
      'a',
      'client',
      'GET',
      [1010, 1090],
      { attributes: { 'server.address': 'b' } },
      made('b', 'server', 'GET /b', [700, 760])
    )
  );
  for (const correctSkew of [true, false]) {
    const at = look(trace, { correctSkew });
    expect(at.found).toHaveLength(1);
    expect(at.found[0]).toMatchObject({
      kind: 'clock-skew',
      severity: 'info',
      title: 'The clocks of b and a differ by at least 310 ms: b GET /b begins before the call that caused it.',
      numbers: { skewNs: 310e6 },
    });
  }
  const few = made(
    'a',
    'server',
    'GET /',
    [0, 100],
    {},
    made('a', 'client', 'GET', [10, 90], {}, made('b', 'server', 'GET /b', [7, 60]))
  );
  expect(kinds(look(few, { correctSkew: true }))).toEqual(['healthy']);
});

test('missing parents', () => {
  const part = (service: string, start: number) =>
    made(service, 'server', 'GET /', [start, start + 10], { lost: true });
  expect(look([part('a', 0)]).found[0]).toMatchObject({
    kind: 'missing-spans',
    severity: 'info',
    title: 'The trace does not begin here: the caller of a GET / sent no span.',
  });
  const torn = look([made('r', 'server', 'GET /', [0, 50]), part('a', 10), part('b', 20)]);
  expect(torn.found[0]).toMatchObject({
    kind: 'missing-spans',
    severity: 'warning',
    title: '1 span of this trace is missing: 2 spans, of a and b, name parents that nobody sent.',
  });
  expect(look([made('r', 'server', 'GET /', [0, 50]), part('a', 10)], { ageNs: 3e9 }).found[0]).toMatchObject({
    severity: 'info',
    detail: 'The trace is young: they may still be on their way.',
  });
});

describe('sequential calls', () => {
  const ask = (peer: string, time: [number, number], method = 'GET') =>
    made('page', 'client', method, time, { attributes: { 'server.address': peer, 'http.request.method': method } });
  const root = (...children: Made[]) => look(made('page', 'server', 'GET /', [0, 620], {}, ...children));

  test('reads of different services in a row', () => {
    const at = root(ask('a', [0, 200]), ask('b', [200, 400]), ask('c', [401, 600]));
    expect(at.found).toHaveLength(1);
    expect(at.found[0]).toMatchObject({
      kind: 'sequential-calls',
      severity: 'info',
      title:
        'page GET / asks a, b and c one after the other; side by side it would take 399 ms less, 64% of page GET /.',
    });
  });

  test('writes, two services, pauses and calls side by side are none', () => {
    expect(kinds(root(ask('a', [0, 200]), ask('b', [200, 400], 'POST'), ask('c', [401, 600])))).toEqual(['healthy']);
    expect(kinds(root(ask('a', [0, 300]), ask('b', [300, 600])))).toEqual(['healthy']);
    expect(kinds(root(ask('a', [0, 170]), ask('b', [200, 380]), ask('c', [420, 600])))).toEqual(['healthy']);
    expect(kinds(root(ask('a', [0, 600]), ask('b', [0, 600]), ask('c', [0, 600])))).toEqual(['healthy']);
  });
});

test('a healthy trace says so, and where the time goes', () => {
  const trace = made('a', 'server', 'GET /', [0, 100], {}, query('a', 'SELECT 1', [10, 80]));
  expect(look(trace).found).toMatchObject([
    {
      kind: 'healthy',
      severity: 'info',
      title: 'Nothing is wrong with this trace that its spans would show: 2 spans in 100 ms.',
      detail:
        "Most of the time, 70 ms or 70%, is a's SELECT 1's own; what is usual for its operations is not known here.",
      harmNs: 0,
    },
  ]);
  expect(look(trace, { usual: () => history(90, 120) }).found[0].detail).toContain(
    'no operation took far longer than it usually does'
  );
});

test('one service that is called twice, at two depths, and calls itself', () => {
  const at = look(
    made(
      'core',
      'server',
      'GET /a',
      [0, 900],
      {},
      made(
        'core',
        'client',
        'GET',
        [5, 60],
        { attributes: { 'server.address': 'core' } },
        made('core', 'server', 'GET /b', [10, 55])
      ),
      made(
        'core',
        'client',
        'GET',
        [70, 890],
        { attributes: { 'server.address': 'core' } },
        made(
          'core',
          'server',
          'GET /b',
          [75, 885],
          { error: true },
          made(
            'core',
            'client',
            'GET',
            [80, 880],
            { error: 'timeout', attributes: { 'server.address': 'core' } },
            made('core', 'server', 'GET /c', [81, 1500])
          )
        )
      )
    )
  );
  expect(at.found[0]).toMatchObject({
    kind: 'deepest-error',
    title: "core's call to core (GET) gave up after 800 ms, while core GET /c took 1.4 s and did not fail.",
    detail: 'The failure ended at core GET /a, which went on without it.',
  });
});
