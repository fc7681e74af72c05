import { mkdirSync, rmSync } from 'node:fs';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Journal } from './journal.ts';
import { crcOfBody, encodeRecordHead, HEADER_BYTES, NO_LIMITS } from './record.ts';

const body = (text: string) => {
  const bytes = new TextEncoder().encode(text);
  return { receivedMs: 1, tenant: '', limits: NO_LIMITS, body: bytes, bodyCrc: crcOfBody(bytes) };
};

describe('Journal', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clew-journal-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('gives an earlier run’s segments back, oldest first, with all records', async () => {
    const { journal } = await Journal.open(folder);
    const names: string[] = [];
    for (const text of ['a', 'b', 'c']) {
      const segment = await journal.begin();
      await Promise.all([segment.append(body(`${text}1`)), segment.append(body(`${text}2`))]);
      await segment.seal();
      names.push(segment.name);
    }
    const reopened = await Journal.open(folder);
    expect(reopened.left.map(({ name }) => name)).toEqual(names);
    const { records, damage } = await reopened.journal.read(names[1]);
    expect(records.map((one) => new TextDecoder().decode(one.body))).toEqual(['b1', 'b2']);
    expect(damage).toBeUndefined();
  });

  it('writes appends of one turn of the event loop with one sync, in order', async () => {
    const { journal } = await Journal.open(folder);
    const segment = await journal.begin();
    await Promise.all(Array.from({ length: 500 }, (_, index) => segment.append(body(String(index)))));
    await segment.seal();
    const { records } = await journal.read(segment.name);
    expect(records.map((one) => Number(new TextDecoder().decode(one.body)))).toEqual(
      Array.from({ length: 500 }, (_, index) => index)
    );
  });

  it('cuts a torn tail off once, so that a second read sees the same', async () => {
    const { journal } = await Journal.open(folder);
    const segment = await journal.begin();
    await segment.append(body('whole'));
    await segment.seal();
    await appendFile(segment.path, encodeRecordHead(body('torn')));
    expect(await journal.read(segment.name)).toMatchObject({
      damage: { droppedBytes: HEADER_BYTES, keptAt: undefined },
      records: [{ tenant: '' }],
    });
    expect(await journal.read(segment.name)).toMatchObject({ damage: undefined, records: [{ tenant: '' }] });
    expect(await readdir(folder)).toEqual([segment.name]);
  });

  it('keeps what stands behind the records and is none', async () => {
    const { journal } = await Journal.open(folder);
    const segment = await journal.begin();
    await segment.append(body('whole'));
    await segment.seal();
    await appendFile(segment.path, 'something else');
    const { damage, records } = await journal.read(segment.name);
    expect(records).toHaveLength(1);
    expect(damage?.droppedBytes).toBe(14);
    expect(await readFile(damage?.keptAt ?? '', 'utf8')).toBe('something else');
    expect((await journal.read(segment.name)).damage).toBeUndefined();
  });

  it('never uses a name twice, even when the folder was emptied', async () => {
    const first = await Journal.open(folder);
    const one = await first.journal.begin();
    await one.seal();
    await first.journal.remove(one.name);
    const two = await (await Journal.open(folder)).journal.begin();
    await two.seal();
    expect(two.name).not.toBe(one.name);
    expect(await readdir(folder)).toEqual([two.name]);
  });

  it('rejects every append after a failed one', async () => {
    const { journal } = await Journal.open(folder);
    const segment = await journal.begin();
    await segment.seal();
    await expect(segment.append(body('late'))).rejects.toThrow();
    await expect(segment.append(body('later'))).rejects.toThrow();
    expect(segment.failed).toBeDefined();
  });

  describe('when segments that were joined cannot be removed', () => {
    let journal: Journal;
    let names: string[];
    let contents: Buffer[];
    let joined: string;
    let reported: unknown[];

    beforeEach(async () => {
      ({ journal } = await Journal.open(folder));
      names = [];
      for (const text of ['a', 'b', 'c']) {
        const segment = await journal.begin();
        await segment.append(body(text));
        await segment.seal();
        names.push(segment.name);
      }
      contents = await Promise.all(names.map((name) => readFile(join(folder, name))));
      await appendFile(join(folder, names[2]), 'CLW2');
      reported = [];
      // The last one's damage is told when the others are read: from then on, the first is a folder, which unlink refuses.
      const becomeFolder = () => {
        rmSync(join(folder, names[0]));
        mkdirSync(join(folder, names[0]));
      };
      ({ name: joined } = await journal.join(names, becomeFolder, (error) => reported.push(error)));
    });

    it('has joined them all the same, and says why they are left', async () => {
      expect(reported).toEqual([expect.objectContaining({ syscall: 'unlink' })]);
      expect((await journal.read(joined)).records).toHaveLength(3);
    });

    it('starts with the joined one alone, whether or not they can be removed then', async () => {
      const first = await Journal.open(folder);
      expect(first.left.map(({ name }) => name)).toEqual([joined]);
      expect(await readdir(folder)).toEqual([names[0], joined].sort());
      await rm(join(folder, names[0]), { recursive: true });
      await writeFile(join(folder, names[0]), contents[0]);
      const second = await Journal.open(folder);
      expect(second.left.map(({ name }) => name)).toEqual([joined]);
      expect(await readdir(folder)).toEqual([joined]);
    });

    it('removes the joined one with them only', async () => {
      await expect(journal.remove(joined)).rejects.toMatchObject({ syscall: 'unlink' });
      expect(await readdir(folder)).toContain(joined);
      await rm(join(folder, names[0]), { recursive: true });
      await writeFile(join(folder, names[0]), contents[0]);
      await writeFile(join(folder, names[1]), contents[1]);
      await journal.remove(joined);
      expect(await readdir(folder)).toEqual([]);
    });

    it('removes them too when its requests were inserted one by one', async () => {
      const piecewise = await journal.toPiecewise(joined);
      await rm(join(folder, names[0]), { recursive: true });
      await writeFile(join(folder, names[0]), contents[0]);
      await journal.remove(piecewise);
      expect(await readdir(folder)).toEqual([]);
    });
  });
});
