import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, truncate, unlink } from 'node:fs/promises';

import { decodeRecords, type JournalRecord } from './record.ts';
import { OpenSegment } from './segment.ts';

const SUFFIX = '.seg';

/** A segment that takes no more appends and waits for its insert. */
export interface SealedSegment {
  /** File name; the deduplication token of its insert. */
  readonly name: string;
  readonly bytes: number;
}

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

  private constructor(folder: string) {
    this.folder = folder;
    this.#prefix = `${Date.now().toString().padStart(14, '0')}-${randomBytes(4).toString('hex')}`;
  }

  /** Opens the folder and lists what an earlier run left to insert, oldest first. */
  static async open(folder: string): Promise<{ journal: Journal; left: SealedSegment[] }> {
    await mkdir(folder, { recursive: true });
    const journal = new Journal(folder);
    const names = (await readdir(folder)).filter((name) => name.endsWith(SUFFIX)).sort();
    const left: SealedSegment[] = [];
    for (const name of names) {
      left.push({ name, bytes: (await stat(`${folder}/${name}`)).size });
    }
    return { journal, left };
  }

  begin(): Promise<OpenSegment> {
    const name = `${this.#prefix}-${String(this.#counter++).padStart(8, '0')}${SUFFIX}`;
    return OpenSegment.create(this.folder, name);
  }

  /**
   * Reads a sealed segment. Cuts a damaged tail off, so that the next read gives the same records for the same token;
   * `droppedBytes` says how much that was.
   */
  async read(name: string): Promise<{ records: JournalRecord[]; droppedBytes: number }> {
    const path = `${this.folder}/${name}`;
    const content = await readFile(path);
    const { records, goodBytes } = decodeRecords(content);
    const droppedBytes = content.length - goodBytes;
    if (droppedBytes > 0) {
      await truncate(path, goodBytes);
    }
    return { records, droppedBytes };
  }

  /** The segment is in the engine: it is no longer needed. */
  async remove(name: string): Promise<void> {
    await unlink(`${this.folder}/${name}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') {
        throw error;
      }
    });
  }
}
