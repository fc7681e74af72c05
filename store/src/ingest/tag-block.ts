import { TAGS } from '../schema/tables.ts';
import type { AttributeMaps, MapColumn } from './native/attribute-maps.ts';
import { NativeBlock } from './native/block.ts';
import type { ByteWriter } from './native/byte-writer.ts';
import { BytesColumn, LowCardinalityColumn, type Offsets } from './native/columns.ts';
import type { ResourceBlock } from './resource-block.ts';
import type { SpanBlock } from './span-block.ts';
import { TagCatalogue, type TagDay, type TagScope, type TagState, type TagType } from './tag-catalogue.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const EVENT = encode('event.');
const LINK = encode('link.');
const NAME = encode('name');
const EVENT_NAME = encode('event:name');
const SERVICE_NAME = encode('service.name');
const SCOPE_NAME = encode('instrumentation:name');
const SCOPE_VERSION = encode('instrumentation:version');
/** The row that says that there are more keys than are kept. */
const OVERFLOW = encode('overflow');
const NOTHING = new Uint8Array(0);

/** Rows of one tenant and day that follow each other. */
interface Run {
  readonly day: TagDay;
  readonly start: number;
  readonly end: number;
}

/** The rows that a batch adds to `clew.tags`: what its spans and resources bring that is new. */
export class TagBlock {
  readonly #catalogue: TagCatalogue;
  readonly #tenant = new LowCardinalityColumn();
  readonly #receivedDay = new BytesColumn();
  readonly #scope = new LowCardinalityColumn();
  readonly #key = new LowCardinalityColumn();
  readonly #type = new LowCardinalityColumn();
  readonly #isValue = new BytesColumn();
  readonly #value = new BytesColumn();
  readonly #count = new BytesColumn();
  readonly #block = new NativeBlock(TAGS, {
    tenant: this.#tenant,
    received_day: this.#receivedDay,
    scope: this.#scope,
    key: this.#key,
    type: this.#type,
    is_value: this.#isValue,
    value: this.#value,
    count: this.#count,
  });

  constructor(catalogue: TagCatalogue) {
    this.#catalogue = catalogue;
  }

  /** Reads a batch that is complete, before its columns are taken. */
  observe(spans: SpanBlock, resources: ResourceBlock): void {
    const ofSpans = this.#runs(spans.tenant, spans.receivedDay, spans.block.rows);
    observeMaps(ofSpans, 'span', spans.attributes);
    for (const [type, map] of Object.entries(TYPES)) {
      observeMap(ofSpans, undefined, map, spans.nested[type as keyof typeof TYPES]);
    }
    spans.promotion.tags.forEach(({ key, texts, ints }) => {
      if (texts) {
        observeTexts(ofSpans, 'column', key, texts, undefined, 1);
      }
      ints?.forEachValue((row, bytes) => {
        const run = ofSpans.find(({ end }) => row < end);
        const state = run?.day.state('column', key, 'int');
        if (run && state) {
          run.day.add(state, 1);
          run.day.addValue(state, bytes, 0, 8, 1);
        }
      });
    });
    observeTexts(ofSpans, 'intrinsic', NAME, spans.name, undefined, 0);
    observeTexts(ofSpans, 'resource', SERVICE_NAME, spans.service, undefined, 0);
    observeTexts(ofSpans, 'intrinsic', EVENT_NAME, spans.eventNames, spans.eventOffsets, 0);

    const ofResources = this.#runs(resources.tenant, resources.receivedDay, resources.block.rows);
    observeMaps(ofResources, 'resource', resources.resource);
    observeMaps(ofResources, 'instrumentation', resources.scope);
    observeStrings(ofResources, SCOPE_NAME, resources.scopeName);
    observeStrings(ofResources, SCOPE_VERSION, resources.scopeVersion);
  }

  /** `nowMs`: when the batch was received, for how often counts are written. */
  take(out: ByteWriter, nowMs: number): Uint8Array | undefined {
    const areCountsDue = this.#catalogue.takeCountsDue(nowMs);
    for (const day of this.#catalogue.days()) {
      for (const state of areCountsDue ? day.counted() : day.dirty) {
        this.#write(day, state, areCountsDue);
      }
      for (const state of day.dirty) {
        state.isDirty = false;
      }
      day.dirty.length = 0;
      if (day.overflow === 'new') {
        day.overflow = 'written';
        this.#row(day, OVERFLOW, NOTHING, 'string', false, NOTHING, 1);
      }
    }
    this.#catalogue.trim();
    return this.#block.take(out);
  }

  #runs(tenants: LowCardinalityColumn, days: BytesColumn, rows: number): Run[] {
    const runs: Run[] = [];
    const dayAt = (row: number) => days.bytes[row * 2] | (days.bytes[row * 2 + 1] << 8);
    for (let start = 0; start < rows;) {
      const tenant = tenants.indexAt(start);
      const day = dayAt(start);
      let end = start + 1;
      while (end < rows && tenants.indexAt(end) === tenant && dayAt(end) === day) {
        end++;
      }
      runs.push({ day: this.#catalogue.day(tenants.entry(tenant), day), start, end });
      start = end;
    }
    return runs;
  }

  #write(day: TagDay, state: TagState, withCounts: boolean): void {
    const { scope, key, type, values, counts } = state;
    if (!state.isWritten || withCounts) {
      this.#row(day, encode(scope), key, type, false, NOTHING, state.count);
      state.count = 0;
      state.isWritten = true;
    }
    for (let id = withCounts ? 0 : state.written; id < values.count; id++) {
      if (counts[id] > 0) {
        const value = textOf(type, values.arena.bytes.subarray(values.start(id), values.end(id)));
        this.#row(day, encode(scope), key, type, true, value, counts[id]);
        counts[id] = 0;
      }
    }
    state.written = values.count;
  }

  #row(
    { tenant, day }: TagDay,
    scope: Uint8Array,
    key: Uint8Array,
    type: TagType,
    isValue: boolean,
    value: Uint8Array,
    count: number
  ): void {
    const row = this.#block.rows++;
    const typeBytes = encode(type);
    this.#tenant.set(row, tenant, 0, tenant.length);
    this.#receivedDay.byte(day);
    this.#receivedDay.byte(day >>> 8);
    this.#scope.set(row, scope, 0, scope.length);
    this.#key.set(row, key, 0, key.length);
    this.#type.set(row, typeBytes, 0, typeBytes.length);
    this.#isValue.byte(isValue ? 1 : 0);
    this.#value.string(value, 0, value.length);
    this.#count.uint64(count, 0);
  }
}

