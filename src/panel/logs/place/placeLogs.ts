import { toNumbers } from '@clew/trace-model';
import { type TraceTable } from '../../trace/traceTable';
import { LOG_LEVELS, type LogLine } from '../logLine';
import { deepestRunning, type TimedLine } from './deepestRunning';
import { nodesOfSpanIds } from './nodesOfSpanIds';

/** How a line came to its span. */
export const PLACEMENTS = ['none', 'span', 'time'] as const;
export type Placement = (typeof PLACEMENTS)[number];

/** Lines on the spans of a trace; arrays are by line, in the order of `lines`. */
export interface PlacedLogs {
  readonly lines: readonly LogLine[];
  /** None of the lines names the trace. */
  readonly isLikely: boolean;
  /** A node of the table's tree: a row, or a span that was not sent; -1: unplaced. */
  readonly nodes: Int32Array;
  /** Indexes into PLACEMENTS. */
  readonly placements: Uint8Array;
  /** Nanoseconds after the table's base, moved with their spans where clock skew is corrected. */
  readonly offsets: Float64Array;
  /** Indexes into LOG_LEVELS. */
  readonly levels: Uint8Array;
}

const BY_SPAN = PLACEMENTS.indexOf('span');
const BY_TIME = PLACEMENTS.indexOf('time');
/** Loggers that write milliseconds cut the rest off. */
const MS = 1_000_000n;

/**
 * Puts each line on a span: the one that it names; else, of its service, the deepest that was running then, of several the one that
 * began last. Both clocks are the service's own: spans count as they were sent, not as skew correction moved them. Takes
 * O(spans + lines · log) at most.
 */
export function placeLogs(
  lines: readonly LogLine[],
  table: TraceTable,
  kind: 'certain' | 'likely' = 'certain'
): PlacedLogs {
  const { tree, baseNs } = table;
  const count = lines.length;
  const nodes = new Int32Array(count).fill(-1);
  const placements = new Uint8Array(count);
  const times = Float64Array.from(lines, ({ timeNs }) => Number(timeNs - baseNs));
  const sent = sentTimes(table);
  const named = nodesOfSpanIds(lines, times, table, sent);
  for (let line = 0; line < count; line++) {
    if (named[line] >= 0) {
      nodes[line] = named[line];
      placements[line] = BY_SPAN;
    }
  }
  const services = servicesByName(table);
  const place = (lengthNs: number, isWanted: (line: number) => boolean): void => {
    const timed: TimedLine[] = [];
    for (let line = 0; line < count; line++) {
      const service = nodes[line] < 0 ? services.get(lines[line].service ?? '') : undefined;
      if (service !== undefined && isWanted(line)) {
        timed.push({ line, service, from: times[line], until: times[line] + lengthNs });
      }
    }
    for (const { line, node } of deepestRunning(timed, table, sent)) {
      nodes[line] = node;
      placements[line] = BY_TIME;
    }
  };
  place(0, () => true);
  // A span that began in the middle of a millisecond began after the cut time of its first lines.
  place(Number(MS) - 1, (line) => lines[line].timeNs % MS === 0n);
  const offsets = times.map((time, line) =>
    nodes[line] >= 0 && nodes[line] < tree.rows ? time + tree.starts[nodes[line]] - sent.starts[nodes[line]] : time
  );
  return {
    lines,
    isLikely: kind === 'likely',
    nodes,
    placements,
    offsets,
    levels: Uint8Array.from(lines, ({ level }) => LOG_LEVELS.indexOf(level)),
  };
}

/** Times of rows as they were sent: nanoseconds after the base. */
export interface SentTimes {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

function sentTimes({ columns, tree }: TraceTable): SentTimes {
  if (tree.skewedSpans === 0) {
    return tree;
  }
  const starts = toNumbers(columns.startOffsets);
  const ends = toNumbers(columns.durations);
  for (let row = 0; row < starts.length; row++) {
    ends[row] = starts[row] + Math.max(0, ends[row]);
  }
  return { starts, ends };
}

/** The first index of each name; other indexes of the same name are not there in a dictionary. */
function servicesByName({ services }: TraceTable): Map<string, number> {
  const byName = new Map<string, number>();
  for (let index = services.length - 1; index >= 0; index--) {
    byName.set(services.get(index), index);
  }
  // A line without a service belongs to no service, not to the one without a name.
  byName.delete('');
  return byName;
}
