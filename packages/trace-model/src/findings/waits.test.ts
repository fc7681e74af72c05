import { history, look, made, query, type Made } from './testing/hand-made.ts';

const kinds = (at: ReturnType<typeof look>) => at.found.map(({ kind }) => kind);
const usually = (known: Record<string, ReturnType<typeof history>>) => ({
  usual: (service: string, name: string) => known[`${service} ${name}`],
});

describe('silent wait', () => {
  const publish = (end: number, ...below: Made[]) =>
    made(
      'till',
      'server',
      'POST /sale',
      [0, end + 5],
      {},
      made(
        'till',
        'internal',
        'finish',
        [1, end + 4],
        {},
        made(
          'till',
          'producer',
          'publish',
          [2, end],
          { attributes: { 'messaging.destination.name': 'sales' } },
          ...below
        )
      )
    );

  test('a publish that takes a second is one, with a history or without', () => {
    const alone = look(publish(1502));
    expect(alone.found).toHaveLength(1);
    expect(alone.found[0]).toMatchObject({
      kind: 'silent-wait',
      severity: 'critical',
      title:
        "till's publish to sales (publish) waited 1.5 s and nothing in this trace received what it sent; it reports no error.",
    });
    expect(look(publish(302), usually({ 'till publish': history(4, 12) })).found[0].title).toBe(
      "till's publish to sales (publish) waited 300 ms, where 99 of 100 take at most 12 ms, and nothing in this trace received what it sent; it reports no error."
    );
  });

  test('a publish that is always that slow is none', () => {
    expect(kinds(look(publish(1502), usually({ 'till publish': history(1400, 1900) })))).not.toContain('silent-wait');
  });

  test('a history of few spans is none', () => {
    const few = usually({ 'till publish': history(4, 12, { count: 3 }) });
    expect(kinds(look(publish(302), few))).toEqual(['healthy']);
  });

  const call = (ms: number, more: Parameters<typeof made>[4] = {}, ...below: Made[]) =>
    look(
      made(
        'a',
        'server',
        'GET /',
        [0, ms + 10],
        {},
        made('a', 'client', 'GET', [5, 5 + ms], { attributes: { 'server.address': 'far' }, ...more }, ...below)
      )
    );

  test('a call that ends as timeouts do', () => {
    expect(call(5004).found[0]).toMatchObject({
      kind: 'silent-wait',
      title: "a's call to far (GET) waited 5 s, as long as a timeout of 5 s; it reports no error.",
    });
    // Long, but not like a timeout: it holds the time, and that is all there is to say.
    expect(kinds(call(5400))).toEqual(['time-holder']);
    expect(kinds(call(5004, { error: 'timeout' }))).toEqual(['deepest-error']);
    expect(kinds(call(5004, {}, made('far', 'server', 'GET /x', [10, 5000])))).toEqual(['time-holder']);
    expect(kinds(call(5004, { attributes: { 'messaging.system': 'sqs', 'server.address': 'far' } }))).toEqual([
      'time-holder',
    ]);
  });

  test('what the other side did not do is waiting', () => {
    const root = made(
      'a',
      'server',
      'GET /',
      [0, 910],
      {},
      made(
        'a',
        'client',
        'GET',
        [5, 905],
        { attributes: { 'server.address': 'b' } },
        made('b', 'server', 'GET /b', [880, 900])
      )
    );
    expect(look(root, usually({ 'a GET': history(20, 60) })).found[0].title).toBe(
      "a's call to b (GET) waited 900 ms, where 99 of 100 take at most 60 ms, and its other side worked for only a part of that; it reports no error."
    );
  });
});

describe('lock wait', () => {
  const UPDATE = 'UPDATE seats SET taken = true WHERE id = $1';
  const order = (...queries: Made[]) =>
    made('venue', 'server', 'POST /seats', [0, Math.max(...queries.map(({ end }) => end)) + 5], {}, ...queries);

  test('against the history', () => {
    const at = look(order(query('venue', UPDATE, [2, 702])), usually({ 'venue UPDATE seats': history(5, 30) }));
    expect(at.found).toHaveLength(1);
    expect(at.found[0]).toMatchObject({
      kind: 'lock-wait',
      severity: 'critical',
      title:
        "venue's UPDATE seats took 700 ms, where 99 of 100 take at most 30 ms: it waits for a lock, or the statement is slow.",
      harmNs: 695e6,
    });
  });

  test('against siblings of the same statement', () => {
    const quick = [0, 1, 2, 3].map((n) => query('venue', UPDATE, [n * 10, n * 10 + 6]));
    const slow = query('venue', UPDATE, [50, 450]);
    const at = look(order(...quick, slow));
    expect(at.found[0].title).toBe(
      "venue's UPDATE seats took 400 ms, where its siblings took 6 ms: it waits for a lock, or the statement is slow."
    );
    expect(at.spansOf(at.found[0])).toEqual([slow]);
  });

  test('without either, a write of a second; a read, or one that is usual, is none', () => {
    expect(look(order(query('venue', UPDATE, [0, 1300]))).found[0]).toMatchObject({
      kind: 'lock-wait',
      severity: 'warning',
    });
    expect(look(order(query('venue', 'SELECT id FROM seats WHERE id = $1 FOR UPDATE', [0, 1300]))).found[0].kind).toBe(
      'lock-wait'
    );
    expect(kinds(look(order(query('venue', 'SELECT id FROM seats', [0, 1300]))))).toEqual(['time-holder']);
    expect(
      kinds(look(order(query('venue', UPDATE, [0, 1300])), usually({ 'venue UPDATE seats': history(900, 2000) })))
    ).toEqual(['healthy']);
  });

  test('it comes before the timeout that it caused', () => {
    const at = look(
      made(
        'app',
        'server',
        'POST /',
        [0, 1010],
        { error: true },
        made(
          'app',
          'client',
          'POST',
          [2, 1002],
          { error: 'timeout', attributes: { 'server.address': 'venue' } },
          made('venue', 'server', 'POST /seats', [3, 2300], {}, query('venue', UPDATE, [5, 2290]))
        )
      )
    );
    expect(kinds(at)).toEqual(['lock-wait', 'deepest-error']);
  });
});

