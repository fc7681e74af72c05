import { open, writeFile, type FileHandle } from 'node:fs/promises';

import { encodeRecordHead, type JournalRecord } from './record.ts';

interface Waiting {
  readonly head: Buffer;
  readonly body: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A journal file that is being appended to. Appends that arrive while a sync runs share the next one (group commit):
 * many clients wait for one sync of the disk.
 */
export class OpenSegment {
  /** Name without folder; also the deduplication token of the segment's insert. */
  readonly name: string;
  readonly path: string;
  readonly #file: FileHandle;
  #waiting: Waiting[] = [];
  #goodBytes = 0;
  #flushing: Promise<void> | undefined;
  #failed: unknown;

  private constructor(name: string, path: string, file: FileHandle) {
    this.name = name;
    this.path = path;
    this.#file = file;
  }

  /** Syncs `folder` too: a file that is not in its folder does not survive. */
  static async create(folder: string, name: string): Promise<OpenSegment> {
    const path = `${folder}/${name}`;
    const file = await open(path, 'wx');
    await syncFolder(folder);
    return new OpenSegment(name, path, file);
  }

  /** Bytes on disk in whole, synced records. */
  get bytes(): number {
    return this.#goodBytes;
  }

  /** The error after which this segment takes no more. */
  get failed(): unknown {
    return this.#failed;
  }

  /** Resolves when the record is on disk and synced. Rejects when it is not, and never will be. */
  append(record: JournalRecord): Promise<void> {
    if (this.#failed !== undefined) {
      return Promise.reject(this.#failed);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ head: encodeRecordHead(record), body: record.body, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** Waits for what was appended and closes the file. */
  async seal(): Promise<void> {
    while (this.#flushing) {
      await this.#flushing;
    }
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    // One turn of the event loop, so that requests that came in together are written together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        if (this.#failed !== undefined) {
          throw this.#failed;
        }
        const { bytesWritten } = await this.#file.writev(
          group.flatMap(({ head, body }) => [head, body]),
          this.#goodBytes
        );
        const expected = group.reduce((sum, { head, body }) => sum + head.length + body.length, 0);
        if (bytesWritten !== expected) {
          throw new Error(`Wrote ${bytesWritten} of ${expected} bytes to ${this.path}: the disk may be full`);
        }
        await this.#file.datasync();
        this.#goodBytes += expected;
        group.forEach(({ resolve }) => resolve());
      } catch (error) {
        this.#failed ??= error;
        // What was half written must not be read back as if it had been acknowledged.
        await this.#file.truncate(this.#goodBytes).catch(() => undefined);
        group.forEach(({ reject }) => reject(error));
      }
    }
    this.#flushing = undefined;
  }
}

/** Makes creations, renames and removals in `folder` durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes and syncs a whole file; answers its size. */
export async function writeSynced(path: string, parts: readonly Uint8Array[]): Promise<number> {
  const content = Buffer.concat(parts);
  await writeFile(path, content, { flush: true });
  return content.length;
}
