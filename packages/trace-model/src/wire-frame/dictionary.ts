import { readUtf8 } from '../protobuf/utf8.ts';
import { TraceFrameError } from './error.ts';
import type { TextSection } from './layout.ts';

interface Segment {
  /** Index of its first entry. */
  readonly first: number;
  readonly ends: Uint32Array;
  readonly bytes: Uint8Array;
}

/** Texts by index. A text becomes a string when somebody asks for it. */
export class FrameDictionary {
  #length = 0;
  readonly #segments: Segment[] = [];
  readonly #texts: Array<string | undefined> = [];

  get length(): number {
    return this.#length;
  }

  /** What is not well-formed UTF-8 becomes U+FFFD. Throws RangeError for an index that is not there. */
  get(index: number): string {
    if (!(index >= 0 && index < this.#length)) {
      throw new RangeError(`Index ${index} of a dictionary of ${this.#length} entries`);
    }
    return (this.#texts[index] ??= this.#read(index));
  }

  /** Takes a copy: the chunk's memory goes when its columns go. Throws TraceFrameError. */
  append({ ends, bytes }: TextSection, chunkOffset: number): void {
    let before = 0;
    for (let index = 0; index < ends.length; index++) {
      if (ends[index] < before) {
        throw new TraceFrameError('a dictionary whose entries overlap', chunkOffset);
      }
      before = ends[index];
    }
    if (before !== bytes.length) {
      throw new TraceFrameError('a dictionary that does not fill its bytes', chunkOffset);
    }
    if (ends.length > 0) {
      this.#segments.push({ first: this.#length, ends: ends.slice(), bytes: bytes.slice() });
      this.#length += ends.length;
    }
  }

  #read(index: number): string {
    let low = 0;
    for (let high = this.#segments.length - 1; low < high;) {
      const middle = (low + high + 1) >>> 1;
      if (this.#segments[middle].first <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    const { first, ends, bytes } = this.#segments[low];
    const at = index - first;
    return readUtf8(bytes, at === 0 ? 0 : ends[at - 1], ends[at]);
  }
}

/** 64-bit ids by index. */
export class ResourceDictionary {
  #length = 0;
  #ids = new BigUint64Array(64);

  get length(): number {
    return this.#length;
  }

  /** Throws RangeError for an index that is not there. */
  get(index: number): bigint {
    if (!(index >= 0 && index < this.#length)) {
      throw new RangeError(`Index ${index} of a dictionary of ${this.#length} entries`);
    }
    return this.#ids[index];
  }

  append(ids: BigUint64Array): void {
    const length = this.#length + ids.length;
    if (length > this.#ids.length) {
      const grown = new BigUint64Array(Math.max(length, this.#ids.length * 2));
      grown.set(this.#ids.subarray(0, this.#length));
      this.#ids = grown;
    }
    this.#ids.set(ids, this.#length);
    this.#length = length;
  }
}
