import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { EngineError, NETWORK_ERROR, SOCKET_TIMEOUT } from './engine.ts';
import { RemoteEngine } from './remote.ts';
import { asAnswered, AWKWARD_VALUES } from './testing/awkward-values.ts';
import { startFront, type FrontProcess } from './testing/front-process.ts';

jest.setTimeout(30_000);

const folder = mkdtempSync(join(tmpdir(), 'clew-front-'));
let front: FrontProcess;
let engine: RemoteEngine;

beforeAll(async () => {
  front = await startFront(join(folder, 'data'));
  engine = new RemoteEngine(front.url);
  await engine.command('CREATE DATABASE IF NOT EXISTS clew');
  await engine.command(
    'CREATE TABLE clew.t (n UInt64, s String) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100'
  );
});
beforeEach(() => engine.command('TRUNCATE TABLE clew.t'));
afterEach(() => front.setFault(undefined));
afterAll(async () => {
  await engine.close();
  await front.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A Native block of `n UInt64, s String`. */
function block(rows: ReadonlyArray<readonly [bigint, Buffer]>): Uint8Array {
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
  const text = (value: string): Buffer => Buffer.concat([Buffer.from(varint(value.length)), Buffer.from(value)]);
  const numbers = Buffer.alloc(rows.length * 8);
  rows.forEach(([n], index) => numbers.writeBigUInt64LE(n, index * 8));
  return Buffer.concat([
    Buffer.from([2, ...varint(rows.length)]),
    ...[text('n'), text('UInt64'), numbers, text('s'), text('String')],
    ...rows.flatMap(([, s]) => [Buffer.from(varint(s.length)), s]),
  ]);
}

const insert = (rows: Parameters<typeof block>[0], token: string) =>
  engine.insertNative('clew.t', ['n', 's'], block(rows), token);
const stored = () => engine.rows<{ n: string; s: string }>({ sql: 'SELECT n, hex(s) AS s FROM clew.t', params: {} });
const one = { sql: 'SELECT 1 AS one', params: {} };

async function failure(work: Promise<unknown>): Promise<EngineError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason
  );
  if (!(error instanceof EngineError)) {
    throw error;
  }
  return error;
}

describe('reads', () => {
  test.each(AWKWARD_VALUES)('carry %s as it is', async (_what, type, value) => {
    const [row] = await engine.rows<{ value: unknown }>({ sql: `SELECT {v:${type}} AS value`, params: { v: value } });
    expect(row.value).toEqual(asAnswered(value));
  });

  test('send long parameters in the body', async () => {
    await front.seen();
    await engine.rows({ sql: 'SELECT length({v:String})', params: { v: 'x'.repeat(1000) } });
    await engine.rows({ sql: 'SELECT length({v:String})', params: { v: 'x'.repeat(10_000) } });
    expect((await front.seen()).map(({ method, encoding }) => [method, encoding])).toEqual([
      ['POST', 'url'],
      ['POST', 'multipart'],
    ]);
  });

  test('answer bytes', async () => {
    const bytes = await engine.bytes(
      { sql: 'SELECT number + {k:UInt8} FROM numbers(100000)', params: { k: 1 } },
      'RowBinary'
    );
    expect(bytes).toHaveLength(800_000);
    expect(bytes.readBigUInt64LE(799_992)).toBe(100_000n);
  });

  test.each(['rows', 'bytes'] as const)('say that they failed in the middle: %s', async (how) => {
    const query = { sql: 'SELECT throwIf(number = 300000) AS x FROM numbers(400000)', params: {} };
    const error = await failure(how === 'rows' ? engine.rows(query) : engine.bytes(query, 'RowBinary'));
    expect(error.clickhouseCode).toBe(395);
  });

  test('end at their limit of time', async () => {
    const startedAt = Date.now();
    const error = await failure(
      engine.rows({ sql: 'SELECT sum(sipHash64(number)) FROM numbers(100000000000)', params: {} }, { seconds: 1 })
    );
    expect(error.clickhouseCode).toBe(159);
    expect(Date.now() - startedAt).toBeLessThan(8_000);
  });

  test('end at their limit of memory', async () => {
    const error = await failure(
      engine.rows({ sql: 'SELECT groupArray(number) FROM numbers(10000000)', params: {} }, { memoryBytes: 10_000_000 })
    );
    expect(error.clickhouseCode).toBe(241);
  });

  test('try again when the connection was lost', async () => {
    await front.setFault('reset');
    for (let count = 0; count < 3; count++) {
      expect(await engine.rows(one)).toEqual([{ one: 1 }]);
    }
    expect(await engine.bytes(one, 'RowBinary')).toHaveLength(1);
  });

  test('run side by side', async () => {
    const slow = engine.rows({ sql: 'SELECT sleep({s:UInt8})', params: { s: 2 } });
    const startedAt = Date.now();
    await engine.rows({ sql: 'SELECT {x:UInt8}', params: { x: 1 } });
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    await slow;
  });
});