const TYPES = { str: 'string', int: 'int', float: 'float', bool: 'bool' } as const;

function observeMaps(runs: readonly Run[], scope: TagScope, maps: AttributeMaps): void {
  for (const [suffix, type] of Object.entries(TYPES)) {
    observeMap(runs, scope, type, maps[suffix as keyof typeof TYPES]);
  }
}

/** Without a scope: keys say it, `event.x` and `link.x`. */
function observeMap(runs: readonly Run[], scope: TagScope | undefined, type: TagType, map: MapColumn): void {
  if (map.dictionarySize === 0) {
    return;
  }
  const { bytes } = map.values;
  // By index of the dictionary, for the run whose number stands in `runOf`.
  const states: Array<TagState | undefined> = [];
  const counts = new Uint32Array(map.dictionarySize);
  const runOf = new Uint32Array(map.dictionarySize);
  let at = 0;
  for (const [index, { day, start, end }] of runs.entries()) {
    const met: number[] = [];
    const last = map.entriesBefore(end);
    for (let entry = map.entriesBefore(start); entry < last; entry++) {
      const key = map.keyIndexAt(entry);
      let size = type === 'bool' ? 1 : 8;
      if (type === 'string') {
        size = bytes[at++];
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
      }
      if (runOf[key] !== index + 1) {
        runOf[key] = index + 1;
        states[key] = stateOf(day, scope, map.keyAt(key), type);
        counts[key] = 0;
        met.push(key);
      }
      counts[key]++;
      const state = states[key];
      if (state) {
        day.addValue(state, bytes, at, at + size, 1);
      }
      at += size;
    }
    for (const key of met) {
      const state = states[key];
      if (state) {
        day.add(state, counts[key]);
      }
    }
  }
}

function stateOf(day: TagDay, scope: TagScope | undefined, key: Uint8Array, type: TagType): TagState | undefined {
  if (scope) {
    return day.state(scope, key, type);
  }
  const isEvent = EVENT.every((byte, index) => key[index] === byte);
  return isEvent
    ? day.state('event', key.subarray(EVENT.length), type)
    : day.state('link', key.subarray(LINK.length), type);
}

/** A column of texts from a dictionary, of elements of arrays where there are `offsets`. Entries below `first` are none. */
function observeTexts(
  runs: readonly Run[],
  scope: TagScope,
  key: Uint8Array,
  texts: LowCardinalityColumn,
  offsets: Offsets | undefined,
  first: number
): void {
  for (const { day, start, end } of runs) {
    const counts = texts.countEntries(
      offsets ? offsets.before(start) : start,
      offsets ? offsets.before(end) : Math.min(end, texts.length)
    );
    let total = 0;
    let state: TagState | undefined;
    for (let entry = first; entry < counts.length; entry++) {
      const value = counts[entry] > 0 ? texts.entry(entry) : NOTHING;
      if (value.length > 0) {
        state ??= day.state(scope, key, 'string');
        if (state) {
          day.addValue(state, value, 0, value.length, counts[entry]);
        }
        total += counts[entry];
      }
    }
    if (state) {
      day.add(state, total);
    }
  }
}

/** A column of texts, one a row. */
function observeStrings(runs: readonly Run[], key: Uint8Array, column: BytesColumn): void {
  const { bytes } = column;
  let at = 0;
  for (const { day, start, end } of runs) {
    for (let row = start; row < end; row++) {
      let size = 0;
      for (let factor = 1; ; factor *= 0x80) {
        const byte = bytes[at++];
        size += (byte & 0x7f) * factor;
        if (byte < 0x80) {
          break;
        }
      }
      const state = size > 0 ? day.state('intrinsic', key, 'string') : undefined;
      if (state) {
        day.add(state, 1);
        day.addValue(state, bytes, at, at + size, 1);
      }
      at += size;
    }
  }
}

/** A value as text. */
function textOf(type: TagType, bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (type) {
    case 'string':
      return bytes;
    case 'int':
      return encode(String(view.getBigInt64(0, true)));
    case 'float':
      return encode(String(view.getFloat64(0, true)));
    case 'bool':
      return encode(bytes[0] === 0 ? 'false' : 'true');
  }
}
