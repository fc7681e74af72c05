/** `FrameColumns.flags`: whether the sender of the span says that it left something out. */
export const DROPPED_ATTRIBUTES = 1;
export const DROPPED_EVENTS = 2;
export const DROPPED_LINKS = 4;

/** The largest count of events and links in a frame: it stands for this many or more. */
export const MAX_FRAME_COUNT = 0xffff;

/**
 * Spans as columns of one length, ordered by start and then span id. Numbers are little endian, as the typed arrays of
 * every machine that runs a browser are, so that the arrays can lie over received bytes.
 */
export interface FrameColumns {
  /** Eight bytes a span. */
  readonly spanIds: Uint8Array;
  /** Eight bytes a span, all zero at a root. */
  readonly parentSpanIds: Uint8Array;
  /** Nanoseconds after the frame's `baseNs`. */
  readonly startOffsets: BigUint64Array;
  /** Nanoseconds; negative where a clock went back. */
  readonly durations: BigInt64Array;
  /** Indexes into the frame's dictionaries. */
  readonly resources: Uint32Array;
  readonly names: Uint32Array;
  readonly services: Uint32Array;
  /** At most MAX_FRAME_COUNT. */
  readonly eventCounts: Uint16Array;
  readonly linkCounts: Uint16Array;
  /** OTLP's numbers. */
  readonly kinds: Uint8Array;
  readonly statuses: Uint8Array;
  /** DROPPED_… bits. */
  readonly flags: Uint8Array;
  /** Rows that have a status message, ascending, counted from the first row of these columns. */
  readonly messageRows: Uint32Array;
  /** For each of `messageRows`, the index of its message in the dictionary. */
  readonly messages: Uint32Array;
}

/** Columns of the same memory as halves: the lower 32 bits of element `i` at `2 * i`, the upper ones after them. */
export const wordsOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint32Array =>
  new Uint32Array(buffer, byteOffset, byteLength >>> 2);

/** 64-bit numbers as doubles, without a BigInt for each: exact up to 2^53, 104 days of nanoseconds. */
export function toNumbers(
  column: BigUint64Array | BigInt64Array,
  target: Float64Array = new Float64Array(column.length)
): Float64Array {
  const words = wordsOf(column);
  const upper = column instanceof BigInt64Array ? new Int32Array(words.buffer, words.byteOffset, words.length) : words;
  for (let row = 0; row < column.length; row++) {
    target[row] = upper[row * 2 + 1] * 0x1_0000_0000 + words[row * 2];
  }
  return target;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The id of one row as 16 lower-case hex digits. */
export function spanIdText(ids: Uint8Array, row: number): string {
  return hexText(ids, row * 8, row * 8 + 8);
}

export function hexText(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = '';
  for (let at = start; at < end; at++) {
    text += HEX[bytes[at]];
  }
  return text;
}

/** Columns of zeros, to be filled. */
export function emptyColumns(rows: number, messages: number): FrameColumns {
  return {
    spanIds: new Uint8Array(rows * 8),
    parentSpanIds: new Uint8Array(rows * 8),
    startOffsets: new BigUint64Array(rows),
    durations: new BigInt64Array(rows),
    resources: new Uint32Array(rows),
    names: new Uint32Array(rows),
    services: new Uint32Array(rows),
    eventCounts: new Uint16Array(rows),
    linkCounts: new Uint16Array(rows),
    kinds: new Uint8Array(rows),
    statuses: new Uint8Array(rows),
    flags: new Uint8Array(rows),
    messageRows: new Uint32Array(messages),
    messages: new Uint32Array(messages),
  };
}

/** Views of some rows. `messageRows` still counts from the first row of `columns`. */
export function sliceColumns(
  columns: FrameColumns,
  start: number,
  end: number,
  firstMessage: number,
  endMessage: number
): FrameColumns {
  return {
    spanIds: columns.spanIds.subarray(start * 8, end * 8),
    parentSpanIds: columns.parentSpanIds.subarray(start * 8, end * 8),
    startOffsets: columns.startOffsets.subarray(start, end),
    durations: columns.durations.subarray(start, end),
    resources: columns.resources.subarray(start, end),
    names: columns.names.subarray(start, end),
    services: columns.services.subarray(start, end),
    eventCounts: columns.eventCounts.subarray(start, end),
    linkCounts: columns.linkCounts.subarray(start, end),
    kinds: columns.kinds.subarray(start, end),
    statuses: columns.statuses.subarray(start, end),
    flags: columns.flags.subarray(start, end),
    messageRows: columns.messageRows.subarray(firstMessage, endMessage),
    messages: columns.messages.subarray(firstMessage, endMessage),
  };
}

/** Copies columns to row `row` of larger ones. Rows of messages are counted anew: by `shift` less. */
export function copyColumns(
  source: FrameColumns,
  target: FrameColumns,
  row: number,
  message: number,
  shift: number
): void {
  target.spanIds.set(source.spanIds, row * 8);
  target.parentSpanIds.set(source.parentSpanIds, row * 8);
  target.startOffsets.set(source.startOffsets, row);
  target.durations.set(source.durations, row);
  target.resources.set(source.resources, row);
  target.names.set(source.names, row);
  target.services.set(source.services, row);
  target.eventCounts.set(source.eventCounts, row);
  target.linkCounts.set(source.linkCounts, row);
  target.kinds.set(source.kinds, row);
  target.statuses.set(source.statuses, row);
  target.flags.set(source.flags, row);
  target.messages.set(source.messages, message);
  for (let at = 0; at < source.messageRows.length; at++) {
    target.messageRows[message + at] = source.messageRows[at] - shift;
  }
}
