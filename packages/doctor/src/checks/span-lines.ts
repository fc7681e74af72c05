import type { Datasource } from '../inventory.ts';
import { readStreamLogs } from '../links/span-logs.ts';
import { hasLines, linesOf, propose, trySpans, type TriedSpan } from '../links/traces-to-logs.ts';
import type { LogsLink } from '../links/traces-to-logs-settings.ts';
import { QuestionError } from '../logql/index.ts';
import { readLogsOfTraces } from '../samples/log-ids.ts';
import type { Check, DoctorContext, Verdict } from '../types.ts';
import { linkedLoki, withoutLoki } from './logs-linked.ts';
import { storeOf } from './store-datasource.ts';
import { count, duration, failed, lookBack, ok, skipped, subjectOf, unknown, warning } from './verdicts.ts';

export const spanLines: Check = {
  id: 'span-lines',
  area: 'traces-to-logs',
  title: 'Spans lead to their log lines',
  needs: ['store-reachable'],
  run: async (context) => {
    const linked = linkedLoki(context);
    return [
      linked
        ? { ...(await judged(context, linked.loki, linked.link)), subject: subjectOf(linked.loki) }
        : withoutLoki(context),
    ];
  },
};

async function judged(context: DoctorContext, loki: Datasource, link: LogsLink): Promise<Verdict> {
  const store = storeOf(context);
  const [tried, { named, lines, problem }] = await Promise.all([
    trySpans(context, store, loki, link),
    readLogsOfTraces(context, loki, store),
  ]);
  const evidence = [...tried.flatMap(linesOf), ...(tried[0]?.logs?.queries ?? [])];
  if (problem) {
    return skipped(`Not tested: see what “Loki answers” and “Log lines arrive” say of ${loki.name}.`);
  }
  if (lines.length === 0) {
    return unknown(`${loki.name} has no lines in ${lookBack(context)}, so no span was tried.`);
  }
  if (tried.length === 0) {
    return unknown(`No spans in ${lookBack(context)}, so none was tried.`);
  }
  const refused = tried.find(({ logs }) => logs?.refused !== undefined);
  if (refused) {
    const own = link.customQuery === undefined ? 'the query' : 'the query of the settings';
    const [status] = refused.logs?.refused?.split(' ') ?? [];
    return status === '400'
      ? failed(`${loki.name} refuses ${own}: ${refused.logs?.refused}`, {
          evidence,
          remedy: (await propose(context, store, loki)).remedy,
        })
      : unknown(`${loki.name} did not answer ${own}: ${refused.logs?.refused}`, { evidence });
  }
  const found = tried.filter(hasLines);
  if (found.length > 0) {
    return foundSome(context, { tried, found }, link, evidence);
  }
  const { span, trouble } = tried[0];
  if (trouble !== undefined) {
    return failed(trouble, { evidence, remedy: (await propose(context, store, loki)).remedy });
  }
  const inStream = await streamLines(context, loki, link, tried);
  if (named.length === 0) {
    const sentence =
      inStream > 0
        ? `Lines of ${span.service} are there, but none of ${lines.length} sampled lines names a trace, so none belongs to a span for certain.`
        : `No lines of ${span.service} are there, and none of ${lines.length} sampled lines names a trace.`;
    return warning(sentence, { evidence });
  }
  const { remedy } = await propose(context, store, loki);
  const line = tried.find((one) => one.line)?.line;
  const labels = Object.entries(line?.labels ?? {})
    .filter(([name]) => !/id$/i.test(name))
    .map(([name, value]) => `${name}=${value}`);
  const where = line ? ` The line that names its trace has ${labels.slice(0, 6).join(', ') || 'no labels'}.` : '';
  return failed(
    inStream > 0
      ? `A span of ${span.service} has lines of its service, but none that names it is found.${where}`
      : `The mapping finds no lines for a span of ${span.service}, which has some.${where}`,
    { evidence, remedy }
  );
}

async function foundSome(
  context: DoctorContext,
  { tried, found }: { tried: readonly TriedSpan[]; found: readonly TriedSpan[] },
  link: LogsLink,
  evidence: readonly string[]
): Promise<Verdict> {
  const [{ span, logs }] = found;
  const number = count(logs?.lines.length ?? 0, 'line');
  const widened = found.find((one) => (one.logs?.widenedMs ?? 0) > 0);
  if (found.every((one) => (one.logs?.widenedMs ?? 0) > 0) && widened?.logs) {
    const by = duration(widened.logs.widenedMs);
    const shift = `${widened.logs.widenedMs / 60_000}m`;
    const { raw } = link;
    return warning(
      `A span of ${widened.span.service} has lines only within ${by} around it, more than the settings say: Grafana’s own links miss them.`,
      {
        evidence,
        remedy: {
          summary: `Widens the time in which lines are looked for by ${by}.`,
          change: {
            datasource: storeOf(context),
            jsonData: { tracesToLogsV2: { ...raw, spanStartTimeShift: `-${shift}`, spanEndTimeShift: shift } },
          },
        },
      }
    );
  }
  const off =
    link.filterByTraceID || link.customQuery !== undefined
      ? ''
      : ' filterByTraceID is off: Grafana’s own links show every line of the service in that time.';
  const missed = tried.length - found.length;
  const sentence = `A span of ${span.service} has ${number}, and ${found.length} of ${tried.length} spans that were tried have some.${off}`;
  return missed > 0 ? warning(sentence, { evidence }) : ok(sentence, { evidence });
}

/** Whether the streams have lines, without a look at the trace. */
async function streamLines(
  context: DoctorContext,
  loki: Datasource,
  link: LogsLink,
  [{ span }]: readonly TriedSpan[]
): Promise<number> {
  try {
    return (await readStreamLogs(context, loki, link, span)).length;
  } catch (error) {
    if (error instanceof QuestionError) {
      return 0;
    }
    throw error;
  }
}