describe('inserts', () => {
  const rows: Array<readonly [bigint, Buffer]> = [
    [1n, Buffer.from([0x0a, 0x0a, 0xff, 0x00, 0x80])],
    [2n ** 64n - 1n, Buffer.alloc(0)],
  ];

  test('store bytes as they are', async () => {
    await insert(rows, 'a');
    expect(await stored()).toEqual([
      { n: '1', s: '0A0AFF0080' },
      { n: '18446744073709551615', s: '' },
    ]);
  });

  test('store a block once, whatever the profile of the user says', async () => {
    await front.seen();
    await insert(rows, 'twice');
    await insert(rows, 'twice');
    expect(await stored()).toHaveLength(2);
    const [{ statement }] = await front.seen();
    expect(statement).toContain('async_insert = 0');
    expect(statement).toContain('insert_deduplicate = 1');
  });

  test('store a large block', async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => [BigInt(index), Buffer.alloc(100, index)] as const);
    await insert(many, 'large');
    expect(await engine.rows({ sql: 'SELECT count() AS c, sum(n) AS s FROM clew.t', params: {} })).toEqual([
      { c: '100000', s: '4999950000' },
    ]);
  });

  test('do not wait for reads', async () => {
    // More than a client has connections.
    const reads = Array.from({ length: 11 }, () => engine.rows({ sql: 'SELECT sleep({s:UInt8})', params: { s: 2 } }));
    const startedAt = Date.now();
    await insert(rows, 'beside reads');
    expect(Date.now() - startedAt).toBeLessThan(1_500);
    await Promise.all(reads);
  });

  test('reject with the server’s code', async () => {
    expect((await failure(engine.insertNative('clew.nope', ['n'], block(rows), 'b'))).clickhouseCode).toBe(60);
    expect(
      (await failure(engine.insertNative('clew.t', ['n', 's'], Buffer.from('junk'), 'c'))).clickhouseCode
    ).toBeDefined();
    await front.setFault('refuse');
    expect((await failure(insert(rows, 'd'))).clickhouseCode).toBe(999);
  });

  test('reject for an error behind status 200', async () => {
    await front.setFault('late-error');
    const error = await failure(insert(rows, 'e'));
    expect(error.clickhouseCode).toBe(243);
  });

  test('reject when the connection ends after the server took them, and the second try stores nothing', async () => {
    await front.setFault('drop-after-insert');
    expect((await failure(insert(rows, 'f'))).clickhouseCode).toBe(NETWORK_ERROR);
    await front.setFault(undefined);
    expect(await stored()).toHaveLength(2);
    await insert(rows, 'f');
    expect(await stored()).toHaveLength(2);
  });

  test('reject when the server does not answer', async () => {
    const impatient = new RemoteEngine(`${front.url}?request_timeout=500`);
    await front.setFault('hang');
    const error = await failure(impatient.insertNative('clew.t', ['n', 's'], block(rows), 'g'));
    expect(error.clickhouseCode).toBe(SOCKET_TIMEOUT);
    await impatient.close();
  });
});

describe('the way to the server', () => {
  test.each(['127.0.0.1', 'localhost'])('refused at %s', async (host) => {
    const listener = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => listener.once('listening', done));
    const { port } = listener.address() as AddressInfo;
    await new Promise((done) => listener.close(done));
    const nowhere = new RemoteEngine(`http://${host}:${port}`);
    const errors = [
      await failure(nowhere.rows(one)),
      await failure(nowhere.command('SELECT 1')),
      await failure(nowhere.insertNative('clew.t', ['n', 's'], block([]), 'x')),
    ];
    expect(errors.map(({ clickhouseCode }) => clickhouseCode)).toEqual([NETWORK_ERROR, NETWORK_ERROR, NETWORK_ERROR]);
    expect(errors.map(({ message }) => message)).toEqual(Array(3).fill(expect.stringContaining('ECONNREFUSED')));
    await nowhere.close();
  });

  test('a wrong password', async () => {
    const stranger = new RemoteEngine(`http://clew:wrong@127.0.0.1:${front.port}`);
    expect((await failure(stranger.rows(one))).clickhouseCode).toBe(516);
    await stranger.close();
  });

  test.each([
    ['clickhouse:8123', 'protocol must be either http or https'],
    ['not a url', 'Invalid URL'],
    ['http://127.0.0.1:8123/traces', 'names the database traces'],
    ['http://u:secret@127.0.0.1:8123?colour=red', 'Unknown URL parameters: colour'],
  ])('%s cannot be used', (url, reason) => {
    expect(() => new RemoteEngine(url)).toThrow(reason);
    expect(() => new RemoteEngine(url)).toThrow('CLEW_CLICKHOUSE_URL');
    expect(() => new RemoteEngine(url)).not.toThrow('secret');
  });
});