describe('dark time', () => {
  const calls = (service: string, ...times: Array<[number, number]>) =>
    times.map((time, n) => made(service, 'client', `step-${n}`, time, { attributes: { 'server.address': 'x' } }));
  const root = (...children: Made[]) => look(made('svc', 'server', 'GET /', [0, 1000], {}, ...children));

  test('a long gap between calls', () => {
    const at = root(...calls('svc', [0, 200], [700, 990]));
    expect(at.found).toHaveLength(1);
    expect(at.found[0]).toMatchObject({
      kind: 'dark-time',
      title:
        'svc GET / spent 500 ms that no span covers, between the call to x (step-0) and the call to x (step-1): 50% of svc GET /.',
      numbers: { gapNs: 500e6, gapStartNs: 200e6, gapEndNs: 700e6 },
    });
  });

  test('before the first and after the last one', () => {
    expect(root(...calls('svc', [500, 990])).found[0].title).toContain('before the call to x (step-0)');
    expect(root(...calls('svc', [0, 500])).found[0].title).toContain('after the call to x (step-0)');
  });

  test('deep within, through children that overlap and one that outlives its parent', () => {
    const at = look(
      made(
        'edge',
        'server',
        'GET /',
        [0, 1200],
        {},
        made(
          'edge',
          'client',
          'GET',
          [10, 1190],
          { attributes: { 'server.address': 'core' } },
          made(
            'core',
            'server',
            'GET /core',
            [20, 1180],
            {},
            made(
              'core',
              'internal',
              'load',
              [30, 1170],
              {},
              ...calls('core', [30, 200], [100, 300], [150, 160], [1000, 2000])
            )
          )
        )
      )
    );
    expect(at.found[0]).toMatchObject({ kind: 'dark-time', numbers: { gapNs: 700e6 } });
    expect(at.spansOf(at.found[0])[0]?.name).toBe('load');
  });

  test('what is usual, many small gaps, and spans that call nobody are none', () => {
    const long = look(
      made('svc', 'server', 'GET /', [0, 1000], {}, ...calls('svc', [0, 200], [700, 990])),
      usually({ 'svc GET /': history(900, 1100, { darkShareP95: 0.6 }) })
    );
    expect(kinds(long)).toEqual(['healthy']);
    const small = calls('svc', ...Array.from({ length: 10 }, (_, n): [number, number] => [n * 100, n * 100 + 40]));
    expect(kinds(root(...small))).not.toContain('dark-time');
    expect(kinds(root())).not.toContain('dark-time');
  });

  test('beyond what is usual', () => {
    const at = look(
      made('svc', 'server', 'GET /', [0, 400], {}, ...calls('svc', [0, 50], [330, 390])),
      usually({ 'svc GET /': history(100, 160, { darkShareP95: 0.1 }) })
    );
    expect(at.found[0]).toMatchObject({ kind: 'dark-time', severity: 'critical' });
  });

  test('the pause between two tries is not dark', () => {
    const tried = (start: number, error?: string) =>
      made('svc', 'client', 'GET', [start, start + 20], { error, attributes: { 'url.full': 'http://x/1' } });
    expect(kinds(root(tried(0, 'no'), tried(950)))).toEqual(['retries']);
  });
});

test('the span that holds the time of a slow request, and not of one that is always slow', () => {
  const trace = made('a', 'server', 'GET /', [0, 2000], {}, made('a', 'internal', 'encode', [100, 1900]));
  expect(look(trace).found[0]).toMatchObject({
    kind: 'time-holder',
    severity: 'info',
    title: 'a encode holds the time: 1.8 s, 90% of a GET /, are its own.',
  });
  expect(look(trace, usually({ 'a encode': history(100, 200) })).found[0]).toMatchObject({
    kind: 'time-holder',
    severity: 'warning',
  });
  expect(kinds(look(trace, usually({ 'a encode': history(1700, 2000), 'a GET /': history(1900, 2200) })))).toEqual([
    'healthy',
  ]);
});

test('a long gap before a consumer', () => {
  const at = look(
    made(
      'shop',
      'server',
      'POST /',
      [0, 40],
      {},
      made(
        'shop',
        'producer',
        'send',
        [10, 20],
        { attributes: { 'messaging.destination.name': 'jobs' } },
        made('worker', 'consumer', 'work', [5020, 5100])
      )
    )
  );
  expect(at.found).toHaveLength(1);
  expect(at.found[0]).toMatchObject({
    kind: 'consumer-gap',
    title: 'A message of shop send waited 5 s in jobs before worker work took it.',
    harmNs: 5e9,
  });
});
