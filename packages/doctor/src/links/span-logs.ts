import type { Datasource } from '../inventory.ts';
import { customQueryOf, selectorOf, traceLogql, type LogsQuestion, type TagValues } from '../logql/index.ts';
import { queryLoki, type Range, type SampledLine } from '../samples/loki.ts';
import type { SampleSpan } from '../samples/spans-with-logs.ts';
import type { DoctorContext } from '../types.ts';
import type { LogsLink } from './traces-to-logs-settings.ts';

const MINUTE = 60_000;
/** What Clew's panel adds to both sides while nothing is found (src/panel/logs/askTraceLogs.ts). */
const WIDER = [MINUTE, 30 * MINUTE];
const LINES = 20;

export interface SpanLogs {
  readonly lines: readonly SampledLine[];
  /** What was asked. */
  readonly queries: readonly string[];
  /** Milliseconds beyond what the settings say; 0: none. */
  readonly widenedMs: number;
  /** What Loki says where it refuses the query. */
  readonly refused: string | undefined;
}

/** The question that Clew's panel asks, of one span instead of a trace. */
export function questionOf(link: LogsLink, { traceId, attributes }: SampleSpan): LogsQuestion {
  const tags = link.tags.map(({ key, label }): TagValues => {
    const value = attributes[key];
    return { key, label, values: value ? [value] : [], isOnAll: Boolean(value) };
  });
  const { areTagsChosen, customQuery } = link;
  return { traceId, tags, areTagsChosen, customQuery };
}

/** The span's lines, first in the times that the settings say, then in wider ones. Throws QuestionError; rejects with CallFailed. */
export async function readSpanLogs(
  context: DoctorContext,
  loki: Datasource,
  link: LogsLink,
  span: SampleSpan
): Promise<SpanLogs> {
  const question = questionOf(link, span);
  const queries = queriesOf(question, span);
  const first = { fromMs: span.startMs + (link.startShiftMs ?? 0), toMs: span.endMs + (link.endShiftMs ?? 0) + 1 };
  const settled = first.fromMs < first.toMs ? first : { fromMs: span.startMs, toMs: span.endMs + 1 };
  let answer = await ask(context, loki, queries, settled);
  let widenedMs = 0;
  for (const ms of WIDER) {
    if (answer.lines.length === 0 && answer.refused === undefined) {
      const range = {
        fromMs: Math.min(settled.fromMs, span.startMs - ms),
        toMs: Math.max(settled.toMs, span.endMs + ms),
      };
      answer = await ask(context, loki, queries, range);
      widenedMs = ms;
    }
  }
  return { ...answer, queries, widenedMs };
}

/** Lines of the streams of the span, whether they name it or not. Throws QuestionError; rejects with CallFailed. */
export async function readStreamLogs(
  context: DoctorContext,
  loki: Datasource,
  link: LogsLink,
  span: SampleSpan
): Promise<readonly SampledLine[]> {
  const range = { fromMs: span.startMs - WIDER[1], toMs: span.endMs + WIDER[1] };
  return (await queryLoki(context, loki, selectorOf(questionOf(link, span), 'any'), range, 1)).lines;
}

/** A query of the settings that asks for one span has what the span has; the panel asks for the trace by its id instead. */
function queriesOf(question: LogsQuestion, span: SampleSpan): string[] {
  const { customQuery } = question;
  if (customQuery === undefined || customQueryOf(question) !== undefined) {
    return traceLogql(question);
  }
  const filled = customQuery
    .replaceAll('${__span.spanId}', span.spanId)
    .replaceAll('${__span.name}', span.name)
    .replace(/\$\{__span\.tags\["?([^"\]]+)"?\]\}/g, (text, key: string) => span.attributes[key] ?? text);
  return traceLogql({ ...question, customQuery: filled });
}

async function ask(
  context: DoctorContext,
  loki: Datasource,
  queries: readonly string[],
  range: Range
): Promise<Pick<SpanLogs, 'lines' | 'refused'>> {
  const answers = await Promise.all(queries.map((query) => queryLoki(context, loki, query, range, LINES)));
  const problem = answers.find((answer) => answer.problem !== undefined)?.problem;
  const said = problem === undefined ? undefined : `${problem.status} ${textOf(problem.data)}`.trim();
  return { lines: answers.flatMap(({ lines }) => lines), refused: said };
}

function textOf(data: unknown): string {
  const message = typeof data === 'object' && data !== null && 'message' in data ? data.message : data;
  return typeof message === 'string' ? message.slice(0, 200) : '';
}
