import type { SpanBlock } from '../ingest/span-block.ts';
import { adjustedCount } from './adjusted-count.ts';

const NS_PER_SECOND = 1e9;
const TWO_32 = 2 ** 32;

/** Durations and weights of a block's spans, by row. The arrays are used again for the next block. */
export class BlockNumbers {
  seconds = new Float64Array(0);
  weights = new Float64Array(0);

  read(spans: SpanBlock): void {
    const { rows } = spans.block;
    if (rows > this.seconds.length) {
      this.seconds = new Float64Array(rows * 2);
      this.weights = new Float64Array(rows * 2);
    }
    this.#readDurations(spans.duration.bytes, rows);
    this.#readWeights(spans.traceState.bytes, rows);
  }

  #readDurations(bytes: Uint8Array, rows: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, rows * 8);
    for (let row = 0; row < rows; row++) {
      const high = view.getInt32(row * 8 + 4, true);
      // The end before the start: clocks differ, or the span has no end.
      this.seconds[row] = high < 0 ? 0 : (high * TWO_32 + view.getUint32(row * 8, true)) / NS_PER_SECOND;
    }
  }

  /** `bytes`: texts with their lengths before them, as varints. */
  #readWeights(bytes: Uint8Array, rows: number): void {
    let at = 0;
    for (let row = 0; row < rows; row++) {
      let size = bytes[at++];
      if (size === 0) {
        this.weights[row] = 1;
        continue;
      }
      if (size >= 0x80) {
        size &= 0x7f;
        for (let factor = 0x80; ; factor *= 0x80) {
          const byte = bytes[at++];
          size += (byte & 0x7f) * factor;
          if (byte < 0x80) {
            break;
          }
        }
      }
      this.weights[row] = adjustedCount(bytes, at, at + size);
      at += size;
    }
  }
}
