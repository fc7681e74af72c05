import { type TraceSource, type TraceTable } from '../trace/traceTable';
import { tagValuesOf, type LogsLink } from './linkedLogs';
import { logSourceOf, type LogsAnswer } from './logSource';
import { type LinkedRange } from '../linked/askGrafana';
import { QuestionError } from './query/dialect';
import { perSpanVariables, type LogsQuestion } from './query/question';

const MINUTE = 60_000;
/** Milliseconds that are added to both sides, one after the other, while nothing is found. */
const WIDER = [MINUTE, 30 * MINUTE];

export interface TraceLogsAnswer extends LogsAnswer {
  /** Milliseconds before and after the trace that were looked at beyond what the settings say; 0: none. */
  readonly widenedMs: number;
  /** What the user should know of how it was asked. */
  readonly notes: readonly string[];
}

export interface LogsTask {
  readonly link: LogsLink;
  readonly table: TraceTable;
  readonly source: TraceSource | undefined;
}

/** All lines that name the trace. Rejects as LogSource.query does. */
export async function askTraceLogs(task: LogsTask, signal: AbortSignal): Promise<TraceLogsAnswer> {
  const { link, table } = task;
  const question = await questionOf(task, signal);
  const source = logSourceOf(link);
  const whole = timesOf(table);
  const settled: LinkedRange = { fromMs: whole.fromMs + link.startShiftMs, toMs: whole.toMs + link.endShiftMs };
  // Shifts may be set so that nothing is between them.
  const first = settled.fromMs < settled.toMs ? settled : whole;
  let widenedMs = 0;
  let answer = await source.query(question, first, signal);
  for (const ms of WIDER) {
    const range = { fromMs: Math.min(first.fromMs, whole.fromMs - ms), toMs: Math.max(first.toMs, whole.toMs + ms) };
    if (answer.lines.length === 0 && (range.fromMs < first.fromMs || range.toMs > first.toMs)) {
      answer = await source.query(question, range, signal);
      widenedMs = ms;
    }
  }
  return { ...answer, widenedMs, notes: notesOf(question) };
}

/** Lines of the trace's services, while it ran, that name no trace. Rejects as LogSource.queryLikely does. */
export async function askLikelyLogs(task: LogsTask, signal: AbortSignal): Promise<TraceLogsAnswer> {
  const question = await questionOf(task, signal);
  const range = timesOf(task.table);
  const answer = await logSourceOf(task.link).queryLikely(question, range, signal);
  return { ...answer, widenedMs: 0, notes: [] };
}

async function questionOf({ link, table, source }: LogsTask, signal: AbortSignal): Promise<LogsQuestion> {
  const traceId = table.traceId.toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(traceId)) {
    throw new QuestionError(`"${table.traceId}" is no trace id: 32 hex digits.`);
  }
  const tags = await tagValuesOf(link, table, source, signal);
  return { traceId, tags, areTagsChosen: link.areTagsChosen, customQuery: link.customQuery };
}

/** Of the trace, by the clocks of its services: to the millisecond around it, the last one whole. */
export function timesOf({ baseNs, columns, tree }: TraceTable): LinkedRange {
  let [first, last] = [tree.firstStart, tree.lastEnd];
  if (tree.skewedSpans > 0) {
    [first, last] = [Infinity, -Infinity];
    for (let row = 0; row < tree.rows; row++) {
      const start = Number(columns.startOffsets[row]);
      first = Math.min(first, start);
      last = Math.max(last, start + Number(columns.durations[row]));
    }
  }
  const ms = (offset: number) => Number((baseNs + BigInt(Math.trunc(offset))) / 1_000_000n);
  return { fromMs: ms(first), toMs: ms(last) + 1 };
}

function notesOf({ customQuery, tags }: LogsQuestion): string[] {
  const variables = customQuery === undefined ? [] : perSpanVariables(customQuery);
  return variables.length === 0
    ? []
    : [
        `The query in the settings asks for one span (${variables.join(', ')}), so the trace was asked for by its id${
          tags.length > 0 ? ' and services' : ''
        } instead.`,
      ];
}
