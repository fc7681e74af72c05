import { wordsOf } from '../wire-frame/columns.ts';
import { ByteRanges } from './byte-ranges.ts';
import type { SpanIndex } from './span-index.ts';

/**
 * Spans of one trace by start, then span id, as a frame has them. One that is in the bytes twice, equal in everything, comes
 * once; spans of one id that differ all come.
 */
export function orderSpans(index: SpanIndex, spans: Uint32Array): Uint32Array {
  const starts = wordsOf(index.startsNs);
  const { spanIds } = index;
  const order = (a: number, b: number): number => {
    const byStart = starts[a * 2 + 1] - starts[b * 2 + 1] || starts[a * 2] - starts[b * 2];
    if (byStart !== 0) {
      return byStart;
    }
    for (let at = 0; at < 8; at++) {
      const byId = spanIds[a * 8 + at] - spanIds[b * 8 + at];
      if (byId !== 0) {
        return byId;
      }
    }
    return a - b;
  };
  const sorted = isSorted(spans, order) ? spans : spans.slice().sort(order);
  return withoutTwins(index, sorted);
}

function isSorted(spans: Uint32Array, order: (a: number, b: number) => number): boolean {
  for (let at = 1; at < spans.length; at++) {
    if (order(spans[at - 1], spans[at]) > 0) {
      return false;
    }
  }
  return true;
}

function withoutTwins(index: SpanIndex, sorted: Uint32Array): Uint32Array {
  const { spanIds, startsNs, groups } = index;
  const same = (a: number, b: number): boolean => {
    for (let at = 0; at < 8; at++) {
      if (spanIds[a * 8 + at] !== spanIds[b * 8 + at]) {
        return false;
      }
    }
    return startsNs[a] === startsNs[b];
  };
  let ranges: ByteRanges | undefined;
  const known = new Set<string>();
  const isNew = (span: number): boolean => {
    ranges ??= new ByteRanges(index.bytes);
    const range = ranges.intern(index.spanStarts[span], index.spanEnds[span]);
    const { resource, scope } = groups[index.groupOf[span]];
    const identity = `${range} ${resource} ${scope}`;
    return !known.has(identity) && known.add(identity).size > 0;
  };
  let kept = 0;
  const result = sorted.slice();
  for (let at = 0; at < sorted.length; at++) {
    const twins =
      (at > 0 && same(sorted[at - 1], sorted[at])) || (at + 1 < sorted.length && same(sorted[at], sorted[at + 1]));
    if (!twins || isNew(sorted[at])) {
      result[kept++] = sorted[at];
    }
  }
  return result.subarray(0, kept);
}
