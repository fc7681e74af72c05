import { isInSubtree } from '@clew/trace-model';
import { type TraceTable } from '../../trace/traceTable';
import { LOG_LEVELS, type LogLevel, type LogLine } from '../logLine';
import { PLACEMENTS, type PlacedLogs } from '../place/placeLogs';

/** How sure it is that a line belongs where it stands. */
export type EntryMark = 'span' | 'time' | 'likely' | 'none';

/** One line of the list. */
export interface LogEntry {
  readonly key: string;
  readonly line: LogLine;
  /** A node of the table's tree, -1 for none. */
  readonly node: number;
  /** Nanoseconds after the table's base. */
  readonly offsetNs: number;
  readonly mark: EntryMark;
}

export interface EntryFilter {
  /** In the line, its service or its labels, in any case. */
  readonly text: string;
  /** None: all. */
  readonly levels: ReadonlySet<LogLevel>;
  /** Only lines of this node and below it. */
  readonly below: number | undefined;
}

/** All lines in order of time. Likely ones only where their service and time do fit a span. */
export function entriesOf(all: readonly PlacedLogs[]): LogEntry[] {
  return all
    .flatMap(({ lines, nodes, offsets, placements, isLikely }) =>
      lines.flatMap((line, index): LogEntry[] =>
        isLikely && nodes[index] < 0
          ? []
          : [
              {
                key: `${isLikely ? 'likely' : 'certain'} ${line.id}`,
                line,
                node: nodes[index],
                offsetNs: offsets[index],
                mark: isLikely ? 'likely' : PLACEMENTS[placements[index]],
              },
            ]
      )
    )
    .sort((a, b) => a.offsetNs - b.offsetNs);
}

export function filterEntries(
  entries: readonly LogEntry[],
  { text, levels, below }: EntryFilter,
  { tree }: TraceTable
): LogEntry[] {
  const wanted = text.trim().toLowerCase();
  return entries.filter(
    ({ line, node }) =>
      (levels.size === 0 || levels.has(line.level)) &&
      (below === undefined || (node >= 0 && isInSubtree(tree, node, below))) &&
      (wanted === '' || hasText(line, wanted))
  );
}

const hasText = ({ body, service, labels }: LogLine, wanted: string): boolean =>
  body.toLowerCase().includes(wanted) ||
  (service ?? '').toLowerCase().includes(wanted) ||
  Object.values(labels).some((value) => value.toLowerCase().includes(wanted));

/** Levels that there are, the worst first. */
export function levelCounts(entries: readonly LogEntry[]): Array<readonly [level: LogLevel, count: number]> {
  const counts = new Map<LogLevel, number>();
  for (const { line } of entries) {
    counts.set(line.level, (counts.get(line.level) ?? 0) + 1);
  }
  return [...LOG_LEVELS].reverse().flatMap((level): Array<readonly [LogLevel, number]> => {
    const count = counts.get(level) ?? 0;
    return count > 0 ? [[level, count]] : [];
  });
}
