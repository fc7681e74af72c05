import { type TraceTable } from '../../trace/traceTable';
import { STATUS_ERROR } from './colouring';
import { EMPTY_FOREST, type Forest } from './forest';
import { MatchList } from './matchList';
import { firstAtLeast } from './rowList';
import { type RowId } from './types';

const NO_STATUSES = new Uint8Array(0);

/** What a search has found, and where errors are, in the part of the forest that is looked at. */
export class FindState {
  bits: Uint32Array | undefined;
  hideOthers = false;
  #forest: Forest = EMPTY_FOREST;
  #table: TraceTable | undefined;
  #begin = 0;
  #end = 0;
  #matches: MatchList | undefined;
  #errors: MatchList | undefined;

  get matches(): MatchList | undefined {
    return this.#matches;
  }

  /** Looked for when first asked for. */
  get errors(): MatchList {
    const statuses = this.#table?.columns.statuses ?? NO_STATUSES;
    this.#errors ??= MatchList.ofValue(this.#forest, this.#begin, this.#end, statuses, STATUS_ERROR);
    return this.#errors;
  }

  /** Another forest, or another part of it: positions `begin` to `end`. */
  look(table: TraceTable | undefined, forest: Forest, [begin, end]: readonly [number, number]): void {
    this.#table = table;
    this.#forest = forest;
    this.#begin = begin;
    this.#end = end;
    this.#errors = undefined;
    this.find();
  }

  /** After other bits. */
  find(): void {
    this.#matches = this.bits
      ? MatchList.ofBits(this.#forest, this.#begin, this.#end, this.bits, this.#table?.tree.rows ?? 0)
      : undefined;
  }

  isMatch(id: RowId): boolean {
    const { bits } = this;
    return bits !== undefined && id < (this.#table?.tree.rows ?? 0) && ((bits[id >>> 5] >>> (id & 31)) & 1) === 1;
  }

  holdsMatch(id: RowId): boolean {
    if (!this.#matches) {
      return false;
    }
    const { positions, count } = this.#matches;
    const position = this.#forest.positions[id];
    const at = firstAtLeast(positions, count, position);
    return at < count && positions[at] < position + this.#forest.sizes[position];
  }
}
