import { look, made, query } from './testing/hand-made.ts';

const titles = ({ found }: ReturnType<typeof look>) => found.map(({ kind, title }) => `${kind}: ${title}`);

test('the deepest error is first, and the way up is told', () => {
  const insert = query('ledger', 'INSERT INTO entries VALUES ($1)', [32, 40], { error: 'disk full' });
  const at = look(
    made(
      'edge',
      'server',
      'PUT /a',
      [0, 60],
      { error: true },
      made(
        'edge',
        'client',
        'PUT',
        [5, 55],
        { error: true, attributes: { 'server.address': 'books' } },
        made(
          'books',
          'server',
          'PUT /b',
          [10, 50],
          { error: true },
          made(
            'books',
            'internal',
            'save',
            [12, 45],
            {},
            query('ledger', 'SELECT 1', [13, 20]),
            made('books', 'internal', 'write', [30, 44], {}, insert)
          )
        )
      )
    )
  );
  expect(at.found).toHaveLength(1);
  expect(at.found[0]).toMatchObject({
    kind: 'deepest-error',
    severity: 'critical',
    title: "ledger's INSERT INTO failed after 8 ms: disk full.",
    detail: 'The failure went up through ledger, books and edge to edge PUT /a.',
    harmNs: 60e6,
    shareOfTrace: 1,
    numbers: { durationNs: 8e6, errors: 4 },
  });
  expect(at.spansOf(at.found[0])[0]).toBe(insert);
});

test('a swallowed error is of little weight and names who swallowed it', () => {
  const at = look(
    made(
      'web',
      'server',
      'GET /',
      [0, 50],
      {},
      made('web', 'client', 'GET', [5, 9], { error: 'no route', attributes: { 'peer.service': 'ads' } })
    )
  );
  expect(at.found[0]).toMatchObject({
    kind: 'deepest-error',
    severity: 'info',
    title: "web's call to ads (GET) failed after 4 ms: no route.",
    detail: 'The failure ended at web GET /, which went on without it.',
  });
});

test('a refusal that is passed on is nothing', () => {
  const at = look(
    made(
      'web',
      'server',
      'POST /',
      [0, 50],
      { attributes: { 'http.response.status_code': '409' } },
      made(
        'web',
        'client',
        'POST',
        [5, 40],
        { error: 'sold out', attributes: { 'http.response.status_code': '409' } },
        made(
          'stock',
          'server',
          'POST /take',
          [6, 39],
          { attributes: { 'http.response.status_code': '409' } },
          query('stock', 'UPDATE stock', [7, 20], { error: 'check constraint' })
        )
      )
    )
  );
  expect(titles(at)).toEqual([expect.stringMatching(/^healthy/)]);
});

test('a refusal that made the request fail is the cause', () => {
  const at = look(
    made(
      'web',
      'server',
      'POST /',
      [0, 50],
      { error: true, attributes: { 'http.response.status_code': '500' } },
      made(
        'web',
        'client',
        'POST',
        [5, 40],
        { error: true, attributes: { 'http.response.status_code': '401', 'server.address': 'auth' } },
        made('auth', 'server', 'POST /token', [6, 39], { attributes: { 'http.response.status_code': '401' } })
      )
    )
  );
  expect(titles(at)).toEqual(["deepest-error: web's call to auth (POST) failed after 35 ms: status 401."]);
});

test('of several failures the last one counts, of parallel ones the first to end', () => {
  const failing = (name: string, time: [number, number]) =>
    made('web', 'client', name, time, { error: name, attributes: { 'server.address': name } });
  const root = (...children: Array<ReturnType<typeof failing>>) =>
    look(made('web', 'server', 'GET /', [0, 99], { error: true }, ...children));
  expect(root(failing('early', [1, 10]), failing('late', [20, 40])).found[0].title).toContain('late');
  expect(
    root(failing('slow', [1, 40]), failing('quick', [2, 10]), failing('cancelled', [3, 41])).found[0].title
  ).toContain('quick');
});

test('what failed because the caller had gone is not the cause', () => {
  const call = (error: string, ...below: Array<ReturnType<typeof made>>) =>
    look(
      made(
        'a',
        'server',
        'GET /a',
        [0, 110],
        { error: true },
        made('a', 'client', 'a.B/Get', [2, 102], { error, attributes: { 'server.address': 'b' } }, ...below)
      )
    );
  const cancelled = made(
    'b',
    'server',
    'b.B/Get',
    [4, 103],
    { error: 'context canceled' },
    made('b', 'client', 'SELECT', [5, 102], { error: 'context canceled', attributes: { 'db.system': 'mysql' } })
  );
  expect(call('DEADLINE_EXCEEDED', cancelled).found[0].title).toBe(
    "a's call to b (a.B/Get) gave up after 100 ms, while b b.B/Get took 99 ms before it stopped."
  );
  expect(call('UNAVAILABLE', cancelled).found[0].title).toContain('context canceled');
});

test('a call that timed out without another side', () => {
  const at = look(
    made(
      'a',
      'server',
      'GET /a',
      [0, 1010],
      { error: true },
      made('a', 'client', 'GET', [2, 1003], {
        error: true,
        attributes: { 'error.type': 'SocketTimeoutException', 'url.full': 'https://user@api.example:8443/x' },
      })
    )
  );
  expect(at.found[0].title).toBe("a's call to api.example (GET) timed out after 1 s: SocketTimeoutException.");
});

test('a message whose processing failed is a failure of its own', () => {
  const at = look(
    made(
      'shop',
      'server',
      'POST /orders',
      [0, 40],
      {},
      made(
        'shop',
        'producer',
        'send mail',
        [10, 12],
        {},
        made(
          'mailer',
          'consumer',
          'process mail',
          [30, 90],
          { error: true },
          made('mailer', 'internal', 'render', [40, 80], { error: 'no template' })
        )
      )
    )
  );
  expect(at.found[0]).toMatchObject({
    kind: 'deepest-error',
    severity: 'warning',
    title: 'mailer render failed after 40 ms: no template.',
    detail: 'The failure went up through mailer to mailer process mail (from a queue).',
    harmNs: 60e6,
  });
});

test('a failure below a parent that is missing reached the top', () => {
  const at = look(made('a', 'server', 'GET /a', [0, 10], { error: 'boom', lost: true }));
  expect(at.found.map(({ kind, severity }) => [kind, severity])).toEqual([
    ['deepest-error', 'critical'],
    ['missing-spans', 'info'],
  ]);
});
