import { serviceLabelOf, type LogsLink } from './linkedLogs';
import { type LogLine } from './logLine';
import { LinkedError, askGrafana, type LinkedQuery, type LinkedRange } from '../linked/askGrafana';
import { type AskedQueries } from '../linked/linkedPages';
import { type LogsQuestion } from './query/question';
import { readLogFrames } from './read/readLogFrames';

/** Lines of a trace at most: Loki's own limit, where nobody changed it. */
export const MOST_LINES = 5000;
export const MOST_LIKELY_LINES = 500;

export interface LogsAnswer {
  /** In order of time. */
  readonly lines: readonly LogLine[];
  /** There are more than were asked for. */
  readonly isCut: boolean;
  readonly asked: AskedQueries;
}

/** A logs datasource of any kind, asked through Grafana with the rights of the user. */
export interface LogSource {
  readonly kind: string;
  readonly name: string;
  /** Rejects with LinkedError, QuestionError, and AbortError. */
  query(question: LogsQuestion, range: LinkedRange, signal: AbortSignal): Promise<LogsAnswer>;
  /** Lines of the same services that name no trace. Rejects as above. */
  queryLikely(question: LogsQuestion, range: LinkedRange, signal: AbortSignal): Promise<LogsAnswer>;
}

export function logSourceOf(link: LogsLink): LogSource {
  const { dialect, name } = link;
  return {
    kind: dialect.title,
    name,
    query: (question, range, signal) =>
      ask(link, range, MOST_LINES, signal, (most) => dialect.traceQueries(question, most)),
    queryLikely: async (question, range, signal) => {
      const answer = await ask(link, range, MOST_LIKELY_LINES, signal, (most) => dialect.likelyQueries(question, most));
      // What names a trace in its text alone, a query may have let through.
      return { ...answer, lines: answer.lines.filter(({ traceId }) => traceId === undefined) };
    },
  };
}

async function ask(
  link: LogsLink,
  range: LinkedRange,
  most: number,
  signal: AbortSignal,
  queriesOf: (most: number) => LinkedQuery[]
): Promise<LogsAnswer> {
  const queries = queriesOf(most);
  const asked = { datasourceUid: link.uid, queries, range };
  try {
    const frames = await askGrafana(link.uid, queries, range, signal);
    const lines = readLogFrames(frames, serviceLabelOf(link));
    lines.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
    return {
      lines: lines.slice(0, most),
      isCut: lines.length >= most || frames.some(({ length }) => length >= most),
      asked,
    };
  } catch (error) {
    const allowed = allowedLines(error);
    if (allowed !== undefined && allowed < most) {
      return await ask(link, range, allowed, signal, queriesOf);
    }
    throw error;
  }
}

/** Loki says how many lines a query may ask for: `limit > max_entries_limit_per_query (5000 > 1000)`. */
function allowedLines(error: unknown): number | undefined {
  const found = error instanceof LinkedError ? /max_entries_limit\w*\D*\(\d+ > (\d+)\)/.exec(error.message) : null;
  return found && Number(found[1]) > 0 ? Number(found[1]) : undefined;
}
