/** Stretches of time, appended one by one. */
export class Segments {
  #nodes = new Uint32Array(64);
  #starts = new Float64Array(64);
  #ends = new Float64Array(64);
  #waits = new Uint8Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Nothing is appended for an empty stretch. */
  add(node: number, start: number, end: number, isWait: boolean): void {
    if (end <= start) {
      return;
    }
    if (this.#length === this.#nodes.length) {
      this.#grow();
    }
    this.#nodes[this.#length] = node;
    this.#starts[this.#length] = start;
    this.#ends[this.#length] = end;
    this.#waits[this.#length] = isWait ? 1 : 0;
    this.#length += 1;
  }

  /** Turns what stands from `from` on the other way round. */
  reverseFrom(from: number): void {
    for (const column of [this.#nodes, this.#starts, this.#ends, this.#waits]) {
      column.subarray(from, this.#length).reverse();
    }
  }

  arrays(): { nodes: Uint32Array; starts: Float64Array; ends: Float64Array; waits: Uint8Array } {
    return {
      nodes: this.#nodes.slice(0, this.#length),
      starts: this.#starts.slice(0, this.#length),
      ends: this.#ends.slice(0, this.#length),
      waits: this.#waits.slice(0, this.#length),
    };
  }

  #grow(): void {
    const size = this.#length * 2;
    const [nodes, starts, ends, waits] = [this.#nodes, this.#starts, this.#ends, this.#waits];
    this.#nodes = new Uint32Array(size);
    this.#starts = new Float64Array(size);
    this.#ends = new Float64Array(size);
    this.#waits = new Uint8Array(size);
    this.#nodes.set(nodes);
    this.#starts.set(starts);
    this.#ends.set(ends);
    this.#waits.set(waits);
  }
}
