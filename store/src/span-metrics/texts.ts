import type { LowCardinalityColumn } from '../ingest/native/columns.ts';

/** Longer texts are cut: a bounded number of series has to be a bounded number of bytes. */
const MAX_LABEL_BYTES = 1024;

/** A block's dictionary as strings, each decoded when it is first asked for. */
export class Texts {
  readonly #column: LowCardinalityColumn;
  readonly #texts: string[] = [];

  constructor(column: LowCardinalityColumn) {
    this.#column = column;
  }

  /** '' where the row has none. */
  at(row: number): string {
    const index = this.#column.indexAt(row);
    return (this.#texts[index] ??= decode(this.#column.entry(index)));
  }
}

function decode(bytes: Uint8Array): string {
  let end = Math.min(bytes.length, MAX_LABEL_BYTES);
  // Not within a character of several bytes.
  while (end < bytes.length && end > 0 && (bytes[end] & 0xc0) === 0x80) {
    end--;
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('utf8');
}
