import { ByteTable } from './native/byte-table.ts';

/** Where a tag is: a scope of attributes, `column` for promoted attributes of spans, or `intrinsic`. */
export type TagScope = 'span' | 'column' | 'resource' | 'event' | 'link' | 'instrumentation' | 'intrinsic';
export type TagType = 'string' | 'int' | 'float' | 'bool';

/** Keys of one tenant on one day; beyond it the table says that there are more. */
export const MAX_KEYS = 10_000;
/** Values of one key, in one process, on one day. A key that has more is no list to choose from. */
export const MAX_VALUES = 500;
/** Longer values are not kept: nobody chooses them from a list. */
export const MAX_VALUE_BYTES = 128;
/** For all keys and values together; what is beyond waits for the next day. */
const MAX_BYTES = 32 * 1024 ** 2;
/** What a value and a key cost besides their bytes. */
const VALUE_OVERHEAD = 48;
const KEY_OVERHEAD = 1000;
/** Days and tenants that are remembered; what is forgotten is written again. */
const MAX_DAYS = 2000;
/** How often counts of what is written already are added to the table. */
const COUNT_EVERY_MS = 60_000;

/** One key of one scope and type, on one day. */
export class TagState {
  readonly scope: TagScope;
  readonly key: Uint8Array;
  readonly type: TagType;
  readonly values = new ByteTable(4);
  /** Spans since the counts were last written, by value. */
  readonly counts: number[] = [];
  count = 0;
  isWritten = false;
  /** Values that are in the table: the first ones. */
  written = 0;
  isDirty = false;

  constructor(scope: TagScope, key: Uint8Array, type: TagType) {
    this.scope = scope;
    this.key = key;
    this.type = type;
  }
}

/** The keys of one tenant on one day. */
export class TagDay {
  readonly tenant: Uint8Array;
  readonly day: number;
  readonly dirty: TagState[] = [];
  /** There are more keys than are kept, and whether the table says so. */
  overflow: 'none' | 'new' | 'written' = 'none';
  readonly #states = new Map<string, TagState>();
  readonly #catalogue: TagCatalogue;

  constructor(catalogue: TagCatalogue, tenant: Uint8Array, day: number) {
    this.#catalogue = catalogue;
    this.tenant = tenant;
    this.day = day;
  }

  /** undefined for a key too many. */
  state(scope: TagScope, key: Uint8Array, type: TagType): TagState | undefined {
    const name = `${scope} ${type} ${Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')}`;
    const known = this.#states.get(name);
    if (known) {
      return known;
    }
    if (this.#states.size >= MAX_KEYS || this.#catalogue.isFull) {
      this.overflow = this.overflow === 'none' ? 'new' : this.overflow;
      return undefined;
    }
    const state = new TagState(scope, key.slice(), type);
    this.#states.set(name, state);
    this.#catalogue.grow(name.length + KEY_OVERHEAD);
    return state;
  }

  /** So many more spans have the key. */
  add(state: TagState, count: number): void {
    state.count += count;
    if (!state.isWritten) {
      this.#mark(state);
    }
  }

  /** So many more spans have the value. */
  addValue(state: TagState, source: Uint8Array, start: number, end: number, count: number): void {
    const { values } = state;
    if (end - start > MAX_VALUE_BYTES) {
      return;
    }
    if (values.count >= MAX_VALUES || this.#catalogue.isFull) {
      // No table grows any more; a value that is known is still counted.
      const known = values.find(source, start, end);
      if (known !== -1) {
        state.counts[known] += count;
      }
      return;
    }
    const before = values.count;
    const id = values.intern(source, start, end);
    if (values.count > before) {
      this.#catalogue.grow(end - start + VALUE_OVERHEAD);
      state.counts.push(0);
      this.#mark(state);
    }
    state.counts[id] += count;
  }

  /** Every state that has counts to be written. */
  *counted(): Generator<TagState> {
    for (const state of this.#states.values()) {
      if (state.count > 0) {
        yield state;
      }
    }
  }

  #mark(state: TagState): void {
    if (!state.isDirty) {
      state.isDirty = true;
      this.dirty.push(state);
    }
  }
}

/**
 * Which attributes there are, and the values of those that have few: kept while spans come in, so that nobody has to look
 * for them in the spans. A key, and each of its first values, is written with the batch that brings it; how often they occur
 * is added up and written once a minute, so that the table stays small. After a start all is written anew: the table's engine
 * folds it.
 */
export class TagCatalogue {
  readonly #days = new Map<string, TagDay>();
  #bytes = 0;
  #countsDueMs = 0;

  get isFull(): boolean {
    return this.#bytes >= MAX_BYTES;
  }

  grow(bytes: number): void {
    this.#bytes += bytes;
  }

  day(tenant: Uint8Array, day: number): TagDay {
    const name = `${day} ${Buffer.from(tenant.buffer, tenant.byteOffset, tenant.length).toString('latin1')}`;
    const known = this.#days.get(name);
    if (known) {
      return known;
    }
    const fresh = new TagDay(this, tenant.slice(), day);
    this.#days.set(name, fresh);
    return fresh;
  }

  /** Call when all that is new is written: makes room for what is to come. */
  trim(): void {
    const newest = Math.max(...[...this.#days.values()].map(({ day }) => day));
    const isOld = [...this.#days.values()].some(({ day }) => day < newest);
    if (this.#days.size > MAX_DAYS || (this.#bytes > MAX_BYTES / 2 && isOld)) {
      this.forget();
    }
  }

  /** What was written so far may not have reached the engine: all of it is written again. */
  forget(): void {
    this.#days.clear();
    this.#bytes = 0;
  }

  /** Whether counts are to be written now. `nowMs` only ever grows. */
  takeCountsDue(nowMs: number): boolean {
    if (nowMs < this.#countsDueMs) {
      return false;
    }
    this.#countsDueMs = nowMs + COUNT_EVERY_MS;
    return true;
  }

  days(): Iterable<TagDay> {
    return this.#days.values();
  }
}
