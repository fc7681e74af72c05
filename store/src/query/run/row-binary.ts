/**
 * A cursor over ClickHouse's RowBinary (https://clickhouse.com/docs/interfaces/formats/RowBinary). Values are left where
 * they are: strings are ranges of the answer's bytes.
 */
export class RowBinaryReader {
  readonly bytes: Buffer;
  at = 0;
  /** Halves of the last 64-bit number, unsigned. */
  low = 0;
  high = 0;
  /** Range of the last string. */
  start = 0;
  end = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  uint8(): number {
    return this.bytes[this.at++];
  }

  uint32(): number {
    const value = this.bytes.readUInt32LE(this.at);
    this.at += 4;
    return value;
  }

  /** (U)Int64 or Float64 into `low` and `high`. */
  uint64(): void {
    this.low = this.bytes.readUInt32LE(this.at);
    this.high = this.bytes.readUInt32LE(this.at + 4);
    this.at += 8;
  }

  /** The length of a string, array or map. */
  count(): number {
    const { bytes } = this;
    let byte = bytes[this.at++];
    let value = byte & 0x7f;
    for (let factor = 128; byte >= 0x80; factor *= 128) {
      byte = bytes[this.at++];
      value += (byte & 0x7f) * factor;
    }
    return value;
  }

  string(): void {
    const size = this.count();
    this.fixed(size);
  }

  /** FixedString(size). */
  fixed(size: number): void {
    this.start = this.at;
    this.end = this.at + size;
    this.at = this.end;
  }

  /** Nullable: true when a value follows. */
  present(): boolean {
    return this.bytes[this.at++] === 0;
  }

  /** A copy of the last string's bytes as text of one UTF-16 unit per byte. */
  byteString(): string {
    return this.bytes.toString('latin1', this.start, this.end);
  }
}
