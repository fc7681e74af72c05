import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm, truncate, unlink } from 'node:fs/promises';

import { decodeRecords, encodeRecordHead, type JournalRecord } from './record.ts';
import {
  coveredByJoins,
  createdMs,
  isJoined,
  isSegment,
  joinedName,
  piecewiseName,
  segmentName,
} from './segment-name.ts';
import { OpenSegment, syncFolder, writeSynced } from './segment.ts';

/** A segment that takes no more appends and waits for its insert. */
export interface SealedSegment {
  /** File name; the deduplication token of its insert. */
  readonly name: string;
  readonly bytes: number;
}

/** What stands behind the last whole record of a segment. */
export interface Damage {
  readonly droppedBytes: number;
  /** Where they are kept; undefined for the half of a record that a crash leaves, which nobody was promised. */
  readonly keptAt: string | undefined;
}

/** A file on its way to becoming a segment; a crash leaves it behind. */
const UNFINISHED = '.tmp';
/** Where requests go that the engine will never take. */
const QUARANTINE = 'quarantine';
const TAIL_SEGMENTS = 2;

/**
 * The files between "received" and "in the engine". A segment is one insert: it is sealed, inserted with its name as
 * the deduplication token, and deleted. A crash at any point repeats whole segments under the same token, so nothing
 * acknowledged is lost and nothing is doubled (docs/adr/0004-journal.md).
 */
export class Journal {
  readonly folder: string;
  #counter = 0;
  /** Names sort in the order of creation and are never used twice, even after the folder was empty. */
  readonly #prefix: string;

  private constructor(folder: string, notBeforeMs: number) {
    this.folder = folder;
    const createdAt = Math.max(Date.now(), notBeforeMs);
    this.#prefix = `${createdAt.toString().padStart(14, '0')}-${randomBytes(4).toString('hex')}`;
  }

  /**
   * Opens the folder and lists what an earlier run left to insert, oldest first. `tail` are the records of the newest two:
   * among them are those whose clients may have got no answer.
   */
  static async open(
    folder: string
  ): Promise<{ journal: Journal; left: SealedSegment[]; tail: readonly JournalRecord[] }> {
    await mkdir(folder, { recursive: true });
    const files = await readdir(folder);
    const found = files.filter(isSegment).sort();
    const covered = new Set(coveredByJoins(found));
    for (const file of files.filter((name) => name.endsWith(UNFINISHED))) {
      await rm(`${folder}/${file}`, { force: true });
    }
    for (const file of covered) {
      // Where this fails it does no harm and is reported later: remove() tries again, and takes none without the other.
      await rm(`${folder}/${file}`, { force: true }).catch(() => undefined);
    }
    const left: SealedSegment[] = [];
    for (const name of found.filter((one) => !covered.has(one))) {
      left.push({ name, bytes: (await lstat(`${folder}/${name}`)).size });
    }
    // Later than all there is, even if the clock went back: a join covers every name between its first and its last.
    const journal = new Journal(folder, found.reduce((latest, name) => Math.max(latest, createdMs(name)), 0) + 1);
    const tail: JournalRecord[] = [];
    for (const { name } of left.slice(-TAIL_SEGMENTS)) {
      // What cannot be read is reported when its turn to be inserted comes.
      const read = await readFile(`${folder}/${name}`).catch(() => Buffer.alloc(0));
      tail.push(...decodeRecords(read).records);
    }
    return { journal, left, tail };
  }

  begin(): Promise<OpenSegment> {
    return OpenSegment.create(this.folder, segmentName(this.#prefix, this.#counter++));
  }

  /**
   * Reads a sealed segment. Cuts a damaged tail off, so that the next read gives the same records for the same token, and
   * keeps what is no torn record in the quarantine.
   */
  async read(name: string): Promise<{ records: JournalRecord[]; damage: Damage | undefined }> {
    const path = `${this.folder}/${name}`;
    const content = await readFile(path);
    const { records, goodBytes, isTorn } = decodeRecords(content);
    const droppedBytes = content.length - goodBytes;
    if (droppedBytes === 0) {
      return { records, damage: undefined };
    }
    const keptAt = isTorn ? undefined : await this.#keep(`${name}-${goodBytes}.damaged`, content.subarray(goodBytes));
    await truncate(path, goodBytes);
    return { records, damage: { droppedBytes, keptAt } };
  }

  /**
   * Makes one segment of several that follow each other, none of which was ever given to the engine. The new file takes
   * its name when it is complete; from then on the old ones count as removed, whether they are or not: `onLeftOver` is
   * told why they are not, and they go with the joined one. Rejects only where nothing has changed.
   */
  async join(
    names: readonly string[],
    onDamage: (name: string, damage: Damage) => void = () => undefined,
    onLeftOver: (error: unknown) => void = () => undefined
  ): Promise<SealedSegment> {
    const parts: Uint8Array[] = [];
    for (const name of names) {
      const { records, damage } = await this.read(name);
      if (damage) {
        onDamage(name, damage);
      }
      parts.push(...records.flatMap((record) => [encodeRecordHead(record), record.body]));
    }
    const name = joinedName(names);
    const bytes = await writeSynced(`${this.folder}/${name}${UNFINISHED}`, parts);
    await rename(`${this.folder}/${name}${UNFINISHED}`, `${this.folder}/${name}`);
    try {
      // The old ones go when the new one stays: a power cut must not take both.
      await syncFolder(this.folder);
      await this.#unlink(names);
    } catch (error) {
      onLeftOver(error);
    }
    return { name, bytes };
  }

  /** Marks a segment as one whose requests are inserted one by one, each with a token of its own. */
  async toPiecewise(name: string): Promise<string> {
    const renamed = piecewiseName(name);
    await this.#rename(name, renamed);
    return renamed;
  }

  /** Keeps the bytes of a request that the engine will never take; answers the file's path. */
  quarantine(name: string, record: JournalRecord): Promise<string> {
    return this.#keep(`${name}.otlp`, record.body);
  }

  /** Moves what cannot be read as a segment out of the way; answers its new path. */
  async quarantineFile(name: string): Promise<string> {
    await mkdir(`${this.folder}/${QUARANTINE}`, { recursive: true });
    await this.#rename(name, `${QUARANTINE}/${name}`);
    return `${this.folder}/${QUARANTINE}/${name}`;
  }

  /**
   * The segment is in the engine: it is no longer needed. Resolves when that survives a power cut, so that of all the
   * segments that a start finds, only the oldest can be in the engine already. What a join left over goes first, since
   * without the joined segment it would count again.
   */
  async remove(name: string): Promise<void> {
    if (isJoined(name)) {
      await this.#unlink(coveredByJoins((await readdir(this.folder)).filter(isSegment)));
    }
    await rm(`${this.folder}/${name}`, { force: true });
    await syncFolder(this.folder);
  }

  async #keep(name: string, content: Uint8Array): Promise<string> {
    const folder = `${this.folder}/${QUARANTINE}`;
    await mkdir(folder, { recursive: true });
    await writeSynced(`${folder}/${name}`, [content]);
    await syncFolder(folder);
    return `${folder}/${name}`;
  }

  async #unlink(names: readonly string[]): Promise<void> {
    for (const name of names) {
      await unlink(`${this.folder}/${name}`);
    }
    await syncFolder(this.folder);
  }

  async #rename(from: string, to: string): Promise<void> {
    await rename(`${this.folder}/${from}`, `${this.folder}/${to}`);
    await syncFolder(this.folder);
  }
}
