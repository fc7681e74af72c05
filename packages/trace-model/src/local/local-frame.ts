import { emptyColumns, type FrameColumns } from '../wire-frame/columns.ts';
import { orderSpans } from './order-spans.ts';
import type { SpanIndex } from './span-index.ts';

export interface LocalFrame {
  readonly columns: FrameColumns;
  /** Unix nanoseconds that starts count from. */
  readonly baseNs: bigint;
  /** By row: the number of the span in the index. */
  readonly spans: Uint32Array;
}

/** The skeleton of one trace's spans, ordered as a frame is. */
export function makeFrame(index: SpanIndex, unordered: Uint32Array): LocalFrame {
  const spans = orderSpans(index, unordered);
  let messages = 0;
  for (const span of spans) {
    messages += index.messageOf[span] > 0 ? 1 : 0;
  }
  const columns = emptyColumns(spans.length, messages);
  const baseNs = index.startsNs[spans[0]];
  let message = 0;
  for (let row = 0; row < spans.length; row++) {
    const span = spans[row];
    columns.spanIds.set(index.spanIds.subarray(span * 8, span * 8 + 8), row * 8);
    columns.parentSpanIds.set(index.parentSpanIds.subarray(span * 8, span * 8 + 8), row * 8);
    columns.startOffsets[row] = index.startsNs[span] - baseNs;
    columns.durations[row] = index.durations[span];
    const resource = index.resourceOf(span);
    columns.resources[row] = resource;
    columns.services[row] = index.serviceOfResource[resource];
    columns.names[row] = index.nameOf[span];
    columns.eventCounts[row] = index.eventCounts[span];
    columns.linkCounts[row] = index.linkCounts[span];
    columns.kinds[row] = index.kinds[span];
    columns.statuses[row] = index.statuses[span];
    columns.flags[row] = index.flags[span];
    if (index.messageOf[span] > 0) {
      columns.messageRows[message] = row;
      columns.messages[message] = index.messageOf[span] - 1;
      message += 1;
    }
  }
  return { columns, baseNs, spans };
}

/** The spans of each trace, in the order of the bytes. */
export function spansByTrace(index: SpanIndex): Uint32Array[] {
  const counts = new Uint32Array(index.traceIds.length);
  for (let span = 0; span < index.count; span++) {
    counts[index.traceOf[span]] += 1;
  }
  const traces = Array.from(counts, (count) => new Uint32Array(count));
  counts.fill(0);
  for (let span = 0; span < index.count; span++) {
    const trace = index.traceOf[span];
    traces[trace][counts[trace]++] = span;
  }
  return traces;
}

export interface Extent {
  /** The first span without a parent, or the first span if all have one. */
  readonly root: number;
  readonly startNs: bigint;
  /** The last end; a span that ends before it starts counts as ending at once. */
  readonly endNs: bigint;
}

export function extentOf(index: SpanIndex, spans: Uint32Array): Extent {
  const { startsNs, durations, parentSpanIds } = index;
  let first = spans[0];
  let root = -1;
  let endNs = 0n;
  for (const span of spans) {
    const start = startsNs[span];
    if (start < startsNs[first]) {
      first = span;
    }
    if ((root < 0 || start < startsNs[root]) && !hasParent(parentSpanIds, span)) {
      root = span;
    }
    const end = durations[span] > 0n ? start + durations[span] : start;
    if (end > endNs) {
      endNs = end;
    }
  }
  return { root: root < 0 ? first : root, startNs: startsNs[first], endNs };
}

function hasParent(parentSpanIds: Uint8Array, span: number): boolean {
  for (let at = span * 8; at < span * 8 + 8; at++) {
    if (parentSpanIds[at] !== 0) {
      return true;
    }
  }
  return false;
}
