import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { EngineError, type Engine } from '../engine/engine.ts';
import { Journal } from '../journal/journal.ts';
import { crcOfBody, NO_LIMITS } from '../journal/record.ts';
import { SPANS } from '../schema/tables.ts';
import { createRegistry, IngestMetrics } from '../telemetry/metrics.ts';
import { encodeOtlpJson } from './otlp-json.ts';
import { SegmentInserter } from './segment-inserter.ts';

const INCORRECT_DATA = 117;

const requestNamed = (name: string) => {
  const spans = [{ traceId: 'a'.repeat(32), spanId: '0000000000000001', name }];
  return encodeOtlpJson(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })).body;
};

describe('SegmentInserter', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clew-inserter-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** One segment a list of names, a request each. */
  async function leave(...segments: string[][]): Promise<string[]> {
    const { journal } = await Journal.open(folder);
    const names: string[] = [];
    for (const requests of segments) {
      const segment = await journal.begin();
      for (const name of requests) {
        const body = requestNamed(name);
        await segment.append({ receivedMs: 1e12, tenant: '', limits: NO_LIMITS, body, bodyCrc: crcOfBody(body) });
      }
      await segment.seal();
      names.push(segment.name);
    }
    return names;
  }

  /** Inserts what is left into an engine that keeps a table of tokens; `refuse` makes it fail for a block. */
  async function replay(refuse: (block: string) => void = () => undefined, maxJoinedBytes = 1e6) {
    const inserted = new Map<string, string>();
    const { journal, left } = await Journal.open(folder);
    const engine: Engine = {
      rows: () => Promise.resolve([]),
      bytes: () => Promise.resolve(Buffer.alloc(0)),
      command: () => Promise.resolve(),
      close: () => Promise.resolve(),
      insertNative: async (table, _columns, block, token) => {
        if (table === SPANS.name) {
          const content = Buffer.from(block).toString('latin1');
          refuse(content);
          inserted.set(token, content);
        }
      },
    };
    const metrics = new IngestMetrics(createRegistry(), () => ({ bytes: 0, segments: 0, oldestMs: undefined }));
    const logged: string[] = [];
    const log = { info: () => undefined, warn: note, error: note };
    function note(fields: object, message: string) {
      logged.push(`${message} ${JSON.stringify(fields)}`);
    }
    const inserter = new SegmentInserter(journal, left, engine, maxJoinedBytes, metrics, log);
    const timer = setTimeout(() => inserter.giveUp(), 4000);
    await inserter.idle();
    clearTimeout(timer);
    return { inserted, logged, inserter };
  }

  it('inserts the oldest segment under its own token and joins the others', async () => {
    const names = await leave(['a'], ['b'], ['c', 'd'], ['e']);
    const { inserted, inserter } = await replay();
    const base = (name: string) => name.replace('.seg', '');
    expect([...inserted.keys()]).toEqual([`${names[0]}:spans`, `${base(names[1])}_to_${base(names[3])}.seg:spans`]);
    expect(inserter.replayed).toBe(true);
    expect(inserter.bytes).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it('joins no more than a batch holds', async () => {
    await leave(...Array.from({ length: 9 }, (_, index) => [`name ${index}`]));
    const { journal } = await Journal.open(folder);
    const { bytes } = (await Journal.open(folder)).left[0];
    expect(journal).toBeDefined();
    const { inserted } = await replay(undefined, bytes * 4);
    expect(inserted.size).toBe(3);
  });

  it('does not join again what a crash left beside the join', async () => {
    const names = await leave(['a'], ['b'], ['c']);
    const { journal } = await Journal.open(folder);
    const { records } = await journal.read(names[0]);
    await journal.join(names);
    // As if the removal of the joined segments had not reached the disk.
    const again = await Journal.open(folder);
    expect(again.left).toHaveLength(1);
    await writeFile(join(folder, names[1]), 'anything');
    await writeFile(join(folder, `${names[2]}.tmp`), 'anything');
    const reopened = await Journal.open(folder);
    expect(reopened.left.map(({ name }) => name)).toEqual(again.left.map(({ name }) => name));
    expect(await readdir(folder)).toHaveLength(1);
    expect((await reopened.journal.read(reopened.left[0].name)).records).toHaveLength(3);
    expect(records).toHaveLength(1);
  });

  it('keeps apart the one request that the engine refuses, and inserts the others once', async () => {
    const [first] = await leave(['good 1', 'poison', 'good 2'], ['good 3']);
    const { inserted, logged } = await replay((block) => {
      if (block.includes('poison')) {
        throw new EngineError('Incorrect data', INCORRECT_DATA);
      }
    });
    const piecewise = first.replace('.seg', '.piecewise.seg');
    expect([...inserted.keys()].slice(0, 2)).toEqual([`${piecewise}-0:spans`, `${piecewise}-2:spans`]);
    expect([...inserted.values()].join()).toContain('good 3');
    expect(await readdir(join(folder, 'quarantine'))).toEqual([`${piecewise}-1.otlp`]);
    expect(await readdir(folder)).toEqual(['quarantine']);
    expect(logged.join()).toContain('a request that the engine refuses is kept here');
  });

  it('tries what failed for another reason until it works, and blames no segment for it', async () => {
    const [name] = await leave(['a']);
    let failures = 0;
    const { inserted } = await replay(() => {
      if (failures++ < 4) {
        throw new EngineError('Memory limit exceeded', 241);
      }
    });
    expect([...inserted.keys()]).toEqual([`${name}:spans`]);
  });

  it('moves a segment that cannot be read out of the way of the others', async () => {
    const [first] = await leave(['a'], ['b']);
    await rm(join(folder, first));
    await mkdir(join(folder, first));
    const { inserted } = await replay();
    expect(inserted.size).toBe(1);
    expect(await readdir(join(folder, 'quarantine'))).toEqual([first]);
  });

  it('says since when the oldest waits, whenever the journal was opened', async () => {
    const { inserter } = await replay();
    const before = Date.now();
    inserter.add({ name: '00000000000001-5f3a90c1-00000001.seg', bytes: 5 }, undefined, new Promise(() => undefined));
    expect(inserter.oldestMs).toBeGreaterThanOrEqual(before);
    expect(inserter.oldestMs).toBeLessThanOrEqual(Date.now());
    inserter.giveUp();
  });

  it('reports damage of each segment, and inserts what is before it', async () => {
    const [first, second] = await leave(['a'], ['b'], ['c']);
    await appendFile(join(folder, first), 'CLW2');
    await appendFile(join(folder, second), 'garbage');
    const { inserted, logged } = await replay();
    expect(inserted.size).toBe(2);
    expect(logged).toEqual([
      expect.stringMatching(`ends within a record.*${first}.*"droppedBytes":4`),
      expect.stringMatching(`is damaged.*${second}.*"droppedBytes":7.*quarantine`),
    ]);
  });
});
